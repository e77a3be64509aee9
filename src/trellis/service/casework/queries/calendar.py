"""What a user's private calendar address serves: times and links, and nothing of anybody."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

from trellis.service.access.models import User
from trellis.service.casework.models import Appointment, CalendarFeed
from trellis.service.casework.queries.contacts import of_user, standing

DAYS_BACK, DAYS_AHEAD = 14, 90


def digest_of(secret: str) -> str:
    """What is kept of a secret. It has 256 random bits, so a plain digest cannot be searched back."""
    return sha256(secret.encode()).hexdigest()


def live_feed(secret: str) -> CalendarFeed | None:
    """The address that a secret opens; None for one that was never made, is revoked, or whose user has left."""
    feeds = CalendarFeed.objects.filter(digest=digest_of(secret), revoked_at=None, made_by__is_active=True)
    return feeds.select_related("made_by").first()


def own_feed(user: User) -> CalendarFeed | None:
    """A user's own live address, or None."""
    return CalendarFeed.objects.filter(made_by=user, revoked_at=None).first()


def diary_of(user: User, today: date) -> list[Appointment]:
    """The appointments in somebody's own calendar, from two weeks back to three months ahead."""
    days = (today - timedelta(days=DAYS_BACK), today + timedelta(days=DAYS_AHEAD))
    return list(of_user(standing(), user).filter(happened_on__range=days))


def calendar_text(appointments: list[Appointment], *, site: str, link: str, secret: str, now: datetime) -> str:
    """The calendar as iCalendar (RFC 5545). `link`: the path of an appointment's page with {} for its number.

    Times are in UTC, so that no program has to know when the clocks change here. What names an entry is a digest, so
    that somebody who sees two calendars cannot tell that they hold the same appointment.
    """
    lines = [
        *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Trellis//Calendar//EN", "CALSCALE:GREGORIAN"),
        *("METHOD:PUBLISH", "X-WR-CALNAME:Trellis"),
    ]
    for appointment in appointments:
        slot = appointment.slot
        if slot is None:
            continue
        uid = sha256(f"{secret} {appointment.pk}".encode()).hexdigest()[:32]
        lines += [
            "BEGIN:VEVENT",
            f"UID:{uid}@trellis",
            f"DTSTAMP:{_stamp(now)}",
            f"DTSTART:{_stamp(slot.starts)}",
            f"DTEND:{_stamp(slot.ends)}",
            f"SUMMARY:Contact\\, {slot.minutes} min",
            f"URL:{site}{link.format(appointment.pk)}",
            "CLASS:PRIVATE",
            "END:VEVENT",
        ]
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _folded(line: str) -> str:
    """A line of at most 75 octets, the rest on lines that begin with a space (RFC 5545, 3.1). Ours are ASCII."""
    parts = [line[:75], *(line[start : start + 74] for start in range(75, len(line), 74))]
    return "\r\n ".join(parts)
