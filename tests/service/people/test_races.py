"""Real processes change the same record at once: every accepted change stands, and every loser is told."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import date

import pytest
from django.utils import timezone

from tests.cast import Cast, make_cast
from tests.factories import grant, make_fact, make_person
from trellis.rules.vocabulary import Stage
from trellis.service.access.actor import acting
from trellis.service.people.models import Alert, Person
from trellis.service.record.models import Priority

RACERS = 4
# Longer than any race lasts, so that a deadlock shows as a failure and not as a wait.
PATIENCE_SECONDS = 900


@dataclass(frozen=True)
class Race:
    """What became of a race's tries, and whom it was about."""

    cast: Cast
    person: Person
    won: int
    lost: int

    def told(self, act: str) -> str:
        """The figures in a line."""
        return f"{act}: {self.won + self.lost} tries by {RACERS} processes, {self.won} accepted, {self.lost} told"


def run(act: str, database: str, tries: int) -> Race:
    """Race the processes in the database of that name. Fails when one of them does."""
    cast = make_cast()
    person = make_person(cast, stage=Stage.MANAGED)
    users = [cast.police_om, cast.coordinator, cast.probation_om, cast.police_om]
    for user in {user.pk: user for user in users}.values():
        grant(cast, user, person)
    ahead = date(2099, 1, 1)
    make_fact(Alert, person, cast.police, kind="weapons", reason="x", starts=date(2026, 1, 1), review_on=ahead)
    tasks = [
        {"act": act, "person": person.pk, "user": user.pk, "tries": tries // RACERS, "seed": number}
        for number, user in enumerate(users)
    ]
    racers = [
        subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.service.people.racers", database, json.dumps(task)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for task in tasks
    ]  # fmt: skip
    told: Counter[str] = Counter()
    try:
        for racer in racers:
            out, err = racer.communicate(timeout=PATIENCE_SECONDS)
            assert racer.returncode == 0, err
            told.update(json.loads(out))
    finally:
        for racer in racers:
            racer.kill()
    assert told.total() == tries, "every try was accepted or told"
    assert told["won"] > 0
    return Race(cast, person, told["won"], told["lost"])


def edits(database: str, tries: int) -> str:
    race = run("edit", database, tries)
    assert race.lost > 0, "processes that never met have not raced"
    with acting(race.cast.coordinator):
        assert Person.objects.get().version == 1 + race.won, "no accepted edit was overwritten"
    return race.told("A person edited in place")


def reviews(database: str, tries: int) -> str:
    race = run("review", database, tries)
    assert race.lost > 0, "processes that never met have not raced"
    with acting(race.cast.coordinator):
        assert Alert.objects.current().count() == 1, "exactly one row is current"
        assert Alert.objects.count() == 1 + race.won, "every accepted review is kept"
        rows = list(Alert.objects.order_by("recorded_at"))
        assert [row.superseded_at for row in rows[:-1]] == [row.recorded_at for row in rows[1:]], "no gap, no overlap"
    return race.told("A row of history corrected")


def colours(database: str, tries: int) -> str:
    race = run("colour", database, tries)
    assert race.lost > 0, "processes that never met have not raced"
    with acting(race.cast.coordinator):
        (current,) = Priority.objects.current()
        assert (current.starts, current.ends) == (timezone.localdate(), None)
        assert Priority.objects.count() == race.won, "every colour that was set is kept"
    return race.told("A priority set where none or another stood")


RACES = {"edits": edits, "reviews": reviews, "colours": colours}


@pytest.mark.parametrize("name", RACES)
def test_nobodys_change_is_lost(name: str, committed: str) -> None:
    RACES[name](committed, 200)


def test_the_race_finds_an_edit_that_does_not_look(committed: str) -> None:
    race = run("careless", committed, 80)
    with acting(race.cast.coordinator):
        assert Person.objects.get().version < 1 + race.won, "a careless edit loses updates, or the race proves nothing"


@pytest.mark.prove
@pytest.mark.parametrize("name", RACES)
def test_a_thousand_tries(name: str, committed: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = RACES[name](committed, 1000)
    with capsys.disabled():
        print(f"\n{told}; no update lost, no deadlock")
