"""Telling people, in the transaction of what they are told of: both happen, or neither does."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from trellis.rules.notices import NoticeKind
from trellis.rules.vocabulary import Role
from trellis.service.access.actor import current_actor
from trellis.service.access.models import Posting, User
from trellis.service.schemes.models import Agency, Scheme
from trellis.service.work.models import Notice
from trellis.service.work.outbox import mail_notices
from trellis.service.work.queries import linked_users


@transaction.atomic
def notify(*, person_id: int, kind: NoticeKind, by: User | None = None, **data: Any) -> int:
    """Tell everybody who works with a person, of every agency, but not whoever did it. Returns how many.

    Those who work with somebody hold a grant of that one person: lead officers and allocated workers, and whoever
    covers for them. Who sees them only as part of a whole scheme or a lead's team is not told. `by`: who did it, the
    present actor when left out. `data`: what the words depend on, never a fact about anybody.
    """
    return _tell(linked_users(person_id), kind, by=by, person_id=person_id, data=data)


@transaction.atomic
def notify_role(
    *,
    role: Role,
    scheme: Scheme,
    kind: NoticeKind,
    by: User | None = None,
    person_id: int | None = None,
    agency: Agency | None = None,
    **data: Any,
) -> int:
    """Tell everybody who works in a role in a scheme today, at one agency if given, but not whoever did it. How many.

    With a person, only those of them who may see that person will see the notice.
    """
    posted = Posting.objects.live().filter(role=role, scheme=scheme, user__is_active=True)
    if agency is not None:
        posted = posted.filter(agency=agency)
    return _tell(posted.values_list("user_id", flat=True), kind, by=by, person_id=person_id, data=data)


@transaction.atomic
def notify_users(
    *,
    users: Iterable[int],
    kind: NoticeKind,
    by: User | None = None,
    person_id: int | None = None,
    **data: Any,
) -> int:
    """Tell these users (ids), but not whoever did it. Returns how many."""
    return _tell(users, kind, by=by, person_id=person_id, data=data)


@transaction.atomic
def mark_read(*, by: User, notices: Collection[UUID] | None = None) -> int:
    """Mark the reader's own notices as read: these, or all. Returns how many had been unread."""
    unread = Notice.objects.filter(user=by, read_at=None)
    if notices is not None:
        unread = unread.filter(pk__in=notices)
    return unread.update(read_at=timezone.now())


def _tell(
    users: Iterable[int], kind: NoticeKind, *, by: User | None, person_id: int | None, data: dict[str, Any]
) -> int:
    actor = current_actor()
    assert actor is not None, "a notice is part of an act, and an act has an actor"
    done_by = by.pk if by else actor.user_id
    told = sorted(set(users) - {done_by})
    Notice.objects.bulk_create(
        Notice(user_id=user, person_id=person_id, kind=kind, data=data, done_by_id=done_by) for user in told
    )
    if told:
        # The job's row is written by this transaction too, so no mail is sent for what did not happen.
        mail_notices.defer(user_ids=told)
    return len(told)
