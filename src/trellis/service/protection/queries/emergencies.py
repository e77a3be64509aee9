"""Uses of emergency access: those that wait for review, what was read in each, and what reviews found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from trellis.rules.protecting import emergency_review_due
from trellis.rules.vocabulary import GrantBasis, Role
from trellis.service.access.models import Grant, Posting, User
from trellis.service.schemes.models import Scheme


@dataclass(frozen=True, slots=True)
class Read:
    """One page that showed the person during the access; `others` is how many more it showed."""

    at: datetime
    page: str
    method: str
    status: int
    others: int

    @property
    def words(self) -> str:
        """What page it was: its name as words."""
        return "Person" if self.page == "home:person" else self.page.rpartition(":")[2].replace("_", " ").capitalize()


def emergencies(*, reviewed: bool) -> QuerySet[Grant]:
    """Uses of emergency access that the reader may know of: those that wait, the longest first, or those reviewed."""
    grants = Grant.objects.filter(basis=GrantBasis.BREAK_GLASS, review__isnull=not reviewed)
    grants = grants.select_related("user", "agency", "scheme", "review__reviewed_by")
    return grants.order_by("-starts_at" if reviewed else "starts_at", "id")


def waiting_for_review(user: User) -> QuerySet[Grant]:
    """Those that a user is to review: not their own."""
    return emergencies(reviewed=False).exclude(user=user)


def somebody_reviews(scheme: Scheme, user: User) -> bool:
    """Whether an information officer other than this user works in the scheme today."""
    posted = Posting.objects.live().filter(scheme=scheme, role=Role.INFORMATION_OFFICER, user__is_active=True)
    return posted.exclude(user=user).exists()


def unreviewed_of(user: User, person_id: int) -> int:
    """How often a user has opened a record in an emergency that nobody has reviewed yet."""
    return emergencies(reviewed=False).filter(user=user, person_id=person_id).count()


def due_of(grant: Grant) -> date:
    """The last day on which a use is reviewed in time."""
    return emergency_review_due(timezone.localdate(grant.starts_at))


def read_during(grant: Grant) -> list[Read]:
    """What was read of the person during the access, in order: nothing for whoever does not review it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT at, page, method, status, others FROM actor_read_in_emergency(%s)", [grant.pk])
        return [Read(*row) for row in cursor.fetchall()]
