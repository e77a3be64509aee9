"""Restricted records and pages as the tests of protection meet them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast
from trellis.rules.vocabulary import LimitKind, LimitReason
from trellis.service.access.actor import acting
from trellis.service.access.models import Limit, User
from trellis.service.people.models import Person
from trellis.service.protection.actions.limits import set_limit

WHY = "A cousin of hers works in the office"


def limit(
    cast: Cast,
    person: Person,
    *users: User,
    kind: LimitKind = LimitKind.RESTRICTION,
    by: User | None = None,
    **more: Any,
) -> Limit:
    """A limit on the person that names these users, set by the coordinator unless told otherwise."""
    by = by or cast.coordinator
    asked: dict[str, Any] = {
        "kind": kind,
        "reason_code": LimitReason.STAFF_OR_RELATIVE,
        "reason": WHY,
        "review_on": timezone.localdate() + timedelta(90),
        "users": users,
        "teams": (),
    }
    with acting(by):
        return set_limit(by=by, person=person, **(asked | more))


def go(cast: Cast, user: User, name: str, /, *args: Any) -> tuple[int, str]:
    """Status and text of one of the pages."""
    return answer(cast.client(user).get(reverse(f"protection:{name}", args=args)))


def send(cast: Cast, user: User, name: str, /, *args: Any, **data: Any) -> tuple[int, str]:
    """Status and text of the answer to a form."""
    return answer(cast.client(user).post(reverse(f"protection:{name}", args=args), data))


def answer(response: Any) -> tuple[int, str]:
    assert isinstance(response, HttpResponse)
    return response.status_code, " ".join(response.content.decode().split())
