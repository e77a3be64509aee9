"""A person's priority with its evidence: what is in force, what each agency proposes, and how it was before."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from trellis.rules.colour_history import check_window
from trellis.rules.dates import add_months
from trellis.rules.errors import Refused
from trellis.rules.intervals import Interval
from trellis.rules.priority import can_set_priority
from trellis.rules.vocabulary import Permission, PriorityColour, Stage
from trellis.service.access.queries import signed_in
from trellis.service.access.views import needs
from trellis.service.people.models import Person
from trellis.service.people.opening import person_or_refusal
from trellis.service.priority.forms import WindowForm
from trellis.service.priority.presenting import custody_words, lanes_of, review_words, sides_of
from trellis.service.priority.queries.standing import is_supervised, standard_line, standing_of
from trellis.service.record.presenting import header
from trellis.service.schemes.queries import definitions

MONTHS_SHOWN = 12


@needs(Permission.SEE_MANAGED_PEOPLE, Permission.SEE_KNOWN_PEOPLE)
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """Show a person's priority; `?starts=&ends=` choose the days over which the time in each colour is counted."""
    somebody = person_or_refusal(request, person_id, Person.objects.select_related("scheme"))
    signed, today = signed_in(request), timezone.localdate()
    managed = can_set_priority(Stage(somebody.stage))
    standing = standing_of(somebody)
    form, window = _window(request)
    flag = standing.grid.colours[standing.colour].flag if standing.colour else None
    context = {
        "title": "Priority",
        "header": header(somebody) | {"priority": standing.colour},
        "person": somebody,
        "managed": managed,
        "standing": standing,
        "since": standing.since(today),
        "agreement": standing.agreement,
        "sides": sides_of(standing),
        "own_agency": signed.agency_id,
        "custody": custody_words(standing, today),
        "review": review_words(standing.current, today),
        "standard": standard_line(somebody, standing) if managed else None,
        "standard_name": definitions().contact_standard(somebody.scheme.slug),
        "flag": flag,
        "supervised": is_supervised(somebody) if flag else False,
        # What the grid is asked is not shared with every agency; without it, its answer would be about nobody.
        "proposed": None if standing.current and standing.current.withheld else standing.proposed,
        "suggestion": standing.suggestion if managed else None,
        "decisions": [(spell, standing.agreement_then(spell)) for spell in standing.history],
        "form": form,
        "window": window,
        "lanes": lanes_of(standing.spells, window),
        "shares": standing.shares(window),
        "meanings": [(colour, standing.grid.colours[colour]) for colour in PriorityColour],
        "may_decide": managed and signed.may(Permission.SET_PRIORITY),
        "may_propose": managed and signed.may(Permission.PROPOSE_PRIORITY),
        "today": today,
        "back": reverse("home:person", args=[somebody.pk]),
    }
    return render(request, "priority/person.html", context)


def _window(request: HttpRequest) -> tuple[WindowForm, Interval]:
    """The days asked for, or else the last twelve months up to today."""
    today = timezone.localdate()
    usual = {"starts": add_months(today, -MONTHS_SHOWN) + timedelta(days=1), "ends": today}
    if "starts" not in request.GET:
        return WindowForm(initial=usual), check_window(**usual)
    form = WindowForm(request.GET)
    if form.is_valid():
        try:
            return form, check_window(form.cleaned_data["starts"], form.cleaned_data["ends"])
        except Refused as refusal:
            form.add_error("starts", str(refusal))
    return form, check_window(**usual)
