"""Work is given once, to whoever may do it; only its own end ends it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast
from tests.factories import grant, make_person
from trellis.rules.errors import Refused
from trellis.rules.notices import NoticeKind
from trellis.rules.tasks import Repeat, TaskKind, TaskState
from trellis.rules.vocabulary import Compartment, Role, Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import Grant, Posting, User
from trellis.service.people.models import Person
from trellis.service.work.actions import raise_task, reassign_task, settle_task, snooze_task, withdraw_task
from trellis.service.work.models import Notice, Task
from trellis.service.work.queries import address_of, unread_of

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def person(cast: Cast) -> Person:
    person = make_person(cast, stage=Stage.MANAGED)
    for user in (cast.police_om, cast.housing_worker):
        grant(cast, user, person)
    return person


def give(by: User, person: Person | None, **said: Any) -> Task:
    told: dict[str, Any] = {"kind": TaskKind.SHARED_ITEM, "reason": "Ask the landlord for a letter", "due_on": TODAY}
    with acting(by):
        return raise_task(by=by, person=person, **(told | said))


def seen_by(user: User) -> int:
    with acting(user):
        return Task.objects.count()


@pytest.mark.requirement("PLN-10")
def test_a_shared_item_becomes_an_action_with_an_owner_and_a_day_once(cast: Cast, person: Person) -> None:
    share = {"source": "sharing.InformationShared", "source_key": 7}
    first = give(cast.coordinator, person, user=cast.housing_worker, **share)
    assert give(cast.coordinator, person, user=cast.housing_worker, **share).pk == first.pk
    with acting(cast.housing_worker):
        (task,) = Task.objects.select_related("user")
        assert (task.assignee, task.due_on, task.reason) == ("Housing Worker", TODAY, "Ask the landlord for a letter")
        (notice,) = Notice.objects.all()
        assert (notice.kind, notice.sentence) == (NoticeKind.TASK, "You have a new task")
        assert address_of(notice) == reverse("work:task", args=[task.pk])
        assert unread_of(cast.housing_worker).latest[0].sentence == (
            "You have a new task: “Ask the landlord for a letter”"
        )
        settle_task(task=task, by=cast.housing_worker, why="Letter received")
        assert settle_task(task=task, by=cast.housing_worker) is None
    assert give(cast.coordinator, person, user=cast.housing_worker, **share).pk != first.pk


@pytest.mark.requirement("PLN-08")
def test_neighbourhood_policing_gets_a_task_to_review_a_plan(cast: Cast, person: Person) -> None:
    grant(cast, cast.neighbourhood, person)
    given = {"kind": TaskKind.NEIGHBOURHOOD_REVIEW, "reason": "Review the plan with the case’s officer"}
    task = give(cast.police_om, person, role=Role.NEIGHBOURHOOD_OFFICER, agency=cast.police, **given)
    with acting(cast.neighbourhood):
        standing = Task.objects.get(pk=task.pk)
        assert standing.assignee == "Neighbourhood officer, Fable police"
        assert Notice.objects.get().kind == NoticeKind.TASK
        settle_task(task=standing, by=cast.neighbourhood, why="Agreed with the ward team")
    with acting(cast.police_om):
        done = Task.objects.select_related("ended_by").get(pk=task.pk)
        assert (done.state, done.ended_by, done.ended_why) == ("done", cast.neighbourhood, "Agreed with the ward team")


@pytest.mark.requirement("SEC-06")
def test_a_task_goes_with_the_sight_of_the_person_and_of_the_compartment(cast: Cast, person: Person) -> None:
    give(cast.coordinator, person, user=cast.police_om)
    give(cast.coordinator, person, named="Ward nurse", compartment=Compartment.HEALTH, reason="Ask the nurse")
    assert (seen_by(cast.police_om), seen_by(cast.coordinator)) == (1, 2)
    # Housing's agreement lists no tasks, so it reads its own alone; who has no grant reads none.
    assert (seen_by(cast.housing_worker), seen_by(cast.probation_om), seen_by(cast.stranger)) == (0, 0, 0)
    give(cast.coordinator, person, role=Role.PARTNER_WORKER, agency=cast.housing)
    assert seen_by(cast.housing_worker) == 1
    with acting("setup"):
        for held in Grant.objects.filter(person_id=person.pk):
            Grant.objects.filter(pk=held.pk).update(ends_at=held.starts_at)
    assert (seen_by(cast.police_om), seen_by(cast.housing_worker)) == (0, 0)


@pytest.mark.requirement("SEC-06")
def test_a_compartments_task_is_told_to_those_alone_who_may_see_it(cast: Cast, person: Person) -> None:
    grant(cast, cast.probation_om, person, compartments=[Compartment.CORE, Compartment.HEALTH])
    with acting("setup"):
        Posting.objects.create(
            user=cast.police_om, agency=cast.probation, scheme=cast.scheme, role=Role.PROBATION_OFFENDER_MANAGER,
            starts=TODAY,
        )  # fmt: skip
    task = give(
        cast.coordinator, person, role=Role.PROBATION_OFFENDER_MANAGER, compartment=Compartment.HEALTH,
        reason="Ask the nurse for the letter",
    )  # fmt: skip
    with acting(cast.police_om):
        assert not Notice.objects.exists()
    with acting(cast.probation_om):
        (notice,) = unread_of(cast.probation_om).latest
        assert notice.sentence == "You have a new task: “Ask the nurse for the letter”"
        with pytest.raises(Refused, match="cannot be given work about this person"):
            reassign_task(task=task, by=cast.probation_om, user=cast.police_om)
        reassign_task(task=task, by=cast.probation_om, user=cast.probation_om)


def test_work_is_given_to_one_who_may_see_the_person(cast: Cast, person: Person) -> None:
    for assignee, says in (
        ({"user": cast.probation_om}, "cannot be given work about this person"),
        ({}, "Choose one"),
        ({"user": cast.police_om, "named": "Ward nurse"}, "Choose one"),
    ):
        with pytest.raises(Refused, match=says):
            give(cast.coordinator, person, **assignee)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="As analyst you may not give and settle tasks"):
        give(cast.analyst, None, scheme=cast.scheme, named="Ward nurse")
    with pytest.raises(Refused, match="see yourself"):
        give(cast.police_om, person, named="Ward nurse", compartment=Compartment.HEALTH)
    # The same words for what somebody may not see of a person as for a person whom they may not see.
    for reassigned in (cast.police_om, cast.probation_om):
        with pytest.raises(Refused, match=r"cannot be given work about this person\. Choose somebody who works with"):
            give(cast.coordinator, person, user=reassigned, compartment=Compartment.HEALTH)
    with pytest.raises(Refused, match="for which scheme"):
        give(cast.police_om, None, named="Ward nurse")
    assert give(cast.police_om, person, named=" Ward nurse ").assignee == "Ward nurse"


def test_what_repeats_comes_again_for_the_same_assignee(cast: Cast, person: Person) -> None:
    task = give(cast.police_om, person, named="Ward nurse", repeats=Repeat.WEEKLY)
    with acting(cast.police_om):
        following = settle_task(task=task, by=cast.police_om)
        assert following is not None
        assert (following.due_on, following.assignee, following.state) == (
            TODAY + timedelta(7), "Ward nurse", TaskState.OPEN,
        )  # fmt: skip
        withdraw_task(task=following, by=cast.police_om, why="The nurse has left")
        assert not Task.objects.filter(state=TaskState.OPEN).exists()
        with pytest.raises(Refused, match="withdrawn"):
            settle_task(task=following, by=cast.police_om)


def test_snoozing_passing_on_and_taking_back(cast: Cast, person: Person) -> None:
    task = give(cast.coordinator, person, user=cast.police_om)
    with acting(cast.police_om):
        with pytest.raises(Refused, match="at the latest"):
            snooze_task(task=task, by=cast.police_om, until=TODAY + timedelta(8), reason="Away until then")
        snooze_task(task=task, by=cast.police_om, until=TODAY + timedelta(7), reason="Away until then")
        snoozed = Task.objects.get()
        assert [snoozed.state_on(TODAY + timedelta(days)) for days in (6, 7)] == [TaskState.SNOOZED, TaskState.OPEN]
        with pytest.raises(Refused, match="Only whoever gave a task"):
            withdraw_task(task=task, by=cast.police_om, why="Not needed now")
        reassign_task(task=task, by=cast.police_om, user=cast.housing_worker)
    with acting(cast.housing_worker):
        assert Task.objects.get().user == cast.housing_worker
        assert Notice.objects.count() == 1
    with acting(cast.coordinator):
        withdraw_task(task=task, by=cast.coordinator, why="Not needed now")
        with pytest.raises(Refused, match="withdrawn already"):
            reassign_task(task=task, by=cast.coordinator, user=cast.police_om)


def test_nobody_alters_a_task_past_the_actions(cast: Cast, person: Person) -> None:
    task = give(cast.coordinator, person, user=cast.police_om)
    now = timezone.now()
    with acting(cast.police_om):
        for change, says in (
            ({"due_on": TODAY + timedelta(9)}, "not changed by hand"),
            ({"state": "done", "ended_at": now, "ended_by": cast.coordinator}, "in their own name"),
        ):
            with pytest.raises(ProgrammingError, match=says), transaction.atomic():
                Task.objects.filter(pk=task.pk).update(**change)
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            Task.objects.filter(pk=task.pk).update(person=None)
        settle_task(task=task, by=cast.police_om)
        with pytest.raises(ProgrammingError, match="stays as it is"), transaction.atomic():
            Task.objects.filter(pk=task.pk).update(state="open", ended_at=None, ended_by=None)
