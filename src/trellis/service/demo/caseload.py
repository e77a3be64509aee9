"""Cases of the demonstration that passed to another officer, and who was told and offered what; all invented."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from trellis.rules.vocabulary import LeadKind, OfferAnswer, Stage, Understanding
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.caseload.actions.reallocating import Handing, Tasks, reallocate
from trellis.service.casework.actions.engagement import record_explanation, record_offer
from trellis.service.people.models import Person
from trellis.service.schemes.models import Agency, Scheme
from trellis.service.selection.queries.officers import leads_of
from trellis.service.training.queries.records import required_for_cohort

COORDINATOR, FORMER, NEW = "idris.fernsby", "jasper.quickthorn", "wren.aldersmith"
NOTES = (
    "Answers his phone after four. His sister opens the door on Fridays and likes to be asked in.",
    "Starts at the garage on Monday: no visits before six while he is on trial there.",
)
TOLD, OFFERED_EVERY = 30, 3


def pass_cases_on(scheme: Scheme) -> None:
    """Hand two cases over with their notes, and record for some people that they were told why and offered help."""
    coordinator = User.objects.get(username=COORDINATOR)
    with acting(coordinator):
        managed = Person.objects.filter(scheme=scheme, stage=Stage.MANAGED).order_by("id")
        _hand_over(list(managed.filter(lead_set__officer__username=FORMER).distinct()), coordinator)
        for place, person in enumerate(managed[:TOLD]):
            _tell(person, place, Agency.objects.get(slug="fable-police"), coordinator)


def _hand_over(led: list[Person], by: User) -> None:
    free = [person for person in led if not _asks_for_courses(person)][: len(NOTES)]
    handings = [
        Handing(
            person, frozenset(lead.pk for lead in leads_of(person) if lead.kind == LeadKind.POLICE), note
        )
        for person, note in zip(free, NOTES, strict=False)
    ]  # fmt: skip
    if handings:
        reallocate(
            by=by, kind=LeadKind.POLICE, officer=User.objects.get(username=NEW), handings=handings,
            reason="Nearer to where the officer works; over the usual number until a vacancy is filled.",
            tasks=Tasks.MOVE,
        )  # fmt: skip


def _asks_for_courses(person: Person) -> bool:
    memberships = person.cohortmembership_set.current().as_at(timezone.localdate()).select_related("cohort")
    return any(required_for_cohort(membership.cohort) for membership in memberships)


def _tell(person: Person, place: int, agency: Agency, by: User) -> None:
    on = timezone.localdate() - timedelta(days=2 + place % 9)
    record_explanation(
        person=person, happened_on=on, worker="Wren Aldersmith", how="At home, with the leaflet",
        understood=Understanding.YES, notes="", agency=agency, by=by,
    )  # fmt: skip
    if place % OFFERED_EVERY:
        record_offer(
            person=person, happened_on=on, worker="Wren Aldersmith", offered="A housing worker, and a place at the gym",
            answer=OfferAnswer.ACCEPTED, their_reason="", consequences_explained=True,
            consequences="What follows from a missed appointment", agency=agency, by=by,
        )  # fmt: skip
