"""Telling people, and giving them work: each in the transaction of what it follows from."""

from trellis.service.work.actions.mentions import Mentioned, mentioned
from trellis.service.work.actions.notices import mark_read, notify, notify_role, notify_users
from trellis.service.work.actions.tasks import (
    raise_task,
    reassign_task,
    settle_task,
    snooze_task,
    withdraw_task,
)

__all__ = [
    "Mentioned",
    "mark_read",
    "mentioned",
    "notify",
    "notify_role",
    "notify_users",
    "raise_task",
    "reassign_task",
    "settle_task",
    "snooze_task",
    "withdraw_task",
]
