"""Restricts the records that the world wants restricted, past everybody who asks but those named."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from tests.sweeps.world import World
from trellis.rules.vocabulary import LimitKind, LimitReason
from trellis.service.access.models import Limit, LimitName

# Whom each kind of limit names: an exclusion those it keeps out, the others those whom it lets in.
LIMITED = {
    "excluded": (LimitKind.EXCLUSION, ("coordinator", "police_om", "housing_worker", "analyst")),
    "restricted": (LimitKind.RESTRICTION, ("probation_om",)),
    "in stealth": (LimitKind.STEALTH, ("probation_om",)),
}


def limit_people(world: World) -> None:
    """Set the limits that go with people's relations."""
    for relation, (kind, names) in LIMITED.items():
        if relation in world.people:
            person = world.people[relation]
            limit = Limit.objects.create(
                person_id=person.pk, scheme=person.scheme, kind=kind, reason_code=LimitReason.HIGH_PROFILE,
                reason="An example", review_on=timezone.localdate() + timedelta(90), set_by=world.users["writer"],
            )  # fmt: skip
            for name in names:
                LimitName.objects.create(limit=limit, user=world.users[name], named_by=world.users["writer"])
            world.limits[relation] = limit
