"""Who stands in for whom."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from trellis.service.access.models import Cover, Posting, User
from trellis.service.schemes.models import Scheme


def cover_to_come() -> QuerySet[Cover]:
    """Cover that lasts or is to come, as far as the reader is told, the soonest first."""
    lasting = Cover.objects.filter(ends__gt=Greatest(F("starts"), Value(timezone.localdate())))
    return lasting.select_related("user", "covered_by", "agency", "arranged_by").order_by("starts", "id")


def covering_for(user: User, agency_id: int | None) -> list[Cover]:
    """For whom a user stands in today at the agency they act for."""
    if agency_id is None:
        return []
    today = timezone.localdate()
    cover = Cover.objects.filter(covered_by=user, agency_id=agency_id, starts__lte=today, ends__gt=today)
    return list(cover.select_related("user").order_by("ends", "id"))


def last_day_of(cover: Cover) -> date:
    """The last day on which cover holds."""
    return cover.ends - timedelta(1)


def common_agency(one: User, other: User, scheme: Scheme) -> int | None:
    """The id of the agency for which both work in a scheme today, the first of several, or None."""
    posted = Posting.objects.live().filter(scheme=scheme)
    theirs = set(posted.filter(user=other).values_list("agency_id", flat=True))
    ours = posted.filter(user=one).values_list("agency_id", flat=True)
    return next((agency for agency in ours if agency in theirs), None)
