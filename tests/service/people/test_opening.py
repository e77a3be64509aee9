"""Opening records one after another: as many as a person reads, and no more."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast
from tests.factories import make_person
from trellis.service.access.actor import acting
from trellis.service.audit.models import AccessEvent
from trellis.service.config import settings as ours

pytestmark = pytest.mark.django_db
MOST = 3


@pytest.fixture(autouse=True)
def few(settings: Any) -> None:
    settings.MOST_RECORDS_AN_HOUR = MOST
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"records": f"{MOST}/h/user"}


@pytest.mark.requirement("GOV-17")
def test_nobody_reads_the_register_through(cast: Cast) -> None:
    addresses = [reverse("home:person", args=[make_person(cast, f"Quill{number}").pk]) for number in range(MOST + 1)]
    reader = cast.client(cast.coordinator)
    assert [reader.get(one).status_code for one in addresses] == [200] * MOST + [429]
    page = reader.get(addresses[-1]).content.decode()
    assert "You have opened 3 people’s records within an hour" in " ".join(page.split())
    assert "Quill3" not in page
    # What was opened before stays open, on any of its pages, and so does everything to a colleague.
    assert reader.get(addresses[0]).status_code == 200
    assert (
        reader.get(reverse("casework:contacts", args=[addresses[0].rstrip("/").rpartition("/")[2]])).status_code == 200
    )
    assert cast.client(cast.information_officer).get(addresses[-1]).status_code == 200
    with acting(cast.auditor):
        refused = AccessEvent.objects.filter(status=429, actor_id=cast.coordinator.pk)
        assert [event.detail["refused"] for event in refused] == ["too many records within an hour"] * 2


def test_the_limit_is_more_than_anybody_reads() -> None:
    assert ours.MOST_RECORDS_AN_HOUR == 300
    assert ours.ACCOUNT_RATE_LIMITS["records"] == "300/h/user"
