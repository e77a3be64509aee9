"""An import killed anywhere and started again comes to the same as one that was left alone."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from tests.cast import Cast, make_cast
from tests.database import committed_copy
from tests.service.feeds.loading import (
    QUILL,
    QUILL_PNC,
    ROOT,
    SAMPLE_FEEDS,
    case,
    extract,
    load,
    make_agencies,
    needs_samples,
    nominal,
    receive,
    sample,
)
from tests.service.feeds.snapshot import Snapshot, snapshot
from trellis.service.access.actor import clear_actor
from trellis.service.feeds.apply import apply_whole
from trellis.service.feeds.models import FeedFile

ROWS = 3
ELM = {"born": "01/02/1980", "pnc": "2001/0000001A"}
FILES: dict[str, tuple[str, ...]] = {
    "police_nominals": (
        QUILL,
        nominal("NM1", "OAKHANGER", **ELM, aliases="OAK Os / ELM Os", mobile="07700 900123"),
        nominal("NM2", "OAKHANGEE", **ELM, address="1 Sample Parade", postcode="ZZ1 1AA"),
        nominal("NM3", "MARROWBY", born="31/02/1980"),
        nominal("NM4", "QUILLFEATHER", pnc="2009/0000009A"),
        nominal("NM5", "INKPENNY", born="UNKNOWN", postcode="nonsense", ethnicity="W1"),
        QUILL,
        nominal("NM6", "UNDERHAY", born="03/04/1971", vrm="ZZ51 ABC"),
    ),
    "probation_cases": (
        case("X000001", "Quillfeather", pnc=QUILL_PNC, order="Licence", starts="2024-01-02", registrations="RHRH|IIOM"),
        case("X000002", "Quillfeather", score="40"),
        case("X000003", "Saltmarsh", born="1970-01-02", score="40", order="Community Order", starts="2020-01-01"),
        case("X000004", "Underhay", born="1971-03-04", pnc="2002/0000002A", score="5", scored="2026-01-02"),
        case("X000005", "Wethercott", born="1999-99-99"),
    ),
    "prison_movements": (
        "A0001ZZ,,REL,2021-05-01T09:00:00,FAB,OUT,CRD",
        f"A0001ZZ,{QUILL_PNC},ADM,2020-05-01T16:00:00,COURT,FAB,REMAND",
        f"A0001ZZ,{QUILL_PNC},ADM,2020-07-01T16:00:00,COURT,FAB,SENT",
        "A0002ZZ,2001/0000001A,REL,2019-01-01T09:00:00,FAB,OUT,END",
        "A0003ZZ,2009/0000009A,ADM,2019-01-01T09:00:00,COURT,FAB,SENT",
        f"A0001ZZ,{QUILL_PNC},ADM,2024-02-01T16:00:00,COURT,FAB,REMAND",
        "A0004ZZ,,ADM,2026-02-30T09:00:00,COURT,FAB,SENT",
    ),
}  # fmt: skip


class PulledPlug(Exception):
    """What a test raises in the middle of an import."""


@contextmanager
def breaking_at(point: int | None) -> Iterator[list[int]]:
    """Raise before the statement of that number; yields a list whose length is how many were reached."""
    reached: list[int] = []

    def run(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        reached.append(1)
        if len(reached) == point:
            raise PulledPlug
        return execute(sql, params, many, context)

    with connection.execute_wrapper(run):
        yield reached


def prepared(cast: Cast, feed: str) -> FeedFile:
    """A file received and not yet applied, with those in place that come before it."""
    make_agencies()
    for earlier in list(FILES)[: list(FILES).index(feed)]:
        load(cast, earlier, *FILES[earlier])
    return receive(cast.scheme, cast.coordinator, f"sample_{feed}", extract(feed, *FILES[feed]))


def left_alone(file: FeedFile) -> tuple[Snapshot, int]:
    """What the file comes to, and in how many statements; then it is undone."""
    with transaction.atomic():
        with breaking_at(None) as reached:
            apply_whole(file.pk, size=ROWS)
        found = snapshot()
        transaction.set_rollback(True)
    return found, len(reached)


def broken_off(file: FeedFile, point: int) -> Snapshot:
    """What it comes to when broken off before a statement and started again; then it is undone."""
    with transaction.atomic():
        with breaking_at(point), pytest.raises(PulledPlug):
            apply_whole(file.pk, size=ROWS)
        clear_actor()
        apply_whole(file.pk, size=ROWS)
        found = snapshot()
        transaction.set_rollback(True)
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("feed", list(FILES))
def test_an_import_broken_off_at_a_statement_comes_to_the_same(cast: Cast, feed: str) -> None:
    file = prepared(cast, feed)
    expected, statements = left_alone(file)
    assert statements > 80
    for point in range(1, statements + 1, statements // 10):
        assert broken_off(file, point) == expected, f"broken off before statement {point}"


@pytest.mark.prove
@pytest.mark.django_db
@pytest.mark.parametrize("feed", list(FILES))
def test_an_import_broken_off_at_every_statement_comes_to_the_same(cast: Cast, feed: str) -> None:
    file = prepared(cast, feed)
    expected, statements = left_alone(file)
    for point in range(1, statements + 1):
        assert broken_off(file, point) == expected, f"broken off before statement {point}"


APPLY = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
from django.conf import settings
for alias in ("default", "owner"):
    settings.DATABASES[alias]["NAME"] = os.environ["TEST_DATABASE"]
django.setup()
from trellis.service.feeds.apply import apply_whole
print("started", flush=True)
apply_whole(int(os.environ["TEST_FILE"]), size=200)
"""


def apply_elsewhere(database: str, file_id: int, kill_after: float | None) -> bool:
    """Apply a file in another process, killed after some seconds; returns whether it got to its end."""
    surroundings = os.environ | {"TEST_DATABASE": database, "TEST_FILE": str(file_id), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", APPLY]
    with subprocess.Popen(command, env=surroundings, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None
        process.stdout.readline()
        if kill_after is not None:
            time.sleep(kill_after)
            os.kill(process.pid, signal.SIGKILL)
        return process.wait(timeout=120) == 0


@pytest.mark.prove
@needs_samples
def test_a_process_killed_again_and_again_loses_and_doubles_nothing(
    django_db_setup: None, django_db_blocker: Any, tmp_path: Path
) -> None:
    chance = random.Random(20261122)
    kills = 0
    with django_db_blocker.unblock():
        with committed_copy("left_alone"):
            cast = make_cast()
            make_agencies()
            for feed in SAMPLE_FEEDS:
                load(cast, feed, content=sample(feed))
            expected = snapshot()
        with committed_copy("killed") as database:
            cast = make_cast()
            make_agencies()
            for feed in SAMPLE_FEEDS:
                file = receive(cast.scheme, cast.coordinator, f"sample_{feed}", sample(feed))
                for _ in range(12):
                    if apply_elsewhere(database, file.pk, chance.uniform(0.02, 0.6)):
                        break
                    kills += 1
                assert apply_elsewhere(database, file.pk, None)
            killed = snapshot()
    assert kills >= 20
    assert {table: rows - expected[table] for table, rows in killed.items() if rows != expected[table]} == {}
