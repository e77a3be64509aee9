"""After approval: the link with which somebody signs in the first time, by email or handed over."""

from __future__ import annotations

import logging
from smtplib import SMTPException

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from trellis.service.access.models import User
from trellis.service.access.sign_in.invitations import invitation_link, send_invitation

log = logging.getLogger(__name__)


def welcomed(request: HttpRequest, user: User) -> HttpResponse:
    """Send the link, or show it this once to whoever approved where it cannot be sent. It is kept nowhere."""
    site = request.build_absolute_uri("/")
    sent = bool(settings.EMAIL_HOST and user.email) and _send(user, site)
    context = {
        "title": "Approved",
        "user": user,
        "link": "" if sent else invitation_link(user, site=site),
        "tried": bool(settings.EMAIL_HOST and user.email),
    }
    return render(request, "administration/welcomed.html", context)


def _send(user: User, site: str) -> bool:
    try:
        send_invitation(user, site=site)
    except (SMTPException, OSError):
        log.exception("A link for signing in the first time could not be sent")
        return False
    return True
