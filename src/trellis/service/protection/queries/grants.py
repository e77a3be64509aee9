"""Who may see one record: every live grant that opens it."""

from __future__ import annotations

from trellis.service.access.models import Grant
from trellis.service.protection.queries.people import users_of

OPENING = "SELECT * FROM actor_told_of_grants(%s)"


def grants_opening(person_id: int) -> list[Grant]:
    """Every live grant that opens the record, whatever limits take away: none for who may not be told."""
    return list(
        Grant.objects.raw(OPENING, [person_id]).prefetch_related("user", "team", "agency", "granted_by", "area")
    )


def openers_of(person_id: int) -> frozenset[int]:
    """The ids of the users to whom a grant opens the record, by themselves or in a team."""
    grants = grants_opening(person_id)
    users = [grant.user_id for grant in grants if grant.user_id]
    return users_of(users, [grant.team_id for grant in grants if grant.team_id])
