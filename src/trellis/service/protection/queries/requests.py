"""Requests for access: those that wait for an answer, and one's own with theirs."""

from __future__ import annotations

from django.db.models import QuerySet

from trellis.service.access.models import AccessRequest, User


def waiting_for_answer(user: User) -> QuerySet[AccessRequest]:
    """Those that a user may answer, the longest waiting first."""
    asked = AccessRequest.objects.filter(decided_at=None).exclude(asked_by=user)
    return asked.select_related("asked_by", "agency", "scheme").order_by("asked_at", "id")


def own_requests(user: User) -> QuerySet[AccessRequest]:
    """A user's own, the latest first."""
    asked = AccessRequest.objects.filter(asked_by=user)
    return asked.select_related("decided_by", "agency").order_by("-asked_at", "-id")
