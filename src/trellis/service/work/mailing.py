"""Mail to somebody for whom notices wait. It says that there are some, and nothing of what they say."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.utils import timezone

from trellis.rules.notices import Way
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.ui.filters import plural
from trellis.service.work.models import Notice
from trellis.service.work.queries.notices import ways_of_telling
from trellis.service.work.queries.tasks import awake

SUBJECT = "You have a new notice in Trellis"
BODY = """You have a new notice in Trellis.

Sign in to read it: {address}

This message says nothing about anybody, on purpose. Do not reply to it.
"""
DIGEST_SUBJECT = "Your day in Trellis"
DIGEST = """{counts}

Sign in to read more: {address}

This message says nothing about anybody, on purpose. Do not reply to it. Under "How you are told of things" in Trellis
you choose what comes by e-mail.
"""


def mail_waiting(user_id: int) -> bool:
    """Send the user one mail if notices wait of which they want to be told at once. Returns whether one was sent.

    Done with the addressee's own sight: a notice about somebody whom they may no longer see causes no mail, which would
    tell them that there is something. The rows are locked while the mail goes out, so two jobs at once send one; should
    the job die between sending and committing, the mail is sent again under the same Message-ID.
    """
    return _mail(user_id, Way.AT_ONCE, SUBJECT)


def mail_digest(user_id: int) -> bool:
    """Send the user the mail of the day if notices wait of which they want to be told once a day: counts, no more.

    Returns whether one was sent. Sight, locks and names of mails are as for `mail_waiting`.
    """
    return _mail(user_id, Way.DAILY, DIGEST_SUBJECT)


def _mail(user_id: int, way: Way, subject: str) -> bool:
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return False
    with acting(user):
        kinds = [kind for kind, chosen in ways_of_telling(user).items() if chosen is way]
        unmailed = Notice.objects.filter(user=user, kind__in=kinds, mailed_at=None, read_at=None)
        waiting = list(unmailed.select_for_update().order_by("at"))
        if not waiting:
            return False
        if user.email:
            body = BODY if way is Way.AT_ONCE else DIGEST.replace("{counts}", _counts(user, unmailed))
            _send(user.email, subject, body, str(waiting[0].pk))
        Notice.objects.filter(pk__in=[notice.pk for notice in waiting]).update(mailed_at=timezone.now())
    return bool(user.email)


def _counts(user: User, unmailed: QuerySet[Notice]) -> str:
    today = timezone.localdate()
    due = awake(today).filter(user=user, due_on__lte=today).count()
    counted = f"You have {plural(due, 'task')} due or overdue" if due else "No task of yours is due"
    return f"{counted}, and {plural(unmailed.count(), 'new notice')}."


def _send(address: str, subject: str, body: str, key: str) -> None:
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    EmailMessage(
        subject,
        body.format(address=settings.ADDRESS),
        to=[address],
        headers={"Message-ID": f"<notice-{key}@{domain}>", "Auto-Submitted": "auto-generated"},
    ).send()
