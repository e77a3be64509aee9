"""The supervisor's view: counts of the cases they answer for, each of which leads to its list."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from trellis.rules.caseload import Asked, Attention, Case, select
from trellis.rules.vocabulary import LeadKind, Permission
from trellis.service.access.queries import signed_in
from trellis.service.access.views import needs
from trellis.service.caseload.forms import SHOWN_WITH
from trellis.service.caseload.presenting import SERVICES
from trellis.service.caseload.queries.cases import Caseload
from trellis.service.caseload.queries.scope import MINE, Scope, scope_of, supervises
from trellis.service.caseload.queries.sight import Sight, sight_now
from trellis.service.caseload.queries.waits import waits_for_treatment
from trellis.service.caseload.queries.workload import COLOURS, WAYS, carried_by, steadiness, unseen_by_way
from trellis.service.caseload.views.lists import frame
from trellis.service.casework.queries.clocks import standard_of
from trellis.service.schemes.queries import definitions


class Addresses:
    """Addresses of the list in one scope, filtered further."""

    def __init__(self, scope: Scope) -> None:
        self._start = f"{reverse('caseload:people')}?whose={scope.name}"

    def __call__(self, **filters: object) -> str:
        """The list that the filters ask for; empty ones ask for nothing."""
        chosen = {name: value for name, value in filters.items() if value not in {"", None}}
        return f"{self._start}&{urlencode(chosen)}" if chosen else self._start


@needs(Permission.SEE_MANAGED_PEOPLE)
def workload(request: HttpRequest) -> HttpResponse:
    """Count who needs what, who was not seen and what each officer carries, over a team or everybody."""
    signed, sight = signed_in(request), sight_now()
    if not supervises(signed) or signed.scheme is None:
        raise PermissionDenied("Caseloads are counted for whoever supervises a team or allocates a scheme’s cases.")
    scope = scope_of(signed, request.GET.get("whose", ""))
    caseload = Caseload(signed.scheme, timezone.localdate())
    cases = caseload.full(select(caseload.cases, Asked(within=scope.within, ground=scope.areas)), with_kept=True)
    asked = request.GET.get("service", LeadKind.POLICE.value)
    kind = LeadKind(asked) if asked in set(LeadKind) else LeadKind.POLICE
    weights, to = definitions().workload(signed.scheme.slug), Addresses(scope)
    context = {
        "title": "Workload",
        "total": len(cases),
        "alerts": _alerts(cases, sight, to),
        "ways": [(way, WAYS[way]) for way in WAYS],
        "unseen": unseen_by_way(cases),
        "colours": [(key, label) for key, label in COLOURS.items()],
        "carried": carried_by(cases, kind, signed.scheme, weights, scope.within if scope.name != MINE else ()),
        "kinds": [{"text": one.label, "href": f"?{urlencode({'whose': scope.name, 'service': one.value})}",
                   "active": one is kind} for one in LeadKind],
        "kind": kind,
        "service": SERVICES[kind],
        "weights": weights,
        "steady": steadiness(cases, signed.scheme),
        "waits": waits_for_treatment([case.person for case in cases], timezone.localdate()) if sight.plans else None,
        "standard_is_example": standard_of(signed.scheme).is_example,
        "to": to,
        "sight": sight,
        "may_allocate": signed.may(Permission.ALLOCATE),
    }  # fmt: skip
    return render(request, "caseload/workload.html", context | frame(request, scope, "caseload:workload"))


def _alerts(cases: list[Case], sight: Sight, to: Addresses) -> list[dict[str, object]]:
    """What needs attention, each with its count and list; what is not shared with the reader is left out."""
    return [
        {"text": one.label, "count": len(select(cases, Asked(attention=(one.value,)))),
         "href": to(attention=one.value), "urgent": True}
        for one in Attention
        if getattr(sight, SHOWN_WITH.get(one, ""), True)
    ]  # fmt: skip
