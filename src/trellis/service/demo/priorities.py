"""Proposals of priority for a dozen people of the demonstration, all invented: some agree, some do not."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from trellis.rules.vocabulary import (
    DecidedBy,
    Engagement,
    IntelligencePicture,
    LeadKind,
    PriorityColour,
    RestsOn,
    Stage,
)
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.people.models import Person
from trellis.service.priority.actions import decide_priority, propose_priority
from trellis.service.record.queries import custody_now, priority_of
from trellis.service.schemes.models import Scheme
from trellis.service.selection.models import Lead

PROPOSED = 12
RED, AMBER, GREEN, BLUE = PriorityColour
COORDINATOR, LED_BY = "idris.fernsby", "wren.aldersmith"
# How far from the colour in force the probation lead proposes, in the grid's order, and on what.
PROBATION = (
    (0, RestsOn.CONTACT, "Kept all three appointments this month, and came early to the last."),
    (1, RestsOn.CONTACT, "Has stopped calling at the old address, and asks for work."),
    (0, RestsOn.PARTNER, "The hostel says that nothing has changed since we last spoke."),
    (-1, RestsOn.CONTACT, "Missed two appointments and did not answer the door."),
)
SEEN = RestsOn.CONTACT, "Seen at home, and told what the scheme expects."
INTELLIGENCE = RestsOn.INTELLIGENCE, "A source graded as usually reliable names them with others near two burglaries."
MET = "Fortnightly panel"


def propose_priorities(scheme: Scheme) -> None:
    """Have agencies propose for the first whom one officer leads; a panel decides of one, a lead of another."""
    officer, coordinator = User.objects.get(username=LED_BY), User.objects.get(username=COORDINATOR)
    with acting(officer):
        led = Person.objects.filter(scheme=scheme, stage=Stage.MANAGED, lead_set__officer=officer)
        people = list(led.distinct().order_by("id")[:PROPOSED])
    for place, person in enumerate(people):
        with acting(officer):
            current = priority_of(person).current
            colour = PriorityColour(current.colour) if current else AMBER
            _propose(officer, person, colour, evidence=SEEN, days_ago=9)
        _probation_proposes(officer, person, colour, place)
        if place % 3 == 1 and colour is not RED:
            with acting(coordinator):
                _propose(coordinator, person, RED, evidence=INTELLIGENCE, days_ago=1)
    with acting(officer):
        free = [person for person in people if custody_now(person) is None]
    for person in free[3:4]:
        with acting(coordinator):
            _decide(coordinator, person, RED, "Probation has lost touch, and intelligence is recent.", MET)
    for person in free[4:5]:
        with acting(officer):
            _decide(officer, person, AMBER, "Came back of their own accord; agreed to two visits a week.", "")


def _probation_proposes(by: User, person: Person, colour: PriorityColour, place: int) -> None:
    with acting(by):
        lead = (
            Lead.objects.current()
            .filter(person=person, ends=None, kind=LeadKind.PROBATION)
            .select_related("officer")
            .first()
        )
    if lead is None:
        return
    step, rests_on, reason = PROBATION[place % len(PROBATION)]
    pressing = [RED, AMBER, GREEN]
    proposed = colour
    if colour in pressing:
        proposed = pressing[min(max(pressing.index(colour) + step, 0), len(pressing) - 1)]
    with acting(lead.officer, agency_id=lead.agency_id):
        _propose(lead.officer, person, proposed, evidence=(rests_on, reason), days_ago=3)


def _propose(by: User, person: Person, colour: PriorityColour, *, evidence: tuple[RestsOn, str], days_ago: int) -> None:
    rests_on, reason = evidence
    propose_priority(
        by=by, person=person, colour=colour, reason=reason, rests_on=rests_on,
        happened_on=timezone.localdate() - timedelta(days=days_ago),
    )  # fmt: skip


def _decide(by: User, person: Person, colour: PriorityColour, reason: str, meeting: str) -> None:
    decide_priority(
        by=by, person=person, colour=colour, reason=reason, meeting=meeting, at_large=False,
        engagement=Engagement.NOT_ENGAGING if colour is RED else Engagement.SOME,
        intelligence=IntelligencePicture.ACTIVE if colour is RED else IntelligencePicture.NONE,
        decided_by=DecidedBy.MEETING if meeting else DecidedBy.LEAD,
        review_on=timezone.localdate() + timedelta(days=7),
    )  # fmt: skip
