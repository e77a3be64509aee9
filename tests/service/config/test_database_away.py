"""The database goes away in the middle of a request: the answer is safe, nothing is half-written, and work goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.urls import reverse

from tests.cast import Cast, make_cast
from tests.factories import make_person
from trellis.service.access.actor import acting
from trellis.service.audit.models import ChangeEvent
from trellis.service.casework.models import Contact
from trellis.service.common.embedded_postgres import embedded_server

# Of the statements of a request, every how manieth the connection is cut at.
EVERY = 15


class Cut:
    """Cuts the application's connection, as a failing server would, at one statement of those that it is asked."""

    def __init__(self, at: int) -> None:
        self.at, self.asked = at, 0

    def __call__(self, execute: Callable[..., Any], *statement: Any) -> Any:
        self.asked += 1
        if self.asked == self.at:
            process = connection.connection.info.backend_pid
            with psycopg.connect(embedded_server("test", durable=False).url, autocommit=True) as administrator:
                administrator.execute("SELECT pg_terminate_backend(%s, 5000)", [process])
        return execute(*statement)


@pytest.fixture
def cast(committed: str) -> Iterator[Cast]:
    with acting("setup"):
        return make_cast()


def contacts(cast: Cast) -> tuple[int, int]:
    """How many contacts there are, and how many changes the trail holds of their table."""
    with acting(cast.coordinator):
        recorded = Contact.objects.count()
    with acting(cast.auditor):
        return recorded, ChangeEvent.objects.filter(table=Contact._meta.db_table).count()


def test_at_whatever_statement_a_request_is_cut_off_nothing_is_half_done(cast: Cast) -> None:
    person = make_person(cast)
    client = cast.client(cast.coordinator)
    client.raise_request_exception = False
    address = reverse("casework:new", args=[person.pk])
    answers = {
        "happened_on": "yesterday", "mode": "home", "outcome": "attended_complied", "worker": "Wren Hob",
        "agency": cast.police.pk, "notes": "Moved in.",
    }  # fmt: skip

    def send(at: int) -> tuple[int, str, int]:
        cut = Cut(at)
        with connection.execute_wrapper(cut):
            response = client.post(address, answers)
        return response.status_code, response.content.decode(), cut.asked

    status, _, statements = send(0)
    assert (status, contacts(cast)) == (302, (1, 1))
    kept, failed = 1, 0
    for at in range(1, statements + 1, EVERY):
        status, page, _ = send(at)
        assert not [word for word in ("terminat", "psycopg", "Traceback") if word in page]
        recorded, told = contacts(cast)
        # Whole, where it was cut off after all was written; or else nothing of it. The trail tells the same.
        assert recorded == told
        assert recorded - kept in ({0} if status >= 500 else {1}), (at, status)
        kept, failed = recorded, failed + (status >= 500)
    assert failed > statements / EVERY / 2
    assert send(0)[0] == 302
