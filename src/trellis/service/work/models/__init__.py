"""What waits for somebody: notices, tasks, and how each user wants to be told of them."""

from trellis.service.work.models.notices import Notice, NoticeChoice
from trellis.service.work.models.tasks import Task

__all__ = ["Notice", "NoticeChoice", "Task"]
