"""Deciding a priority: what the grid proposes, what the agencies propose, and what a lead or a meeting sets."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from trellis.rules.priority import PriorityFacts, Proposal, propose
from trellis.rules.vocabulary import DecidedBy, Permission, PriorityColour
from trellis.service.access.queries import signed_in
from trellis.service.access.views import needs
from trellis.service.people.models import Person
from trellis.service.people.opening import person_or_refusal
from trellis.service.people.standing import standing_of as row_standing
from trellis.service.priority.actions import decide_priority
from trellis.service.priority.forms import DecisionForm, FactsForm, decided
from trellis.service.priority.presenting import custody_words, sides_of
from trellis.service.priority.queries.standing import standing_of
from trellis.service.priority.views.proposing import way_back
from trellis.service.record.presenting import header
from trellis.service.record.queries import priority_of
from trellis.service.ui.editing import Editing, Standing

NOT_KEPT = ("decided_by", "meeting", "meeting_on")


@needs(Permission.SET_PRIORITY)
def decide(request: HttpRequest, person_id: int) -> HttpResponse:
    """Show what is proposed from the facts, and set what a lead or a meeting decides."""
    person = person_or_refusal(request, person_id, Person.objects.select_related("scheme"))
    standing = standing_of(person)
    facts, asks = _facts(request, standing.facts)
    proposal = propose(facts, standing.grid.grid())
    asked = _asked(facts, proposal)
    editing = Editing(
        request,
        partial(DecisionForm, meanings=standing.grid),
        record=f"the priority of people.Person {person.pk}",
        read=lambda: _standing(person, asked),
        asked=asked,
    )
    if asks:
        kept = {name: request.POST.get(name, "") for name in ("reason", "meeting")}
        editing.draw_again(asked | kept)
    elif editing.save(
        lambda row, answers: decide_priority(
            by=signed_in(request).user, person=person, instead_of=row, **decided(answers)
        )
    ):
        colour = PriorityColour(editing.form.cleaned_data["colour"])
        messages.success(request, f"Priority is {colour.label} from today. Everybody who works with them is told.")
        return redirect("priority:person", person.pk)
    context = {
        "title": "Decide the priority",
        "header": header(person) | {"priority": standing.colour},
        "person": person,
        "standing": standing,
        "sides": sides_of(standing),
        "custody": custody_words(standing, timezone.localdate()),
        "proposal": proposal,
        "submit": "Set the priority",
    }
    return editing.page(context | way_back(person), "priority/decide.html")


def _facts(request: HttpRequest, last: PriorityFacts) -> tuple[PriorityFacts, bool]:
    """The facts to propose from, just answered or else last recorded; and whether only the proposal is asked for."""
    asked = FactsForm(request.POST or None)
    if asked.is_valid():
        return asked.facts(in_custody=last.in_custody), "propose" in request.POST
    return last, False


def _asked(facts: PriorityFacts, proposal: Proposal) -> dict[str, Any]:
    """What the form starts with: the facts and the proposed review, the colour and its reason left to the decider."""
    return {
        "engagement": facts.engagement,
        "intelligence": facts.intelligence,
        "at_large": facts.at_large,
        "colour": None,
        "reason": "",
        "review_on": timezone.localdate() + timedelta(days=proposal.review_days),
        "decided_by": DecidedBy.LEAD.value,
        "meeting": "",
        "meeting_on": timezone.localdate(),
    }


def _standing(person: Person, fields: Iterable[str]) -> Standing:
    """The priority in force, as the form has it. Who decides is asked anew each time, so nobody's answer is merged."""
    kept = [name for name in fields if name not in NOT_KEPT]
    current = priority_of(person).current
    if current is None:
        return Standing(0, dict.fromkeys(kept))
    return row_standing(current, mark=current.pk, values={name: getattr(current, name) for name in kept})
