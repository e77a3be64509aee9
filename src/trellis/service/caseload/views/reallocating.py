"""Handing cases over: choose them, say to whom and why, and what each new lead must know."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from trellis.rules.errors import Refused
from trellis.rules.merging import Changed
from trellis.rules.vocabulary import LeadKind, Permission
from trellis.service.access.queries import signed_in
from trellis.service.access.views import needs
from trellis.service.caseload.actions.reallocating import MOST_AT_ONCE, Tasks, reallocate
from trellis.service.caseload.forms import LEADS, HandingForm
from trellis.service.caseload.models import Handover
from trellis.service.caseload.presenting import rows_of
from trellis.service.caseload.queries.handing import Passing, passing
from trellis.service.caseload.queries.sight import sight_now
from trellis.service.caseload.views.lists import listing_of
from trellis.service.people.opening import person_or_refusal
from trellis.service.selection.queries.officers import officers_for
from trellis.service.ui.filters import plural


@needs(Permission.ALLOCATE)
def choose(request: HttpRequest) -> HttpResponse:
    """Choose among the people that the list shows, as it is filtered, whom to hand over."""
    listing = listing_of(request)
    context = {
        "title": "Reallocate: choose people",
        "rows": rows_of(listing.cases[:MOST_AT_ONCE]),
        "total": len(listing.cases),
        "most": MOST_AT_ONCE,
        "kinds": LeadKind.choices(),
        "kind": request.GET.get("service") or LeadKind.POLICE.value,
        "back": f"{reverse('caseload:people')}?{request.GET.urlencode()}",
    }
    return render(request, "caseload/choose.html", context)


@needs(Permission.ALLOCATE)
def hand_over(request: HttpRequest) -> HttpResponse:
    """Hand the people whom the address names to another lead: all of them, or none."""
    signed, kind, chosen = signed_in(request), _kind(request), _chosen(request)
    if not chosen or signed.scheme is None:
        messages.info(request, "Choose at least one person to reallocate.")
        return redirect("caseload:choose")
    cases = passing(signed.scheme, chosen, kind)
    if len(cases) != len(chosen):
        raise Http404("Somebody among them is not managed, or may not be seen.")
    form = _form(request, cases, kind)
    if form.is_valid() and (moved := _carried_out(request, form, cases, kind)):
        messages.success(
            request, f"{plural(moved, 'case')} handed to {form.cleaned_data['officer']}. Both leads are told."
        )
        return redirect(f"{reverse('caseload:people')}?whose=all&lead={form.cleaned_data['officer'].pk}")
    context = {
        "title": "Reallocate",
        "kind": kind,
        "form": form,
        "sight": sight_now(),
        "lines": [(one, form[f"note_{one.row.person.pk}"], form[f"{LEADS}{one.row.person.pk}"]) for one in cases],
        "back": reverse("caseload:people"),
    }
    return render(request, "caseload/hand_over.html", context)


def _form(request: HttpRequest, cases: list[Passing], kind: LeadKind) -> HandingForm:
    scheme = signed_in(request).scheme
    assert scheme is not None
    about: dict[str, Any] = {
        "officers": officers_for(kind, scheme), "standing": {one.row.person.pk: one.marks for one in cases},
    }  # fmt: skip
    return HandingForm(request.POST, **about) if request.method == "POST" else HandingForm(**about)


def _carried_out(request: HttpRequest, form: HandingForm, cases: list[Passing], kind: LeadKind) -> int:
    """How many cases were handed over; none, with the reason on the form, where it was refused."""
    answers = form.cleaned_data
    try:
        done = reallocate(
            by=signed_in(request).user, kind=kind, officer=answers["officer"], reason=answers["reason"],
            tasks=Tasks(answers["tasks"]), handings=[form.handing(one.row.person) for one in cases],
        )  # fmt: skip
    except Changed as refusal:
        # The page shows who leads now, so that saving again rests on that.
        data = form.data.copy()  # type: ignore[attr-defined]
        for one in cases:
            data[f"{LEADS}{one.row.person.pk}"] = ",".join(map(str, sorted(one.marks)))
        form.data = data
        form.add_error(None, str(refusal))
    except Refused as refusal:
        form.add_error(None, str(refusal))
    else:
        return len(done)
    return 0


def _kind(request: HttpRequest) -> LeadKind:
    asked = request.GET.get("kind", LeadKind.POLICE.value)
    if asked not in set(LeadKind):
        raise Http404("There is no such kind of lead.")
    return LeadKind(asked)


def _chosen(request: HttpRequest) -> set[int]:
    asked = request.GET.getlist("person")
    if not all(number.isascii() and number.isdigit() and len(number) < 12 for number in asked):
        raise Http404("There is no such person.")
    return {int(number) for number in asked}


@needs(Permission.SEE_MANAGED_PEOPLE)
def handover(request: HttpRequest, handover_id: int) -> HttpResponse:
    """Show one handover: its note, and what is due of the person now."""
    found = get_object_or_404(
        Handover.objects.current().select_related("from_officer", "to_officer", "agency", "recorded_by"), pk=handover_id
    )
    person = person_or_refusal(request, found.person_id)
    now = passing(signed_in(request).scheme, {person.pk})
    context = {
        "title": "Handover",
        "handover": found,
        "person": person,
        "now": now[0] if now else None,
        "sight": sight_now(),
        "back": reverse("home:person", args=[person.pk]),
    }
    return render(request, "caseload/handover.html", context)
