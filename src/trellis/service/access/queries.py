"""Who a user is today: roles, agencies, teams."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest

from trellis.rules.access import permissions_of
from trellis.rules.vocabulary import Permission, Role
from trellis.service.access.models import Posting, User
from trellis.service.schemes.models import Agency, Scheme


def live_postings(user: User, agency_id: int | None) -> list[Posting]:
    """The user's postings in force at an agency, in the order they were made."""
    if agency_id is None:
        return []
    return list(user.postings.live().filter(agency_id=agency_id).select_related("agency", "team", "scheme"))


def roles_of(user: User, agency_id: int | None) -> frozenset[Role]:
    """The roles a user holds at an agency today; they add up."""
    return frozenset(Role(posting.role) for posting in live_postings(user, agency_id))


def permissions_at(user: User, agency_id: int | None) -> frozenset[Permission]:
    """Everything a user may do when acting for an agency."""
    return permissions_of(roles_of(user, agency_id))


def officers_with(roles: Iterable[Role], scheme: Scheme) -> Iterable[Posting]:
    """Live postings of these roles in a scheme, with their users, by name."""
    postings = Posting.objects.live().filter(role__in=roles, scheme=scheme, user__is_active=True)
    return postings.select_related("user", "agency", "team").order_by("user__name", "user_id")


class Signed:
    """Who signed in to a request, for which agency and in which roles: read once, when first asked for."""

    def __init__(self, user: User, agency_id: int | None) -> None:
        self.user = user
        self.agency_id = agency_id
        everywhere = list(user.postings.live().select_related("agency", "team", "scheme"))
        self.postings = [posting for posting in everywhere if posting.agency_id == agency_id]
        self.agencies = sorted({posting.agency for posting in everywhere}, key=lambda agency: agency.name)
        """The agencies that they may act for: one at a time, and its roles alone count."""
        self.roles = frozenset(Role(posting.role) for posting in self.postings)
        self.permissions = permissions_of(self.roles)

    @property
    def agency(self) -> Agency | None:
        """The agency acted for, or None for somebody without a posting."""
        return self.postings[0].agency if self.postings else None

    @property
    def scheme(self) -> Scheme | None:
        """The scheme worked in, or None."""
        return next((posting.scheme for posting in self.postings if posting.scheme), None)

    def may(self, permission: Permission) -> bool:
        """Whether one of the roles allows the act."""
        return permission in self.permissions


def signed_in(request: HttpRequest) -> Signed:
    """Who signed in to this request. The middleware has put it there; raises AttributeError outside a request."""
    signed: Signed = request.signed  # type: ignore[attr-defined]
    return signed
