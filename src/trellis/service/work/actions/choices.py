"""How somebody wants to be told of things."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from trellis.rules.notices import NoticeKind, Way, check_way
from trellis.service.access.models import User
from trellis.service.work.models import NoticeChoice


@transaction.atomic
def choose_ways(*, by: User, ways: Mapping[NoticeKind, Way]) -> None:
    """Keep how a user wants to be told of each of these kinds. Raises Refused for what nobody may do without."""
    for kind, way in ways.items():
        check_way(kind, way)
    now = timezone.now()
    NoticeChoice.objects.bulk_create(
        [NoticeChoice(chosen_by=by, kind=kind, way=way, chosen_at=now) for kind, way in ways.items()],
        update_conflicts=True,
        unique_fields=["chosen_by", "kind"],
        update_fields=["way", "chosen_at"],
    )
