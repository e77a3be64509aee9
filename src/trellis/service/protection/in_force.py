"""A limit as it stands, for whoever is about to change it."""

from __future__ import annotations

from trellis.rules.errors import Refused
from trellis.service.access.models import Limit
from trellis.service.people.correcting import take_turns


def limit_in_force(limit: Limit) -> Limit:
    """The limit as it stands now, nobody else acting on its person meanwhile. Raises Refused for one that is lifted."""
    take_turns(limit.person_id)
    fresh = Limit.objects.get(pk=limit.pk)
    if fresh.lifted_at is not None:
        raise Refused("This restriction has been lifted already.")
    return fresh
