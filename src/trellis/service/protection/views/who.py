"""Who may see one record, and why."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from trellis.rules.vocabulary import Permission
from trellis.service.access.queries import signed_in
from trellis.service.access.views import needs
from trellis.service.people.opening import person_or_refusal
from trellis.service.protection.queries.grants import agreements_of, who_sees
from trellis.service.protection.queries.limits import limits_seen, names_on, state_of


@needs(Permission.SEE_READERS, Permission.RESTRICT_RECORDS)
def who(request: HttpRequest, person_id: int) -> HttpResponse:
    """Show every live grant that opens the record, what limits it, and what agencies' agreements share."""
    person = person_or_refusal(request, person_id)
    today = timezone.localdate()
    limits = [(limit, names_on(limit), state_of(limit, today)) for limit in limits_seen().filter(person_id=person_id)]
    context = {
        "title": "Who may see this record",
        "person": person,
        "sees": who_sees(person_id),
        "limits": limits,
        "parties": agreements_of(person),
        "today": today,
        "may_restrict": signed_in(request).may(Permission.RESTRICT_RECORDS),
        "back": reverse("home:person", args=[person_id]),
    }
    return render(request, "protection/who.html", context)
