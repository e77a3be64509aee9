"""The lists of casework: who is due, what waits for an outcome, what is missing, and how often people are seen."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from trellis.rules.errors import Refused
from trellis.rules.intervals import Interval
from trellis.rules.vocabulary import Permission, Role
from trellis.service.access.models import User
from trellis.service.access.queries import Signed, signed_in
from trellis.service.access.views import needs
from trellis.service.casework.forms.engagement import WindowForm
from trellis.service.casework.models import Appointment, Contact
from trellis.service.casework.presenting import when_of
from trellis.service.casework.queries.clocks import frequencies, standard_of
from trellis.service.casework.queries.contacts import of_agency, of_user, waiting_for_outcome
from trellis.service.casework.queries.lists import (
    by_due_day,
    formats_for,
    in_custody_now,
    managed_people,
    not_recorded_elsewhere,
    not_told,
    plans_around_custody,
    shown,
)
from trellis.service.people.models import Person
from trellis.service.record.models import Custody
from trellis.service.ui.views import Page, paginate

LEADING = frozenset({Role.POLICE_OFFENDER_MANAGER, Role.PROBATION_OFFENDER_MANAGER})
USUAL_WINDOW = timedelta(days=84)


def frame(request: HttpRequest, here: str) -> dict[str, Any]:
    """What stands at the head of every list: the others, and whose it is."""
    signed = signed_in(request)
    writes = signed.may(Permission.RECORD_CONTACT)
    offered = [
        ("Calendar", "casework:calendar", writes),
        ("Due", "casework:due", True),
        ("Outcomes to record", "casework:outcomes", writes),
        ("In custody", "casework:custody", True),
        ("Not told or offered", "casework:not_told", True),
        ("To copy", "casework:to_copy", writes),
        ("How often seen", "casework:frequency", True),
    ]
    items = [{"text": text, "href": reverse(name), "active": name == here} for text, name, open_ in offered if open_]
    whose = led_by(request)
    return {
        "rooms": items,
        "mine": whose is not None,
        "may_choose": bool(signed.roles & LEADING),
        "today": timezone.localdate(),
    }  # fmt: skip


def led_by(request: HttpRequest) -> User | None:
    """Whose people a list is of: an officer's own unless they ask for everybody's."""
    signed = signed_in(request)
    return signed.user if signed.roles & LEADING and request.GET.get("whose") != "all" else None


@needs(Permission.SEE_MANAGED_PEOPLE)
def due(request: HttpRequest) -> HttpResponse:
    """Who is due to be seen, the most overdue first."""
    signed = signed_in(request)
    overdue = request.GET.get("show") == "overdue"
    people = managed_people(signed.scheme, led_by(request))
    page = paginate(request, by_due_day(people, signed.scheme, timezone.localdate(), overdue=overdue))
    context = {
        "title": "Contacts due",
        "page": page,
        "rows": shown(page.items),
        "overdue": overdue,
        "is_example": standard_of(signed.scheme).is_example,
    }
    return render(request, "casework/due.html", context | frame(request, "casework:due"))


@needs(Permission.RECORD_CONTACT)
def outcomes(request: HttpRequest) -> HttpResponse:
    """Appointments that have passed without anybody saying how they ended."""
    signed = signed_in(request)
    mine = request.GET.get("whose") != "all"
    waiting = waiting_for_outcome(timezone.localdate()).select_related("person", "agency", "with_user")
    waiting = of_user(waiting, signed.user) if mine else of_agency(waiting, signed.agency)
    page: Page[Appointment] = paginate(request, waiting)
    context = {"title": "Outcomes to record", "page": page, "rows": [(one, when_of(one)) for one in page.items]}
    frame_ = frame(request, "casework:outcomes") | {"mine": mine, "may_choose": True}
    return render(request, "casework/outcomes.html", context | frame_)


@needs(Permission.SEE_MANAGED_PEOPLE)
def not_told_or_offered(request: HttpRequest) -> HttpResponse:
    """Of whom it is not recorded that they were told why they were selected, or offered help."""
    signed = signed_in(request)
    missing = not_told(signed.scheme, timezone.localdate(), led_by(request))
    standard = standard_of(signed.scheme)
    context = {"title": "Not told or offered", "page": paginate(request, missing), "standard": standard,
               "writes": signed.may(Permission.RECORD_CONTACT)}  # fmt: skip
    return render(request, "casework/not_told.html", context | frame(request, "casework:not_told"))


@needs(Permission.SEE_MANAGED_PEOPLE)
def custody(request: HttpRequest) -> HttpResponse:
    """Who is in custody, with the contacts to plan before and on release."""
    signed, today = signed_in(request), timezone.localdate()
    page: Page[Custody] = paginate(request, in_custody_now(managed_people(signed.scheme, led_by(request)), today))
    plans = plans_around_custody(page.items, signed.scheme, today)
    rows = [(one, [step for step in plans[one.person_id] if step.made is None]) for one in page.items]
    context = {"title": "In custody", "page": page, "rows": rows, "writes": signed.may(Permission.RECORD_CONTACT)}
    return render(request, "casework/custody.html", context | frame(request, "casework:custody"))


@needs(Permission.RECORD_CONTACT)
def to_copy(request: HttpRequest) -> HttpResponse:
    """The agency's own contacts that do not stand in its own system yet."""
    signed = signed_in(request)
    mine = request.GET.get("whose") != "all"
    waiting = not_recorded_elsewhere(signed.agency, timezone.localdate())
    if mine:
        waiting = waiting.filter(recorded_by=signed.user)
    page: Page[Contact] = paginate(request, waiting)
    context = {
        "title": "To copy",
        "page": page,
        "rows": [(one, when_of(one)) for one in page.items],
        "systems": [one.system.label for one in formats_for(signed.agency)],
    }
    return render(request, "casework/to_copy.html", context | frame(request, "casework:to_copy") | {
        "mine": mine, "may_choose": True,
    })  # fmt: skip


@needs(Permission.SEE_MANAGED_PEOPLE)
def frequency(request: HttpRequest) -> HttpResponse:
    """How often people were seen over a window, and how well the standard was kept."""
    signed, today = signed_in(request), timezone.localdate()
    form = WindowForm(request.GET or None, initial={"first": today - USUAL_WINDOW, "last": today - timedelta(days=1)})
    first, last = _window(form, today)
    found = None
    try:
        # An interval that ends before it begins is refused in the same words as one that is too short.
        found = frequencies(_bare(signed, request), signed.scheme, Interval(first, last + timedelta(days=1)))
    except Refused as refusal:
        form.add_error("last", str(refusal))
    context = {
        "title": "How often people are seen", "form": form, "found": found, "first": first, "last": last,
        "is_example": standard_of(signed.scheme).is_example,
    }  # fmt: skip
    return render(request, "casework/frequency.html", context | frame(request, "casework:frequency"))


def _window(form: WindowForm, today: date) -> tuple[date, date]:
    answers = form.cleaned_data if form.is_bound and form.is_valid() else {}
    last = answers.get("last") or today - timedelta(days=1)
    return answers.get("first") or last + timedelta(days=1) - USUAL_WINDOW, last


def _bare(signed: Signed, request: HttpRequest) -> list[Person]:
    """People as the clock needs them: only figures come of it, so nobody's record is shown."""
    people = managed_people(signed.scheme, led_by(request)).order_by("pk")
    return [Person(pk=number, stage=stage, recorded_at=at)
            for number, stage, at in people.values_list("pk", "stage", "recorded_at")]  # fmt: skip
