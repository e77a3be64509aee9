"""What waits for somebody: notices, tasks and how each user wants to be told of them; and documents."""

from trellis.service.work.models.documents import Document, DocumentVersion
from trellis.service.work.models.notices import Notice, NoticeChoice
from trellis.service.work.models.tasks import Task

__all__ = ["Document", "DocumentVersion", "Notice", "NoticeChoice", "Task"]
