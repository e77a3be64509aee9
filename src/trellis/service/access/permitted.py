"""Whether somebody may do what they are about to do, and for which agency they do it."""

from __future__ import annotations

from trellis.rules.access import check_may
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Permission
from trellis.service.access.actor import acting_agency_id, current_actor
from trellis.service.access.models import User
from trellis.service.access.queries import roles_of


def acting_agency(by: User) -> int:
    """The id of the agency that somebody acts for. Raises Refused when there is none."""
    actor = current_actor()
    chosen = actor.agency_id if actor and actor.user_id == by.pk else None
    agency_id = chosen or acting_agency_id(by)
    if agency_id is None:
        raise Refused("You act for no agency today, so nothing can be recorded as yours. Ask an administrator.")
    return agency_id


def check_permitted(by: User, permission: Permission) -> None:
    """Refuse an act that none of somebody's roles at the agency they act for allows."""
    check_may(roles_of(by, acting_agency(by)), permission)
