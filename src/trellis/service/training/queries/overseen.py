"""Whose training somebody looks after."""

from __future__ import annotations

from collections.abc import Iterable

from trellis.rules.access import can
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Permission, Role
from trellis.service.access.models import Posting, User
from trellis.service.access.models.users import PostingQuerySet
from trellis.service.access.permitted import acting_agency
from trellis.service.access.queries import live_postings
from trellis.service.schemes.models import Scheme

WHOLE_SCHEME = (Permission.ALLOCATE, Permission.MANAGE_USERS)


def looks_after(postings: Iterable[Posting]) -> bool:
    """Whether somebody in these posts looks after anybody's training but their own."""
    held = list(postings)
    return _runs_the_scheme(held) or any(posting.supervises for posting in held)


def overseen(postings: Iterable[Posting], scheme: Scheme) -> PostingQuerySet:
    """The posts of those whose training somebody in these posts looks after: the scheme's, or their team's."""
    held = list(postings)
    live = working_in(scheme)
    if _runs_the_scheme(held):
        return live
    return live.filter(team__in=[posting.team_id for posting in held if posting.supervises])


def working_in(scheme: Scheme) -> PostingQuerySet:
    """The posts of everybody who works in a scheme today, by name."""
    live = Posting.objects.live().filter(scheme=scheme, user__is_active=True, user__is_system=False)
    return live.select_related("user", "agency", "team").order_by("user__name", "user_id", "id")


def check_looks_after(by: User, user: User, scheme: Scheme) -> None:
    """Refuse to somebody who does not look after a user's training."""
    postings = live_postings(by, acting_agency(by))
    if not overseen(postings, scheme).filter(user=user).exists():
        raise Refused(
            f"Only the supervisor of {user}, a scheme coordinator or an administrator may do this. Ask one of them."
        )


def _runs_the_scheme(postings: list[Posting]) -> bool:
    roles = [Role(posting.role) for posting in postings]
    return any(can(roles, permission) for permission in WHOLE_SCHEME)
