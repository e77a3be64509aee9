"""Taking minutes: decisions, notes and actions as they are made, under a person or under a general item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from trellis.rules.errors import Refused
from trellis.rules.meetings import check_action, check_minute
from trellis.rules.tasks import TaskKind
from trellis.rules.vocabulary import Compartment, MeetingStatus, MinuteKind, Permission
from trellis.service.access.models import User
from trellis.service.access.permitted import acting_agency, check_permitted
from trellis.service.meetings.models import GeneralItem, GeneralMinute, Meeting, Minute, PersonItem
from trellis.service.meetings.sources import ABOUT_NOBODY, ABOUT_PERSON
from trellis.service.people.correcting import correct
from trellis.service.work.actions import mentioned, raise_task
from trellis.service.work.queries.documents import compartments_open


@dataclass(frozen=True, slots=True)
class Said:
    """What was said under an item. `owner`: whose the action is, as `raise_task` takes it; empty where nobody's."""

    decision: str = ""
    note: str = ""
    action: str = ""
    owner: Mapping[str, Any] = field(default_factory=dict)
    due_on: date | None = None
    compartment: Compartment = Compartment.CORE

    @property
    def lines(self) -> list[tuple[MinuteKind, str]]:
        """The lines of the minutes that it makes, in their order."""
        said = ((MinuteKind.DECISION, self.decision), (MinuteKind.NOTE, self.note), (MinuteKind.ACTION, self.action))
        return [(kind, text.strip()) for kind, text in said if text.strip()]


@transaction.atomic
def minute_person(*, item: PersonItem, said: Said, by: User) -> str:
    """Minute what was said of somebody, and give the action to its owner. Returns what the writer is to be told.

    Raises Refused for nothing said, an action without an owner or a day, an owner who may not see the person, a
    compartment that the writer does not hold, and a meeting that has not begun or was cancelled.
    """
    _check(item.meeting, said, by)
    if item.superseded_at is not None:
        raise Refused("Somebody has just taken this person off the agenda. Nothing is saved.")
    if said.compartment is not Compartment.CORE and said.compartment not in compartments_open(item.person_id):
        raise Refused("You may not minute anything of that kind about this person.")
    told = []
    for kind, text in said.lines:
        minute = Minute.objects.create(
            person_id=item.person_id, meeting=item.meeting, happened_on=item.meeting.on, kind=kind, text=text,
            compartment=said.compartment, agency_id=acting_agency(by), recorded_by=by,
        )  # fmt: skip
        if kind is MinuteKind.ACTION:
            _raise(said, item.meeting, by, person=item.person, source=ABOUT_PERSON, source_key=minute.pk,
                   compartment=said.compartment)  # fmt: skip
        told.append(mentioned(text=text, person=item.person, by=by).sentence)
    return " ".join(sentence for sentence in told if sentence)


@transaction.atomic
def minute_general(*, item: GeneralItem, said: Said, by: User) -> None:
    """Minute what was said about nobody in particular, and give the action. Raises Refused as `minute_person` does."""
    _check(item.meeting, said, by)
    for kind, text in said.lines:
        minute = GeneralMinute.objects.create(
            meeting=item.meeting, item=item, kind=kind, text=text, recorded_by=by
        )  # fmt: skip
        if kind is MinuteKind.ACTION:
            _raise(said, item.meeting, by, source=ABOUT_NOBODY, source_key=minute.pk)


@transaction.atomic
def correct_minute(*, minute: Minute, text: str, why: str, by: User) -> Minute:
    """Put a decision or a note right; the earlier version stays on the record. Raises Changed when somebody just did.

    Raises Refused for an action: its task says what is to be done, and is passed on, settled or withdrawn.
    """
    check_permitted(by, Permission.HOLD_MEETINGS)
    if minute.kind == MinuteKind.ACTION:
        raise Refused("An action is changed by its task: pass it on, or withdraw it and give another.")
    if not text.strip():
        raise Refused("Write what was decided or said.")
    return correct(minute, text=text.strip(), correction=why.strip(), recorded_by=by)


def _check(meeting: Meeting, said: Said, by: User) -> None:
    check_permitted(by, Permission.HOLD_MEETINGS)
    check_minute(on=meeting.on, status=MeetingStatus(meeting.status), today=timezone.localdate())
    if not said.lines:
        raise Refused("Write a decision, a note or an action.")
    check_action(what=said.action.strip(), owner="somebody" if said.owner else "", due=said.due_on)


def _raise(said: Said, meeting: Meeting, by: User, **about: Any) -> None:
    assert said.due_on is not None, "check_action has let it through"
    raise_task(
        by=by, kind=TaskKind.MEETING, reason=said.action.strip(), due_on=said.due_on, scheme=meeting.scheme,
        **said.owner, **about,
    )  # fmt: skip
