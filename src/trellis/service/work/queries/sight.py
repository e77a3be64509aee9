"""Whether somebody else may see a person: asked in their place, so that row security itself answers."""

from __future__ import annotations

from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.people.models import Person


def sees(user: User, person_id: int) -> bool:
    """Whether a user may see a person today, in any of the agencies that they work for."""
    agencies = dict.fromkeys(user.postings.live().values_list("agency_id", flat=True))
    for agency_id in agencies:
        with acting(user, agency_id=agency_id):
            if Person.objects.filter(pk=person_id).exists():
                return True
    return False
