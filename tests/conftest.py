"""What every test stands on: the database, the cast and the claims of requirements."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from django.db import connections, transaction
from hypothesis import HealthCheck, settings

from tests.cast import Cast, make_cast

STANDING: dict[str, Cast] = {}

# How long an example takes says what the machine is doing, not whether the code is right.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

pytest_plugins = ["tests.database", "tests.figures", "tests.requirement_claims"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: object) -> Iterator[None]:
    """One migrated database a worker, on the tests' own server, with the cast in it: making them again takes long."""
    from tests import database

    empty = ExitStack()
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        database.start_server()
        old = database.make_database()
        name = str(connections["owner"].settings_dict["NAME"])
        empty.enter_context(database.copied(f"{name}{database.EMPTY}", name))
        with transaction.atomic():
            STANDING["cast"] = make_cast()
        connections.close_all()
    yield
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        empty.close()
        database.drop_database(old)


@pytest.fixture(autouse=True)
def _all_databases(request: pytest.FixtureRequest) -> None:
    """A test that touches the database has both connections, or the one it forgot would be the real one."""
    marker = request.node.get_closest_marker("django_db")
    if marker is not None:
        marker.kwargs["databases"] = ["default", "owner", "counters"]


@pytest.fixture
def cast(db: None) -> Cast:
    """The scheme and the people who work in it."""
    return copy.deepcopy(STANDING["cast"])


# Repeats of what another test of the same name shows already: the first and last words of each one's name. They are
# proofs, so that `make test` stays within its quarter of an hour.
REPEATS = (
    ("tests/journeys/test_main_job.py::test_every_page_of_everybody_is_accessible", "-phone]"),
    ("tests/journeys/test_main_job.py::test_from_candidate_to_briefing", "[with JavaScript]"),
    # The week in the life of one case goes through meetings and priority.
    ("tests/journeys/test_meetings.py::", ""),
    ("tests/journeys/test_priority.py::", ""),
    # What these pages do, their own tests ask without a browser.
    ("tests/journeys/test_caseload.py::", ""),
    ("tests/journeys/test_training.py::", ""),
    ("tests/journeys/test_administration.py::test_every_page_of_administration_is_sound", "[desk]"),
    ("tests/journeys/test_protection.py::test_every_page_of_protection_is_sound", "[desk]"),
    ("tests/journeys/test_together.py::test_two_who_write_at_once", "[with JavaScript]"),
    ("tests/journeys/test_protection.py::test_a_record_is_opened_in_an_emergency", "[script]"),
    ("tests/journeys/test_administration.py::test_two_people", "[script]"),
    ("tests/journeys/test_feeds.py::", "[script]"),
    ("tests/sweeps/test_matrix.py::test_pages_answer_as_they_declare_and_tell_nothing_hidden", "[1]"),
    ("tests/sweeps/test_matrix.py::test_pages_answer_as_they_declare_and_tell_nothing_hidden", "[2]"),
    ("tests/sweeps/test_two_worlds.py::test_what_is_hidden_changes_no_answer", "[coordinator]"),
    ("tests/sweeps/test_two_worlds.py::test_what_is_hidden_changes_no_answer", "[police_om]"),
    ("tests/service/people/test_races.py::test_the_race_finds_an_edit_that_does_not_look", ""),
    ("tests/service/people/test_races.py::test_nobodys_change_is_lost", "[colours]"),
    ("tests/service/people/test_races.py::test_nobodys_change_is_lost", "[reviews]"),
    ("tests/service/feeds/test_samples.py::test_the_order_of_the_files", ""),
    ("tests/service/feeds/test_crash.py::test_an_import_broken_off_at_a_statement_comes_to_the_same[p", "_nominals]"),
    ("tests/service/feeds/test_crash.py::test_an_import_broken_off_at_a_statement_comes_to_the_same[p", "_cases]"),
    ("tests/commands/test_backup.py::test_whatever_differs_in_a_restored_database_is_found", ""),
    *(
        ("tests/journeys/test_main_job.py::test_every_page_of_everybody_is_accessible", f"[{who}-desk]")
        for who in ("Wren Aldersmith", "Posy Larkfield", "Edmund Hartsease", "Quilla Brightwater", "Osbert Finch")
    ),
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the repeats as proofs before proofs are left out."""
    for item in items:
        if any(item.nodeid.startswith(first) and item.nodeid.endswith(last) for first, last in REPEATS):
            item.add_marker(pytest.mark.prove)
