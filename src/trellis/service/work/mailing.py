"""One mail to somebody for whom notices wait. It says that there are some, and nothing of what they say."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone

from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.work.models import Notice

SUBJECT = "You have a new notice in Trellis"
BODY = """You have a new notice in Trellis.

Sign in to read it: {address}

This message says nothing about anybody, on purpose. Do not reply to it.
"""


def mail_waiting(user_id: int) -> bool:
    """Send the user one mail if notices wait that they have not been told of. Returns whether one was sent.

    Done with the addressee's own sight: a notice about somebody whom they may no longer see causes no mail, which would
    tell them that there is something. The rows are locked while the mail goes out, so two jobs at once send one; should
    the job die between sending and committing, the mail is sent again under the same Message-ID.
    """
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return False
    with acting(user):
        waiting = list(
            Notice.objects.select_for_update().filter(user=user, mailed_at=None, read_at=None).order_by("at")
        )
        if not waiting:
            return False
        if user.email:
            _send(user.email, str(waiting[0].pk))
        Notice.objects.filter(pk__in=[notice.pk for notice in waiting]).update(mailed_at=timezone.now())
    return bool(user.email)


def _send(address: str, key: str) -> None:
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    EmailMessage(
        SUBJECT,
        BODY.format(address=settings.ADDRESS),
        to=[address],
        headers={"Message-ID": f"<notice-{key}@{domain}>", "Auto-Submitted": "auto-generated"},
    ).send()
