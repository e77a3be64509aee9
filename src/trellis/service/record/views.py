"""A person's priority: what the grid proposes, what somebody sets, and how it was before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from trellis.rules.access import check_may
from trellis.rules.dates import how_long, long_date
from trellis.rules.errors import Refused
from trellis.rules.priority import Grid, PriorityFacts, Proposal, can_set_priority, propose
from trellis.rules.vocabulary import Engagement, IntelligencePicture, Permission, PriorityColour, Stage
from trellis.service.access.queries import signed_in
from trellis.service.access.views import needs
from trellis.service.people.models import Person
from trellis.service.people.opening import person_or_refusal
from trellis.service.people.standing import standing_of
from trellis.service.record.actions import set_priority
from trellis.service.record.forms import FactsForm, PriorityForm, as_words
from trellis.service.record.models import Custody
from trellis.service.record.presenting import header
from trellis.service.record.queries import Coloured, custody_now, priority_of
from trellis.service.schemes.queries import definitions
from trellis.service.ui.editing import Editing, Standing


@needs(Permission.SEE_MANAGED_PEOPLE)
def priority(request: HttpRequest, person_id: int) -> HttpResponse:
    """Show a priority with its history; whoever may set one sees what the grid proposes and sets it here."""
    person = person_or_refusal(request, person_id, Person.objects.select_related("scheme"))
    signed = signed_in(request)
    may_set = signed.may(Permission.SET_PRIORITY) and can_set_priority(Stage(person.stage))
    if request.method == "POST" and not signed.may(Permission.SET_PRIORITY):
        raise PermissionDenied(_refusal(signed.roles))
    custody, standing = custody_now(person), priority_of(person)
    grid = definitions().priority_grid(person.scheme.priority_grid)
    facts, asks = _facts(request, standing, in_custody=custody is not None)
    proposal = propose(facts, grid)
    asked = _asked(facts, proposal)
    editing = Editing(
        request,
        PriorityForm,
        record=f"the priority of people.Person {person.pk}",
        read=lambda: _standing(person, asked),
        asked=asked,
    )
    if asks:
        editing.draw_again(asked | {"reason": request.POST.get("reason", "")})
    elif editing.save(
        lambda row, answers: set_priority(by=signed.user, person=person, instead_of=row, **as_words(answers))
    ):
        colour = PriorityColour(editing.form.cleaned_data["colour"])
        messages.success(request, f"Priority is {colour.label} from today.")
        return redirect("priority:set", person.pk)
    shape = definitions().priority_grids[person.scheme.priority_grid]
    context = {
        "title": "Priority",
        "header": header(person) | {"priority": standing.current.colour if standing.current else None},
        "person": person,
        "standing": standing,
        "custody": _custody_words(custody),
        "proposal": proposal,
        "meanings": _meanings(grid),
        "grid": shape,
        "back": reverse("home:person", args=[person.pk]),
    }
    if not may_set:
        return render(request, "record/priority.html", context | {"form": None})
    words = {"caption": str(person), "submit": "Set the priority", "cancel": reverse("priority:set", args=[person.pk])}
    return editing.page(context | words, "record/priority.html")


def _refusal(roles: Any) -> str:
    try:
        check_may(roles, Permission.SET_PRIORITY)
    except Refused as refusal:
        return str(refusal)
    raise AssertionError("a permission that was refused cannot be held")


def _facts(request: HttpRequest, standing: Coloured, *, in_custody: bool) -> tuple[PriorityFacts, bool]:
    """The facts to propose from, just answered or else last recorded; and whether only the proposal is asked for."""
    asked = FactsForm(request.POST or None)
    if asked.is_valid():
        return asked.facts(in_custody=in_custody), "propose" in request.POST
    return _last_facts(standing, in_custody=in_custody), False


def _asked(facts: PriorityFacts, proposal: Proposal) -> dict[str, Any]:
    """What the form starts with: the facts and the proposed review, the colour and its reason left to the setter."""
    return {
        "engagement": facts.engagement,
        "intelligence": facts.intelligence,
        "at_large": facts.at_large,
        "colour": None,
        "reason": "",
        "review_on": timezone.localdate() + timedelta(days=proposal.review_days),
    }


def _standing(person: Person, fields: Iterable[str]) -> Standing:
    """The priority in force, as the form has it."""
    current = priority_of(person).current
    if current is None:
        return Standing(0, dict.fromkeys(fields))
    return standing_of(current, mark=current.pk, values={name: getattr(current, name) for name in fields})


def _last_facts(standing: Coloured, *, in_custody: bool) -> PriorityFacts:
    last = standing.current
    if last is None:
        return PriorityFacts(Engagement.NOT_KNOWN, IntelligencePicture.NOT_KNOWN, in_custody=in_custody)
    return PriorityFacts(Engagement(last.engagement), IntelligencePicture(last.intelligence), last.at_large, in_custody)


def _custody_words(custody: Custody | None) -> str:
    """Custody as the record has it, with the days to release."""
    if custody is None:
        return "Not in custody, as far as the record knows."
    since = f"{custody.get_kind_display()} since {long_date(custody.starts)}"
    if custody.expected_release is None:
        return f"{since}. No release date is known."
    return f"{since}. Release is expected on {long_date(custody.expected_release)}, {_until(custody)}."


def _until(custody: Custody) -> str:
    assert custody.expected_release is not None
    return how_long(custody.expected_release, timezone.localdate())


def _meanings(grid: Grid) -> list[tuple[PriorityColour, list[str]]]:
    """What each colour means under a grid."""
    return [(colour, [line.reason for line in grid.lines if line.colour == colour]) for colour in PriorityColour]
