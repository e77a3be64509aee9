"""Of whom an agenda is made: the referrals that wait, who is at red, whose release is near, whose actions are open."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

from trellis.rules.agenda import LOOK_AHEAD, USUAL_LOOK_BACK
from trellis.rules.tasks import TaskState
from trellis.rules.vocabulary import AgendaSource, MeetingStatus, PriorityColour, Stage
from trellis.service.meetings.models import Meeting, PersonItem
from trellis.service.meetings.sources import ABOUT_PERSON
from trellis.service.people.models import Person
from trellis.service.plans.models import Lapse
from trellis.service.record.models import Custody, Priority
from trellis.service.selection.models import Proposal, Referral
from trellis.service.work.models import Task


@dataclass(frozen=True, slots=True)
class Suggested:
    """Somebody who may be put on an agenda, and why."""

    person_id: int
    why: AgendaSource


def suggested(meeting: Meeting, sources: Iterable[AgendaSource]) -> list[Suggested]:
    """Whom these sources name of those the reader sees and who are not on the agenda, each once: a query a source."""
    taken = set(PersonItem.objects.current().filter(meeting=meeting).values_list("person_id", flat=True))
    found = []
    for source in sources:
        people = Person.objects.filter(scheme=meeting.scheme_id).exclude(pk__in=taken)
        for pk in _SOURCES[source](people, meeting).order_by("family_name", "given_names", "pk").values_list("pk"):
            taken.add(pk[0])
            found.append(Suggested(pk[0], source))
    return found


def _referred(people: QuerySet[Person], _: Meeting) -> QuerySet[Person]:
    waiting = Referral.objects.filter(closed_at=None, person__isnull=False).values("person")
    return people.filter(pk__in=waiting, stage=Stage.REFERRAL)


def _candidates(people: QuerySet[Person], _: Meeting) -> QuerySet[Person]:
    proposed = Proposal.objects.filter(closed_at=None).exclude(fired="").values("person")
    return people.filter(pk__in=proposed, stage=Stage.CANDIDATE)


def _of_colour(colour: PriorityColour) -> Callable[[QuerySet[Person], Meeting], QuerySet[Person]]:
    def chosen(people: QuerySet[Person], _: Meeting) -> QuerySet[Person]:
        now = Priority.objects.current().as_at(timezone.localdate()).filter(colour=colour).values("person")
        return people.filter(pk__in=now, stage=Stage.MANAGED)

    return chosen


def _released(people: QuerySet[Person], meeting: Meeting) -> QuerySet[Person]:
    soon = Custody.objects.current().filter(
        ends=None, expected_release__gte=timezone.localdate(), expected_release__lte=meeting.on + LOOK_AHEAD
    )
    return people.filter(pk__in=soon.values("person"), stage=Stage.MANAGED)


def _lapsed(people: QuerySet[Person], meeting: Meeting) -> QuerySet[Person]:
    earlier = Meeting.objects.filter(scheme=meeting.scheme_id, kind=meeting.kind, status=MeetingStatus.HELD)
    last = earlier.order_by("-on").values_list("on", flat=True).first()
    since = last or timezone.localdate() - USUAL_LOOK_BACK
    lapses = Lapse.objects.current().filter(happened_on__gt=since).values("person")
    return people.filter(pk__in=lapses, stage=Stage.MANAGED)


def _carried(people: QuerySet[Person], _: Meeting) -> QuerySet[Person]:
    waiting = Task.objects.filter(Q(state=TaskState.OPEN), source=ABOUT_PERSON, person__isnull=False)
    return people.filter(pk__in=waiting.values("person"))


_SOURCES: Mapping[AgendaSource, Callable[[QuerySet[Person], Meeting], QuerySet[Person]]] = {
    AgendaSource.REFERRALS: _referred,
    AgendaSource.CANDIDATES: _candidates,
    AgendaSource.RED: _of_colour(PriorityColour.RED),
    AgendaSource.AMBER: _of_colour(PriorityColour.AMBER),
    AgendaSource.RELEASES: _released,
    AgendaSource.LAPSED: _lapsed,
    AgendaSource.CARRIED: _carried,
}
