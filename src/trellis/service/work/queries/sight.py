"""Whether somebody else may see a person: asked in their place, so that row security itself answers."""

from __future__ import annotations

from trellis.rules.vocabulary import Compartment
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.people.models import Person
from trellis.service.work.queries.documents import compartments_open


def sees(user: User, person_id: int, compartment: Compartment = Compartment.CORE) -> bool:
    """Whether a user may see a person's compartment today, in any of the agencies that they work for."""
    for agency_id in dict.fromkeys(user.postings.live().values_list("agency_id", flat=True)):
        with acting(user, agency_id=agency_id):
            if _sees_now(person_id, compartment):
                return True
    return False


def _sees_now(person_id: int, compartment: Compartment) -> bool:
    """Whether the present actor may."""
    if compartment is Compartment.CORE:
        return Person.objects.filter(pk=person_id).exists()
    return compartment in compartments_open(person_id)
