"""Events of the trail by kind, and everything that one request left."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from trellis.rules.reasons import ReasonKind
from trellis.rules.vocabulary import Word
from trellis.service.audit import queries
from trellis.service.audit.models import AccessEvent, ChangeEvent
from trellis.service.audit.queries import REFUSED, Asked

# A request lasts seconds and a task hours at most, so what belongs together lies near; by time there is an index.
AROUND = timedelta(hours=6)


class Kind(Word):
    """Which events a page of the trail shows."""

    SEEN = "seen", "What was seen and done"
    CHANGES = "changes", "What was changed"
    SIGN_INS = "sign_ins", "Sign-ins and refusals"
    EXPORTS = "exports", "Exports"
    EMERGENCIES = "emergencies", "Emergency access"


SIGN_IN = (
    Q(detail__has_any_keys=["kind", "second_factor"]) | Q(page__startswith="account_") | Q(page__startswith="mfa_")
)
OF_KIND: dict[Kind, Q] = {
    Kind.SEEN: Q(),
    Kind.SIGN_INS: SIGN_IN | Q(status__in=REFUSED),
    Kind.EXPORTS: Q(detail__has_key="export"),
    Kind.EMERGENCIES: Q(detail__reason_for=ReasonKind.BREAK_GLASS.value) | Q(detail__has_key="emergency"),
}


def access_events(asked: Asked, kind: Kind = Kind.SEEN) -> QuerySet[AccessEvent]:
    """The access events asked for; those of a person are whatever showed them and whatever refused to."""
    events = queries.access_events(replace(asked, person=None)).filter(OF_KIND[kind])
    if asked.person is None:
        return events
    return events.filter(Q(person_ids__contains=[asked.person]) | Q(detail__asked_for=asked.person))


@dataclass(frozen=True, slots=True)
class Whole:
    """Everything that one request (or task) left in the trail, in the order it happened."""

    events: list[AccessEvent]
    changes: list[ChangeEvent]
    more: bool


def whole_request(request_id: str, near: datetime, most: int) -> Whole:
    """What a request left within some hours of a moment; `more` says that it changed more than `most` rows."""
    here = Q(request_id=request_id, at__gte=near - AROUND, at__lte=near + AROUND)
    events = list(AccessEvent.objects.filter(here).order_by("at", "pk")[:most])
    changes = list(ChangeEvent.objects.filter(here).order_by("at", "pk")[: most + 1])
    return Whole(events, changes[:most], more=len(changes) > most)
