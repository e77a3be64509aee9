"""Reminding people of restrictions whose day of review has come. A restriction past it stays in force."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from trellis.rules.notices import NoticeKind
from trellis.rules.vocabulary import Role
from trellis.service.access.models import Limit, User
from trellis.service.access.queries import officers_with
from trellis.service.work.actions import notify_users

# Told on the day, and again every week until somebody has looked: an overdue review is escalated, not forgotten.
DAYS_BETWEEN = 7


@transaction.atomic
def remind_of_reviews(*, today: date, by: User) -> int:
    """Tell information officers and whoever set it of each restriction that is due today or overdue by whole weeks.

    The notice names nobody: a restriction may be one that others must not know of. Returns how many are due.
    """
    due = [
        limit
        for limit in Limit.objects.filter(lifted_at=None, review_on__lte=today).select_related("scheme").order_by("pk")
        if (today - limit.review_on).days % DAYS_BETWEEN == 0
    ]
    officers = {
        posting.user_id
        for scheme in {limit.scheme for limit in due}
        for posting in officers_with([Role.INFORMATION_OFFICER], scheme)
    }
    told = officers | {limit.set_by_id for limit in due}
    notify_users(users=told, kind=NoticeKind.RESTRICTION_REVIEW, by=by)
    return len(due)
