"""Making and revoking the private address of a user's calendar."""

from __future__ import annotations

import secrets

from django.db import transaction
from django.utils import timezone

from trellis.service.access.models import User
from trellis.service.casework.models import CalendarFeed
from trellis.service.casework.queries.calendar import digest_of
from trellis.service.schemes.models import Agency

SECRET_BYTES = 32


@transaction.atomic
def make_calendar(*, by: User, agency: Agency) -> str:
    """Make a new secret for one's own calendar, and revoke the old one. Returns it: only its digest is kept."""
    revoke_calendar(by=by)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    CalendarFeed.objects.create(made_by=by, agency=agency, digest=digest_of(secret))
    return secret


@transaction.atomic
def revoke_calendar(*, by: User) -> int:
    """End one's own calendar address. Returns how many there were."""
    return CalendarFeed.objects.filter(made_by=by, revoked_at=None).update(revoked_at=timezone.now())
