"""The pages of tasks: whose, how they stand, and what is done about them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast
from tests.factories import grant, make_person
from trellis.rules.tasks import TaskKind
from trellis.rules.vocabulary import Role, Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.people.models import Person
from trellis.service.work.actions import raise_task
from trellis.service.work.models import Task

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def person(cast: Cast) -> Person:
    person = make_person(cast, stage=Stage.MANAGED)
    for user in (cast.police_om, cast.housing_worker):
        grant(cast, user, person)
    return person


def give(by: User, person: Person | None, **said: Any) -> Task:
    told: dict[str, Any] = {"kind": TaskKind.PLAN, "reason": "Ask the landlord for a letter", "due_on": TODAY}
    with acting(by):
        return raise_task(by=by, person=person, **(told | said))


def overdue(cast: Cast, person: Person, count: int, days: int = 3) -> None:
    """Tasks of the police officer's that clocks found so long ago."""
    day = TODAY - timedelta(days)
    with acting("clocks") as actor:
        Task.objects.bulk_create(
            Task(
                scheme=cast.scheme, person=person, kind=TaskKind.PLAN, reason=f"Plan {number} is overdue", due_on=day,
                first_due=day, user=cast.police_om, rule="plans", source="plans.Plan", source_key=f"{number}/{count}",
                made_by_id=actor.user_id,
            )
            for number in range(count)
        )  # fmt: skip


def page(cast: Cast, user: User, name: str, *args: Any, **query: str) -> str:
    response = cast.client(user).get(reverse(f"work:{name}", args=args), query)
    assert response.status_code == 200
    return response.content.decode()


def test_each_sees_their_own_work_with_its_reason_and_how_it_stands(cast: Cast, person: Person) -> None:
    overdue(cast, person, 1)
    give(cast.coordinator, person, user=cast.police_om)
    give(cast.coordinator, person, role=Role.PARTNER_WORKER, reason="Find a room")
    text = page(cast, cast.police_om, "tasks")
    for said in ("Mine (2)", "Plan 0 is overdue", "Ask the landlord for a letter", "Overdue", str(person)):
        assert said in text
    assert "Find a room" not in text
    assert "Plan 0" not in page(cast, cast.police_om, "tasks", when="today")
    # Nothing is the housing worker's own, so what is for the role is shown unasked.
    assert "Find a room" in page(cast, cast.housing_worker, "tasks")
    assert "Given by me (2)" in page(cast, cast.coordinator, "tasks", whose="given")
    assert "Nothing to do here" in page(cast, cast.stranger, "tasks")


def test_a_task_is_done_snoozed_passed_on_and_withdrawn_by_its_page(cast: Cast, person: Person) -> None:
    client = cast.client(cast.police_om)
    first, second = (give(cast.coordinator, person, user=cast.police_om, reason=f"Visit number {n}") for n in (1, 2))
    response = client.post(reverse("work:done", args=[first.pk]), {"from": "//evil.example/", "why": "All well"})
    assert response["Location"] == reverse("work:tasks")
    assert "All well" in page(cast, cast.police_om, "task", first.pk)
    until = (TODAY + timedelta(2)).strftime("%d/%m/%Y")
    response = client.post(reverse("work:snooze", args=[second.pk]), {"until": until, "reason": "Away this week"})
    assert response.status_code == 302
    assert "Away this week" in page(cast, cast.police_om, "task", second.pk)
    response = client.post(
        reverse("work:pass_on", args=[second.pk]), {"whose": "colleague", "colleague": cast.housing_worker.pk}
    )
    assert response.status_code == 302
    response = cast.client(cast.coordinator).post(reverse("work:withdraw", args=[second.pk]), {"why": "Not needed now"})
    assert response.status_code == 302
    with acting(cast.coordinator):
        assert {task.reason: (task.state, str(task.user)) for task in Task.objects.select_related("user")} == {
            "Visit number 1": ("done", "Police Om"),
            "Visit number 2": ("withdrawn", "Housing Worker"),
        }


def test_bad_answers_are_refused_in_a_sentence_and_what_was_typed_stays(cast: Cast, person: Person) -> None:
    client = cast.client(cast.police_om)
    task = give(cast.coordinator, person, user=cast.police_om)
    late = (TODAY + timedelta(300)).strftime("%d/%m/%Y")
    text = client.post(
        reverse("work:snooze", args=[task.pk]), {"until": late, "reason": "Away a while"}
    ).content.decode()
    assert "at the latest" in text
    assert "Away a while" in text
    given = {"reason": "Ring the landlord", "due_on": "tomorrow", "kind": "plan", "whose": "colleague", "repeats": ""}
    response = client.post(reverse("work:new_about", args=[person.pk]), given | {"colleague": cast.stranger.pk})
    assert response.status_code == 200
    response = client.post(reverse("work:new_about", args=[person.pk]), given | {"colleague": cast.probation_om.pk})
    text = response.content.decode()
    assert "cannot be given work about this person" in text
    assert "Ring the landlord" in text
    response = client.post(reverse("work:withdraw", args=[task.pk]), {"why": "Not needed now"})
    assert "Only whoever gave a task" in response.content.decode()


def test_a_task_is_given_about_a_person_and_about_nobody(cast: Cast, person: Person) -> None:
    client = cast.client(cast.police_om)
    given = {"reason": "Ring the landlord", "due_on": "tomorrow", "kind": "plan", "repeats": "weekly"}
    about = reverse("work:new_about", args=[person.pk])
    response = client.post(about, given | {"whose": "role", "role": f"partner_worker/{cast.housing.pk}"})
    assert response["Location"] == reverse("home:person", args=[person.pk])
    client.post(reverse("work:new"), given | {"whose": "named", "named": "Ward nurse"})
    client.post(reverse("work:new"), given | {"whose": "me"})
    with acting(cast.police_om):
        assert sorted((task.assignee, task.person_id) for task in Task.objects.select_related("user", "agency")) == [
            ("Partner agency worker, Fable housing", person.pk), ("Police Om", None), ("Ward nurse", None),
        ]  # fmt: skip
    text = cast.client(cast.housing_worker).get(reverse("home:person", args=[person.pk])).content.decode()
    assert "Ring the landlord" in text


@pytest.mark.requirement("SEC-06")
def test_who_may_not_see_the_person_finds_no_task_and_who_only_reads_settles_none(cast: Cast, person: Person) -> None:
    task = give(cast.coordinator, person, role=Role.POLICE_OFFENDER_MANAGER)
    for name in ("task", "snooze", "pass_on", "withdraw"):
        assert cast.client(cast.neighbourhood).get(reverse(f"work:{name}", args=[task.pk])).status_code == 404
    assert cast.client(cast.neighbourhood).post(reverse("work:done", args=[task.pk])).status_code == 404
    assert cast.client(cast.neighbourhood).get(reverse("work:new_about", args=[person.pk])).status_code == 404
    grant(cast, cast.analyst, person)
    assert cast.client(cast.analyst).get(reverse("work:task", args=[task.pk])).status_code == 200
    assert cast.client(cast.analyst).post(reverse("work:done", args=[task.pk])).status_code == 403


def test_the_list_takes_as_many_queries_for_three_as_for_three_hundred(cast: Cast, person: Person) -> None:
    client, counts = cast.client(cast.police_om), []
    for number in (3, 300):
        overdue(cast, person, number)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("work:tasks"))
        counts.append(len(queries))
    assert counts[0] == counts[1]
