"""Cover: a colleague stands in for an officer on some days, and sees whom the officer is allocated."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from trellis.rules.errors import Refused
from trellis.rules.protecting import check_cover, check_words
from trellis.rules.vocabulary import Permission
from trellis.service.access.models import Cover, User
from trellis.service.access.permitted import check_permitted
from trellis.service.protection.queries.cover import common_agency
from trellis.service.schemes.models import Scheme


@transaction.atomic
def arrange_cover(
    *, by: User, scheme: Scheme, user: User, covered_by: User, starts: date, last_day: date, reason: str
) -> Cover:
    """Let a colleague see whom an officer is allocated, from a day to the end of another.

    Raises Refused for one who would cover for themselves, for oneself as the one who covers, for two who work for no
    agency in common, for days in the past or more than may be arranged at a time, and for cover arranged already.
    """
    check_permitted(by, Permission.ARRANGE_COVER)
    check_words(reason, "Say why cover is needed, for example “On leave until Monday”.")
    check_cover(starts=starts, last_day=last_day, today=timezone.localdate())
    if user.pk == covered_by.pk:
        raise Refused("Nobody covers for themselves. Choose two people.")
    if covered_by.pk == by.pk:
        raise Refused("Nobody arranges to cover for another themselves. Ask another coordinator to arrange it.")
    agency_id = common_agency(user, covered_by, scheme)
    if agency_id is None:
        raise Refused(f"{covered_by} works for no agency that {user} works for, and so cannot cover for them.")
    ends = last_day + timedelta(1)
    if Cover.objects.filter(user=user, covered_by=covered_by, starts__lt=ends, ends__gt=starts).exists():
        raise Refused(f"{covered_by} covers for {user} on some of these days already.")
    return Cover.objects.create(
        user=user,
        covered_by=covered_by,
        agency_id=agency_id,
        scheme=scheme,
        starts=starts,
        ends=ends,
        reason=reason.strip(),
        arranged_by=by,
    )


@transaction.atomic
def end_cover(*, by: User, cover: Cover) -> None:
    """End cover from today on, or before it begins. Raises Refused for cover that is over."""
    check_permitted(by, Permission.ARRANGE_COVER)
    today = timezone.localdate()
    if cover.ends <= today:
        raise Refused("This cover has ended already.")
    cover.ends = max(today, cover.starts)
    cover.save(update_fields=["ends"])
