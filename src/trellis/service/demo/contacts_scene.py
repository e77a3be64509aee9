"""What casework shows on the first morning: a week of appointments, contacts of several kinds, told and offered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta

from django.db import transaction
from django.utils import timezone

from trellis.rules.vocabulary import (
    ContactKind,
    ContactMode,
    ContactOutcome,
    DisengagementResponse,
    Engagement,
    OfferAnswer,
    Serves,
    Understanding,
    VisitPurpose,
)
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.casework.actions import ForWhat, record_contact
from trellis.service.casework.actions.appointments import plan_appointment
from trellis.service.casework.actions.engagement import (
    record_explanation,
    record_offer,
    respond_to_disengagement,
)
from trellis.service.people.models import Person
from trellis.service.schemes.models import Agency, Scheme

POLICE, PROBATION = "wren.aldersmith", "posy.larkfield"
VISITED = 8
VISIT = (
    "Called at seven in the evening, with probation. In, sober and by himself. Showed us the letter from the jobs"
    " adviser: interview on Thursday. Says that the lodger has gone. We saw no sign of anybody else."
)
ABSENT = "Did not come and did not ring. The phone goes to voicemail."


@dataclass(frozen=True, slots=True)
class Visit:
    """One appointment of the week: how many days from today, when, for how long, how, for what and where."""

    days: int
    at: time
    minutes: int
    mode: ContactMode
    kind: ContactKind
    place: str


WEEK = (
    Visit(1, time(9, 30), 45, ContactMode.OFFICE, ContactKind.SUPERVISION, "Police station, room 2"),
    Visit(1, time(14), 30, ContactMode.HOME, ContactKind.VIGILANCE, "At home"),
    Visit(2, time(11), 30, ContactMode.PHONE, ContactKind.SUPPORT, ""),
    Visit(3, time(18, 30), 60, ContactMode.HOME, ContactKind.VIGILANCE, "At home"),
    Visit(4, time(8), 90, ContactMode.OTHER, ContactKind.GATE_PICKUP, "HMP Fabling, main gate"),
    Visit(6, time(10), 30, ContactMode.OFFICE, ContactKind.SUPERVISION, "Probation office"),
)


@transaction.atomic
def plan_contacts(scheme: Scheme) -> None:
    """Plan a week for one officer, and record what the clock and the lists need to show something."""
    police, probation = (User.objects.get(username=name) for name in (POLICE, PROBATION))
    agencies = {agency.kind: agency for agency in Agency.objects.filter(kind__in=("police", "probation"))}
    today = timezone.localdate()
    with acting(police):
        led = Person.objects.filter(lead_set__officer=police, lead_set__superseded_at=None, lead_set__ends=None)
        people = list(led.select_related("scheme").distinct().order_by("pk")[:VISITED])
        for person, visit in zip(people, WEEK, strict=False):
            _plan(person, visit, today, police, agencies)
        for person in people[:3]:
            _visit(person, today, police, agencies)
        if people:
            _told_and_offered(people[0], today, police, agencies["police"])
            _not_engaging(people[-1], today, police, agencies["police"])
    with acting(probation):
        for person in Person.objects.filter(pk__in=[one.pk for one in people[:2]]):
            # At the hour at which the police come too, so that a clash is there to be seen.
            plan_appointment(
                person=person, happened_on=today + timedelta(1), happened_at=time(9, 45), minutes=30,
                mode=ContactMode.OFFICE, worker=str(probation), agency=agencies["probation"], by=probation,
                with_user=probation, notes="Weekly appointment.",
            )  # fmt: skip


def _plan(person: Person, visit: Visit, today: date, officer: User, agencies: dict[str, Agency]) -> None:
    is_vigilance = visit.kind is ContactKind.VIGILANCE
    for_what = ForWhat(
        kind=visit.kind,
        purposes=[VisitPurpose.SUPPORT, VisitPurpose.RELATIONSHIP] if is_vigilance else [],
        serves=Serves.BOTH if is_vigilance else Serves.CHANGE,
        joint=[agencies["probation"]] if is_vigilance else [],
        place=visit.place,
    )
    plan_appointment(
        person=person, happened_on=today + timedelta(visit.days), happened_at=visit.at, minutes=visit.minutes,
        mode=visit.mode, worker=str(officer), agency=agencies["police"], by=officer, with_user=officer,
        notes="Ask how the week went.", for_what=for_what,
    )  # fmt: skip


def _visit(person: Person, today: date, officer: User, agencies: dict[str, Agency]) -> None:
    record_contact(
        person=person, happened_on=today - timedelta(2), happened_at=time(19), mode=ContactMode.HOME,
        outcome=ContactOutcome.ATTENDED_COMPLIED, worker=str(officer), agency=agencies["police"], notes=VISIT,
        by=officer, engagement=Engagement.ENGAGING,
        for_what=ForWhat(
            kind=ContactKind.VIGILANCE, purposes=[VisitPurpose.SUPERVISE, VisitPurpose.RELATIONSHIP],
            serves=Serves.BOTH, joint=[agencies["probation"]], place="At home", minutes=40,
        ),
    )  # fmt: skip


def _told_and_offered(person: Person, today: date, officer: User, agency: Agency) -> None:
    record_explanation(
        person=person, happened_on=today - timedelta(5), worker=str(officer), how="At home, with the leaflet",
        understood=Understanding.YES, notes="Asked what happens if he says no.", agency=agency, by=officer,
    )  # fmt: skip
    record_offer(
        person=person, happened_on=today - timedelta(5), worker=str(officer),
        offered="A place with the jobs adviser, and help with the tenancy.", answer=OfferAnswer.PARTLY,
        their_reason="I’ll talk to the jobs woman. I don’t need anybody in my flat.", consequences_explained=True,
        consequences="More visits while there is intelligence; fewer once there is none.", agency=agency, by=officer,
    )  # fmt: skip


def _not_engaging(person: Person, today: date, officer: User, agency: Agency) -> None:
    for back in (3, 6):
        record_contact(
            person=person, happened_on=today - timedelta(back), happened_at=time(10), mode=ContactMode.OFFICE,
            outcome=ContactOutcome.UNACCEPTABLE_ABSENCE, worker=str(officer), agency=agency, notes=ABSENT, by=officer,
            engagement=Engagement.NOT_ENGAGING,
        )  # fmt: skip
    respond_to_disengagement(
        person=person, happened_on=today - timedelta(2), signs="Two appointments missed in a week, and the phone off.",
        response=DisengagementResponse.WATCHING, agency=agency, by=officer,
        reason="Known to drift when he is offending. The neighbourhood team looks out for him for two weeks.",
        review_on=today + timedelta(12),
    )  # fmt: skip
