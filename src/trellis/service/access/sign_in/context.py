"""What every page of a session carries: its clock, and what was typed here before."""

from __future__ import annotations

import time
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from trellis.service.access.models import User
from trellis.service.access.sign_in.drafts import draft_for, drafted_pages
from trellis.service.access.sign_in.sessions import WARNING_SECONDS, seconds_left


def session_clock(request: HttpRequest) -> dict[str, Any]:
    """Context processor: how long the session lasts and, where there is one, the draft of this page."""
    user = getattr(request, "user", None)
    if not isinstance(user, User) or not hasattr(request, "session"):
        return {}
    frame: dict[str, Any] = {
        "session_clock": {
            "left": max(0, int(seconds_left(request.session, time.time()))),
            "warning": WARNING_SECONDS,
            "ask": reverse("account_session_left"),
            "stay": reverse("account_session_stay"),
            "keep": reverse("account_keep_draft"),
        }
    }
    if request.method == "GET" and request.path in drafted_pages(request):
        fields = draft_for(user, request.path)
        if fields:
            frame["draft"] = {"page": request.path, "fields": fields}
    return frame
