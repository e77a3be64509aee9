"""Who administers the cast's scheme, and what they send."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from tests.cast import LONG_AGO, Cast
from trellis.rules.vocabulary import Role
from trellis.service.access.actor import acting
from trellis.service.access.models import Posting, User
from trellis.service.administration.actions import invite
from trellis.service.administration.models import AccountRequest
from trellis.service.schemes.models import Agency, Scheme

REASON = "Covers for a colleague until the summer"


def make_user(cast: Cast, username: str, role: Role | None = Role.PARTNER_WORKER, **posting: Any) -> User:
    """Somebody with a role in the cast's scheme since long ago."""
    with acting("setup"):
        user = User.objects.create(username=username, name=username.replace(".", " ").title(), password="!")
        if role is not None:
            values = {"agency": cast.police, "scheme": cast.scheme, "starts": LONG_AGO}
            Posting.objects.create(user=user, role=role, **values | posting)
    return user


def make_colleague(cast: Cast) -> User:
    """A second administrator."""
    return make_user(cast, "colleague", Role.ADMINISTRATOR)


def make_other_scheme(cast: Cast) -> tuple[Scheme, User]:
    """Another scheme of the same force, with an administrator."""
    with acting("setup"):
        scheme = Scheme.objects.create(
            slug="other", name="Other IOM", national_label="Integrated Offender Management", area=cast.force,
            priority_grid="hm_2014", starts=LONG_AGO,
        )  # fmt: skip
    return scheme, make_user(cast, "elsewhere", Role.ADMINISTRATOR, scheme=scheme)


def asked_for(cast: Cast, username: str = "new.person", **changes: Any) -> AccountRequest:
    """An invitation by the administrator, waiting."""
    values: dict[str, Any] = {
        "scheme": cast.scheme, "name": "Tansy Merriweather", "email": "tansy@agency.example", "username": username,
        "role": Role.PARTNER_WORKER, "agency": cast.housing, "team": None, "area": None, "supervises": False,
        "starts": timezone.localdate(), "ends": None, "reason": REASON,
    }  # fmt: skip
    with acting(cast.administrator):
        return invite(by=cast.administrator, **values | changes)


def role_form(cast: Cast, **changes: str) -> dict[str, str]:
    """What the form for a role sends."""
    today = timezone.localdate()
    values = {
        "agency": str(cast.police.pk),
        "role": "coordinator",
        "team": "none",
        "area": "whole",
        "supervises": "no",
        "starts": f"{today:%d/%m/%Y}",
        "last_day": "",
        "reason": REASON,
    }
    return values | changes


def invitation_form(cast: Cast, **changes: str) -> dict[str, str]:
    """What the form for an invitation sends."""
    who = {"name": "Tansy Merriweather", "email": "tansy@agency.example", "username": "t.merriweather"}
    return role_form(cast, agency=str(cast.housing.pk), role="partner_worker") | who | changes


def send(cast: Cast, user: User, page: str, data: dict[str, Any] | None = None, *parts: int) -> HttpResponse:
    """Post to a page as somebody, and follow where it leads."""
    return cast.client(user).post(reverse(f"administration:{page}", args=parts), data or {}, follow=True)


def read(cast: Cast, user: User, page: str, *parts: int, **query: str) -> HttpResponse:
    """Read a page as somebody."""
    return cast.client(user).get(reverse(f"administration:{page}", args=parts), query)


def text_of(response: HttpResponse) -> str:
    """The page, with its white space made one."""
    return " ".join(response.content.decode().split())


def in_days(days: int) -> str:
    """A day as somebody types it."""
    return f"{timezone.localdate() + timedelta(days=days):%d/%m/%Y}"


def roles_at(user: User, agency: Agency) -> set[str]:
    """The roles that somebody holds at an agency today."""
    return set(user.postings.live().filter(agency=agency).values_list("role", flat=True))
