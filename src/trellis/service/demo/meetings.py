"""A case conference that was held a fortnight ago and one next week, and the panel to come. All invented."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from trellis.rules.vocabulary import AgendaSource, Came, Compartment, PriorityColour, Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import Posting, User
from trellis.service.meetings.actions.attending import Presence, give_update, invite, record_attendance
from trellis.service.meetings.actions.minutes import Said, minute_general, minute_person
from trellis.service.meetings.actions.planning import Details, hold_meeting, plan_meeting, put_on_agenda
from trellis.service.meetings.models import AgencyReturn, GeneralItem, Meeting, PersonItem
from trellis.service.meetings.queries.usual import usual_agencies
from trellis.service.people.models import Person
from trellis.service.record.models import Priority
from trellis.service.schemes.models import Agency, Scheme
from trellis.service.work.actions import settle_task
from trellis.service.work.models import Task

CHAIR, POLICE, PROBATION = "idris.fernsby", "wren.aldersmith", "posy.larkfield"
DISCUSSED = 6
DAYS_AGO, DAYS_AHEAD = 14, 7
UPDATE = "Called twice this week. In the second time, and ready to talk about the tenancy."
SAID = (
    Said(
        decision="Stay at red; look again at the next meeting.",
        note="Out most nights by what the neighbours say. Keeps to the curfew since Sunday.",
    ),
    Said(decision="Offer the place at Clearwater this week.", note="Says that he wants it. Nobody to go with him."),
    Said(note="Nothing new. The flat is quiet and the card for the gym is used."),
)
ACTIONS = (
    ("Meet the gate and go straight to the clinic together", POLICE, 4),
    ("Ask the court for the date of the review hearing", PROBATION, 3),
    ("Take the housing form along and fill it in there", POLICE, 9),
)
IN_CONFIDENCE = "Told the nurse that the tablets are shared with somebody at the hostel."


@transaction.atomic
def hold_meetings(scheme: Scheme) -> None:
    """Hold one conference, and plan the next and a panel; whoever is invited may see whom they could see anyway."""
    chair = User.objects.get(username=CHAIR)
    with acting(chair):
        held = _held(scheme, chair)
    for username in (POLICE, PROBATION):
        _returned(held, User.objects.get(username=username))
    with acting(chair):
        _minute(held, chair)
        hold_meeting(meeting=held, by=chair)
        coming = _plan(scheme, "case_conference", DAYS_AHEAD, chair)
        put_on_agenda(meeting=coming, people=dict.fromkeys(_people(scheme), AgendaSource.ADDED), by=chair)
        _plan(scheme, "panel", DAYS_AHEAD + 2, chair)
        invite(meeting=coming, postings=_postings(scheme), open_records=False, by=chair)
    with acting(User.objects.get(username=POLICE)) as actor:
        for item in PersonItem.objects.filter(meeting=coming).select_related("meeting", "person")[:1]:
            give_update(item=item, text=UPDATE, compartment=Compartment.CORE, by=User.objects.get(pk=actor.user_id))


def _plan(scheme: Scheme, kind: str, days: int, by: User) -> Meeting:
    day = timezone.localdate() + timedelta(days)
    details = Details(day, time(10), 120, "Police station, room 4", chair=str(by), minute_taker=str(by))
    usual = usual_agencies(scheme, kind)
    return plan_meeting(scheme=scheme, kind=kind, details=details, expected=usual, why_not="", by=by)


def _people(scheme: Scheme) -> list[int]:
    """The first people at red whom the police officer of the scene leads, and others at red after them."""
    red = Priority.objects.current().as_at(timezone.localdate()).filter(colour=PriorityColour.RED).values("person")
    people = Person.objects.filter(scheme=scheme, stage=Stage.MANAGED, pk__in=red)
    theirs = people.filter(lead_set__officer__username=POLICE, lead_set__superseded_at=None, lead_set__ends=None)
    led = list(theirs.distinct().order_by("pk").values_list("pk", flat=True))
    others = people.exclude(pk__in=led).order_by("pk").values_list("pk", flat=True)
    return [*led, *others][:DISCUSSED]


def _held(scheme: Scheme, chair: User) -> Meeting:
    """A conference of a fortnight ago, which nobody can plan any more: made for today, and put where it was."""
    made = _plan(scheme, "case_conference", 0, chair)
    Meeting.objects.filter(pk=made.pk).update(on=timezone.localdate() - timedelta(days=DAYS_AGO))
    made.refresh_from_db()
    put_on_agenda(meeting=made, people=dict.fromkeys(_people(scheme), AgendaSource.ADDED), by=chair)
    return made


def _returned(meeting: Meeting, worker: User) -> None:
    given = datetime.combine(meeting.on - timedelta(days=3), time(15), tzinfo=timezone.get_current_timezone())
    posting = Posting.objects.live().filter(user=worker).first()
    if posting is not None:
        with acting(worker):
            AgencyReturn.objects.create(
                meeting=meeting, agency_id=posting.agency_id, recorded_by=worker, recorded_at=given
            )


def _minute(meeting: Meeting, chair: User) -> None:
    usual = usual_agencies(meeting.scheme, meeting.kind)
    record_attendance(meeting=meeting, mark=0, presences={one.pk: _presence(one) for one in usual}, by=chair)
    today = timezone.localdate()
    items = PersonItem.objects.filter(meeting=meeting).select_related("meeting__scheme", "person").order_by("pk")
    for place, item in enumerate(items[:DISCUSSED]):
        said = SAID[place % len(SAID)]
        minute_person(item=item, said=said, by=chair)
        if place < len(ACTIONS):
            what, whose, days = ACTIONS[place]
            action = Said(action=what, owner=_owner(whose, item), due_on=today + timedelta(days))
            minute_person(item=item, said=action, by=chair)
    for item in items[:1]:
        minute_person(item=item, said=Said(note=IN_CONFIDENCE, compartment=Compartment.HEALTH), by=chair)
    last = GeneralItem.objects.filter(meeting=meeting).order_by("pk").last()
    if last is not None:
        note = Said(
            note="Two thefts of bicycles a week at the hostel: one door for everybody after ten.",
            action="Ask the hostel to light the yard", owner={"named": "Warden of the hostel"},
            due_on=today + timedelta(days=10),
        )  # fmt: skip
        minute_general(item=last, said=note, by=chair)
    done = Task.objects.filter(source="meetings.Minute", reason=ACTIONS[1][0]).first()
    if done is not None:
        settle_task(task=done, by=chair, why="The hearing is on the ninth")


def _owner(username: str, item: PersonItem) -> dict[str, object]:
    """The officer, where they lead this person; whoever does their work at their agency otherwise."""
    user = User.objects.get(username=username)
    if user.leads.current().filter(person=item.person_id, ends=None).exists():
        return {"user": user}
    posting = Posting.objects.live().select_related("agency").get(user=user)
    return {"role": posting.role, "agency": posting.agency}


def _presence(agency: Agency) -> Presence:
    known = {
        "fable-police": Presence(Came.ATTENDED, "Wren Aldersmith"),
        "fable-probation": Presence(Came.ATTENDED, "Posy Larkfield"),
        "fable-housing": Presence(Came.APOLOGIES, reason="Short of staff this week"),
    }
    return known.get(agency.slug, Presence(Came.ABSENT))


def _postings(scheme: Scheme) -> list[Posting]:
    chosen = (POLICE, PROBATION, "bram.copperwick", "hester.goldfinch")
    return list(Posting.objects.live().filter(scheme=scheme, user__username__in=chosen).select_related("user"))
