"""How long a session lasts, and the list of one's own.

Both lengths are counted on the server: 15 minutes without anything done, 10 hours in all.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from importlib import import_module
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from trellis.service.access.models import User

IDLE_SECONDS = 15 * 60
WARNING_SECONDS = 2 * 60
WHOLE_SECONDS = 10 * 60 * 60
# Noting every request would cost a write each; so idle time is counted in steps of half a minute.
STEP_SECONDS = 30
BEGAN, SEEN, LISTED = "sign_in.began", "sign_in.seen", "sign_in.listed"
# What a script asks by itself says so, and does not count as something done.
BACKGROUND_HEADER = "X-Trellis-Background"


class Ending(StrEnum):
    """Why a session ended, in words for whom it ended."""

    IDLE = "You were signed out because nothing was done for 15 minutes. Sign in to go on."
    WHOLE = "You were signed out because 10 hours had passed since you signed in. Sign in to go on."


def begin_session(request: HttpRequest, **_: Any) -> None:
    """Receiver of user_logged_in: the clocks start, and what ended long ago is forgotten."""
    request.session[BEGAN] = request.session[SEEN] = time.time()
    request.session.pop(LISTED, None)
    request.session.clear_expired()
    ended = datetime.now(tz=UTC) - timedelta(seconds=WHOLE_SECONDS)
    UserSession.objects.filter(created_at__lt=ended).delete()


def ending_of(session: SessionBase, now: float) -> Ending | None:
    """Why a session has ended by `now` (seconds since 1970), or None. One without clocks has ended."""
    if now - session.get(BEGAN, 0) >= WHOLE_SECONDS:
        return Ending.WHOLE
    return Ending.IDLE if seconds_left(session, now) <= 0 else None


def seconds_left(session: SessionBase, now: float) -> float:
    """How long a session lasts if nothing more is done."""
    idle: float = session.get(SEEN, 0) + IDLE_SECONDS - now
    whole: float = session.get(BEGAN, 0) + WHOLE_SECONDS - now
    return min(idle, whole)


def note_activity(request: HttpRequest, now: float) -> None:
    """Something was done. What a script asked by itself is not."""
    if request.headers.get(BACKGROUND_HEADER):
        return
    if now - request.session[SEEN] >= STEP_SECONDS or LISTED not in request.session:
        request.session[SEEN], request.session[LISTED] = now, True
        _note_where(request)


def renew_session(request: HttpRequest) -> None:
    """Give the session another id, as after every proof of who holds it (OWASP ASVS 5.0, 7.2.4)."""
    before = request.session.session_key
    request.session.cycle_key()
    UserSession.objects.filter(session_key=before).update(session_key=request.session.session_key)


def _note_where(request: HttpRequest) -> None:
    """Keep the list of the user's own sessions up to date."""
    UserSession.objects.update_or_create(
        session_key=request.session.session_key,
        defaults={
            "user": request.user,
            "ip": get_adapter().get_client_ip(request),
            "user_agent": request.headers.get("User-Agent", "")[:200],
            "last_seen_at": datetime.fromtimestamp(request.session[SEEN], tz=UTC),
        },
    )


@dataclass(frozen=True)
class OwnSession:
    """One of a user's sessions, in words."""

    id: int
    browser: str
    address: str
    began: datetime
    seen: datetime
    current: bool


def own_sessions(user: User, current_key: str | None) -> list[OwnSession]:
    """The user's live sessions, the present one first and then the latest."""
    found = [
        OwnSession(
            one.pk, browser_in_words(one.user_agent), one.ip, one.created_at, one.last_seen_at, key == current_key
        )
        for one, key in _live(user)
    ]
    return sorted(found, key=lambda one: (not one.current, -one.seen.timestamp()))


def _live(user: User) -> Iterator[tuple[UserSession, str]]:
    store = _store()
    for one in UserSession.objects.filter(user_id=user.pk):
        if store(one.session_key).load() and ending_of(store(one.session_key), time.time()) is None:
            yield one, one.session_key


def _store() -> Any:
    return import_module(settings.SESSION_ENGINE).SessionStore


def end_session(user: User, session_id: int) -> bool:
    """End one of the user's own sessions; returns whether there was one."""
    found = UserSession.objects.filter(user_id=user.pk, pk=session_id).first()
    if found is not None:
        found.end()
    return found is not None


def end_sessions(user: User, *, but: str | None = None) -> int:
    """End the user's sessions everywhere, one apart where its key is given; returns how many."""
    ended = list(UserSession.objects.filter(user_id=user.pk).exclude(session_key=but or ""))
    for one in ended:
        one.end()
    return len(ended)


# In this order, because several browsers name others too.
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    *(("iPhone", "an iPhone"), ("iPad", "an iPad"), ("Android", "Android"), ("Windows", "Windows")),
    *(("Mac OS", "a Mac"), ("CrOS", "a Chromebook"), ("Linux", "Linux")),
)


def browser_in_words(user_agent: str) -> str:
    """The kind of browser and machine that a user agent names."""
    browser = next((words for mark, words in BROWSERS if f"{mark}/" in user_agent), "A browser")
    system = next((words for mark, words in SYSTEMS if mark in user_agent), None)
    return f"{browser} on {system}" if system else browser
