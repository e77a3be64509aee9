"""A clock's tasks stand as it finds them, however often it is asked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.cast import Cast
from tests.factories import grant, make_person
from trellis.rules.notices import NoticeKind
from trellis.rules.tasks import TaskKind, TaskState
from trellis.rules.vocabulary import Role, Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.people.models import Person
from trellis.service.schemes.models import Scheme
from trellis.service.work import clocks
from trellis.service.work.actions import reassign_task, settle_task, withdraw_task
from trellis.service.work.actions.sweeping import Swept, sweep
from trellis.service.work.clocks import Clock, Due, offer_clock
from trellis.service.work.jobs import ClocksFailed, raise_due
from trellis.service.work.models import Notice, Task

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def person(cast: Cast) -> Person:
    person = make_person(cast, stage=Stage.MANAGED)
    grant(cast, cast.police_om, person)
    return person


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> list[Due]:
    """What the one clock of the test finds due."""
    monkeypatch.setattr(clocks, "_offered", {})
    found: list[Due] = []
    offer_clock(Clock("test", "No longer due", lambda scheme, today: list(found)))
    return found


def due(person: Person, key: object = 1, **said: object) -> Due:
    told = {"kind": TaskKind.PLAN, "reason": "The plan is due for review", "due_on": TODAY, "person_id": person.pk}
    return Due(**(told | {"source": "plans.Plan", "source_key": str(key)} | said))  # type: ignore[arg-type]


def swept(cast: Cast, today: date = TODAY) -> Swept:
    (clock,) = clocks.clocks()
    with acting("clocks") as actor:
        return sweep(clock=clock, scheme=cast.scheme, today=today, by=User.objects.get(pk=actor.user_id))


def tasks() -> list[Task]:
    with acting("clocks"):
        return list(Task.objects.select_related("user", "ended_by").order_by("made_at"))


@pytest.mark.requirement("SEC-07")
def test_run_twice_it_makes_one_task_and_tells_once(cast: Cast, person: Person, found: list[Due]) -> None:
    found.append(due(person, user_id=cast.police_om.pk))
    for _ in range(2):
        raise_due()
    (task,) = tasks()
    assert (task.assignee, task.rule, task.made_by.username) == ("Police Om", "test", "clocks")
    with acting(cast.police_om):
        assert [notice.kind for notice in Notice.objects.all()] == [NoticeKind.TASKS_DUE]
        assert Notice.objects.get().person_id is None


def test_what_is_no_longer_due_is_settled_by_the_rule_and_what_moved_moves(
    cast: Cast, person: Person, found: list[Due]
) -> None:
    found.append(due(person))
    assert swept(cast) == Swept(1, 0, 0)
    later = {"due_on": TODAY + timedelta(3), "reason": "The plan is due for review again"}
    found[:] = [due(person, user_id=cast.police_om.pk, **later)]
    assert swept(cast) == Swept(0, 0, 1)
    (task,) = tasks()
    assert (task.due_on, task.reason, task.user) == (later["due_on"], later["reason"], cast.police_om)
    found.clear()
    assert swept(cast) == Swept(0, 1, 0)
    (task,) = tasks()
    assert (task.state, task.ended_why, task.ended_by.username) == (TaskState.DONE, "No longer due", "clocks")  # type: ignore[union-attr]
    # It ended by itself and begins again: there is work again.
    found.append(due(person))
    assert swept(cast) == Swept(1, 0, 0)


def test_what_somebody_has_done_is_not_asked_again_unless_it_is_still_due_a_week_later(
    cast: Cast, person: Person, found: list[Due]
) -> None:
    found.append(due(person, user_id=cast.police_om.pk))
    swept(cast)
    with acting(cast.police_om):
        settle_task(task=Task.objects.get(), by=cast.police_om)
    assert swept(cast) == swept(cast, TODAY + timedelta(6)) == Swept(0, 0, 0)
    assert swept(cast, TODAY + timedelta(7)) == Swept(1, 0, 0)
    with acting(cast.coordinator):
        withdraw_task(task=Task.objects.get(state="open"), by=cast.coordinator, why="Not needed now")
    assert swept(cast, TODAY + timedelta(30)) == Swept(0, 0, 0)
    found[:] = [due(person, user_id=cast.police_om.pk, due_on=TODAY + timedelta(1))]
    assert swept(cast) == Swept(1, 0, 0)


def test_who_passed_it_on_has_settled_whose_it_is(cast: Cast, person: Person, found: list[Due]) -> None:
    found.append(due(person, user_id=cast.police_om.pk))
    swept(cast)
    with acting(cast.police_om):
        reassign_task(task=Task.objects.get(), by=cast.police_om, named="Ward nurse")
    found[:] = [due(person, role=Role.POLICE_OFFENDER_MANAGER)]
    assert swept(cast) == Swept(0, 0, 0)
    assert tasks()[0].assignee == "Ward nurse"


def test_nobody_is_told_of_work_about_somebody_hidden_from_them(cast: Cast, person: Person, found: list[Due]) -> None:
    found.append(due(person, user_id=cast.probation_om.pk))
    raise_due()
    with acting(cast.probation_om):
        assert (Notice.objects.count(), Task.objects.count()) == (0, 0)


def test_a_clock_that_fails_keeps_no_other_from_its_work(cast: Cast, person: Person, found: list[Due]) -> None:
    def breaks(scheme: Scheme, today: date) -> Iterable[Due]:
        raise ZeroDivisionError

    offer_clock(Clock("a-broken-one", "", breaks))
    found.append(due(person))
    with pytest.raises(ClocksFailed, match="a-broken-one"):
        raise_due()
    assert len(tasks()) == 1
    with pytest.raises(ValueError, match="already"):
        offer_clock(Clock("test", "", breaks))


def test_a_sweep_takes_as_many_queries_for_one_as_for_many(cast: Cast, person: Person, found: list[Due]) -> None:
    counts = []
    for number in (1, 60):
        found[:] = [due(person, f"{number}-{key}") for key in range(number)]
        with CaptureQueriesContext(connection) as queries:
            swept(cast)
        counts.append(len(queries))
    assert counts[0] == counts[1] - 1  # the second run has the first's task to settle
