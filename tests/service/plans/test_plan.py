"""A plan is joint, dated and owned; the person's answer is kept with the version they saw; a lapse closes nothing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast
from tests.editing import hidden_in, opened, send
from tests.factories import grant, make_fact, make_person
from trellis.rules.plans import GoalState
from trellis.rules.tasks import TaskKind
from trellis.rules.vocabulary import Compartment, Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import AgreementParty, User
from trellis.service.people.models import Person
from trellis.service.plans.actions.planning import set_goal, start_plan
from trellis.service.plans.clocks import CLOCKS
from trellis.service.plans.models import Objective, Plan, PlanVersion, Step
from trellis.service.selection.models import CohortMembership
from trellis.service.work.actions.sweeping import sweep
from trellis.service.work.models import Task

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def person(cast: Cast) -> Person:
    person = make_person(cast, stage=Stage.MANAGED)
    grant(cast, cast.police_om, person)
    grant(cast, cast.analyst, person)
    grant(cast, cast.probation_om, person, compartments=[Compartment.CORE, Compartment.HEALTH])
    return person


def page(cast: Cast, user: User, person: Person) -> str:
    response = cast.client(user).get(reverse("plans:person", args=[person.pk]))
    assert response.status_code == 200
    return response.content.decode()


def post(client: Client, name: str, row: Any, answers: dict[str, Any]) -> None:
    response = client.post(reverse(name, args=[row.pk]), answers)
    assert response.status_code == 302, response.content.decode()


def started(by: User, person: Person) -> Plan:
    with acting(by):
        return start_plan(
            person=person, aim="A year without burglary", review_on=TODAY + timedelta(30), mappa_plan="", by=by
        )


def a_step(cast: Cast, **changes: Any) -> dict[str, Any]:
    return {
        "what": "Apply for a flat", "serves": "change", "tactic": "housing_support", "owner": cast.housing.pk,
        "worker": "Bram", "due_on": (TODAY + timedelta(7)).isoformat(), "after": "", "told": "yes",
    } | changes  # fmt: skip


def test_an_agency_that_reads_no_plans_starts_none(cast: Cast, person: Person) -> None:
    started(cast.police_om, person)
    grant(cast, cast.housing_worker, person)
    with acting("setup"):
        AgreementParty.objects.filter(agency=cast.housing).update(shares=["casework.Contact"])
    answers = {"aim": "A year without burglary", "review_on": f"{TODAY:%d/%m/%Y}"}
    response = cast.client(cast.housing_worker).post(reverse("plans:start", args=[person.pk]), answers)
    assert response.status_code == 200
    assert "Your sharing agreement does not list plans" in response.content.decode()


@pytest.mark.requirement("PLN-01", "PLN-02", "PLN-03", "PLN-04", "PLN-12", "INT-01")
def test_goals_have_dated_owned_steps_that_control_change_or_do_both(cast: Cast, person: Person) -> None:
    police, probation = cast.client(cast.police_om), cast.client(cast.probation_om)
    assert "There is no current plan." in page(cast, cast.police_om, person)
    review = {"aim": "A year without burglary", "review_on": (TODAY + timedelta(30)).isoformat()}
    post(police, "plans:start", person, review | {"mappa_plan": "With the MAPPA coordinator"})
    assert "in force already" in police.post(reverse("plans:start", args=[person.pk]), review).content.decode()
    with acting(cast.police_om):
        plan = Plan.objects.get()
    bad = police.post(reverse("plans:new_goal", args=[plan.pk]), {"goal": "Home", "state": "now"}).content.decode()
    assert "Say what the goal is" in bad
    post(
        police, "plans:new_goal", plan, {"goal": "A tenancy by the spring", "state": "now", "pathway": "accommodation"}
    )
    with acting(cast.police_om):
        goal = Objective.objects.get()
    post(police, "plans:new_step", goal, a_step(cast))
    with acting(cast.police_om):
        first = Step.objects.get()
    later = (TODAY + timedelta(20)).isoformat()
    # A partner adds to the same plan.
    together = a_step(cast, what="View the flat together", owner="person", serves="both", due_on=later)
    post(probation, "plans:new_step", goal, together | {"after": str(first.key)})
    unannounced = a_step(cast, what="Call without notice twice", serves="control", tactic="visits", told="no")
    post(police, "plans:new_step", goal, unannounced | {"owner": cast.police.pk})
    refused = probation.post(
        reverse("plans:new_step", args=[goal.pk]), a_step(cast, after=str(first.key), due_on="today")
    )
    assert "due later" in refused.content.decode()
    shown = page(cast, cast.analyst, person)
    for words in (
        "1 to control, 1 to change, 1 to do both.", "Waits for: Apply for a flat", "Help to find and keep a home",
        "The person, Bram, by", "Not in the person’s copy", "With the MAPPA coordinator",
    ):  # fmt: skip
        assert words in shown
    assert "Set a goal" not in shown
    post_settle = {"state": "done", "outcome": "Applied on Monday."}
    assert send(police, reverse("plans:settle", args=[first.pk]), post_settle).status_code == 302
    assert "Applied on Monday." in page(cast, cast.police_om, person)
    assert "0 to change" in page(cast, cast.police_om, person)


def test_who_may_not_plan_is_refused_and_a_stranger_learns_nothing(cast: Cast, person: Person) -> None:
    plan = started(cast.police_om, person)
    assert cast.client(cast.analyst).post(reverse("plans:new_goal", args=[plan.pk]), {}).status_code == 403
    assert cast.client(cast.neighbourhood).get(reverse("plans:person", args=[person.pk])).status_code == 404
    assert cast.client(cast.coordinator).get(reverse("plans:change", args=[plan.pk])).status_code == 200


def test_a_goal_about_health_is_read_and_written_only_with_health(cast: Cast, person: Person) -> None:
    plan = started(cast.police_om, person)
    client = cast.client(cast.probation_om)
    post(client, "plans:new_goal", plan, {"goal": "See a doctor every month", "state": "now", "pathway": "health"})
    with acting(cast.probation_om):
        goal = Objective.objects.get()
        assert goal.compartment == Compartment.HEALTH
    post(client, "plans:new_step", goal, a_step(cast, what="Register with the surgery"))
    assert "Register with the surgery" in page(cast, cast.probation_om, person)
    for hidden in ("See a doctor", "Register with the surgery"):
        assert hidden not in page(cast, cast.police_om, person)
    assert cast.client(cast.police_om).get(reverse("plans:goal", args=[goal.pk])).status_code == 404
    with acting(cast.police_om):
        assert not Step.objects.exists()


@pytest.mark.requirement("PLN-07")
def test_the_person_sees_a_copy_without_what_they_are_not_told_and_their_answer_is_kept_with_its_version(
    cast: Cast, person: Person
) -> None:
    plan = started(cast.police_om, person)
    client = cast.client(cast.police_om)
    post(client, "plans:new_goal", plan, {"goal": "A tenancy by the spring", "state": "now"})
    with acting(cast.police_om):
        goal = Objective.objects.get()
    post(client, "plans:new_step", goal, a_step(cast))
    post(client, "plans:new_step", goal, a_step(cast, what="Watch the house on Fridays", serves="control", told="no"))
    for name in ("plans:copy", "plans:easy_copy"):
        copy = client.get(reverse(name, args=[plan.pk])).content.decode()
        assert "Apply for a flat" in copy
        assert "Watch the house" not in copy
    share = reverse("plans:share", args=[plan.pk])
    said = {"shared_on": "today", "agreed": "no", "comments": "Not with my brother there.", "copy_given": "yes"}
    assert client.post(share, said).status_code == 200
    post(client, "plans:share", plan, said | {"why_not": "He wants to stay near his mother."})
    assert "No: He wants to stay near his mother." in page(cast, cast.analyst, person)
    changed = {"goal": "A tenancy near his mother", "state": "now"}
    assert send(client, reverse("plans:goal", args=[goal.pk]), changed).status_code == 302
    assert "The plan has changed since." in page(cast, cast.police_om, person)
    with acting(cast.police_om):
        version = PlanVersion.objects.get()
    then = client.get(reverse("plans:version", args=[version.pk])).content.decode()
    assert "A tenancy by the spring" in then
    assert "A tenancy near his mother" not in then
    post(client, "plans:share", plan, {"shared_on": "today", "agreed": "yes", "copy_given": "no"})
    assert "Version 2" in page(cast, cast.police_om, person)
    assert "Not with my brother there." in page(cast, cast.police_om, person)


def test_two_who_change_one_goal_lose_nothing(cast: Cast, person: Person) -> None:
    started(cast.police_om, person)
    with acting(cast.police_om):
        goal = set_goal(
            plan=Plan.objects.select_related("person__scheme").get(), goal="A tenancy by the spring",
            state=GoalState.NOW, pathway="", note="", by=cast.police_om,
        )  # fmt: skip
    address = reverse("plans:goal", args=[goal.pk])
    ours, theirs = cast.client(cast.police_om), cast.client(cast.probation_om)
    first, second = opened(ours, address), opened(theirs, address)
    held = {"goal": "A tenancy by the spring", "state": "now", "pathway": "", "note": ""}
    assert send(ours, address, held | {"pathway": "accommodation"}, first).status_code == 302
    merging = send(theirs, address, held | {"note": "Waits for the deposit."}, second).content.decode()
    assert "Changed while you wrote" in merging
    assert theirs.post(address, hidden_in(merging)).status_code == 302
    with acting(cast.police_om):
        latest = Objective.objects.current().get()
        assert (latest.pathway, latest.note) == ("accommodation", "Waits for the deposit.")


@pytest.mark.requirement("PLN-01", "PLN-11", "PLN-13")
def test_a_missing_plan_is_an_exception_and_a_lapse_asks_for_a_new_look_and_closes_nothing(
    cast: Cast, person: Person, django_assert_max_num_queries: Any
) -> None:
    make_fact(CohortMembership, person, cast.police, cohort=cast.fixed, starts=TODAY - timedelta(20))
    client = cast.client(cast.coordinator)

    def tasks() -> set[str]:
        with acting("clocks") as actor:
            by = User.objects.get(pk=actor.user_id)
            for clock in CLOCKS:
                sweep(clock=clock, scheme=cast.scheme, today=TODAY, by=by)
            return set(Task.objects.filter(state="open").values_list("reason", flat=True))

    assert tasks() == {"There is no current plan: write one."}
    assert "There is no current plan" in client.get(reverse("plans:exceptions")).content.decode()
    plan = started(cast.coordinator, person)
    assert tasks() == set()
    post(client, "plans:new_goal", plan, {"goal": "Three months without heroin", "state": "now"})
    with acting(cast.coordinator):
        goal = Objective.objects.get()
    post(client, "plans:new_step", goal, a_step(cast))
    lapsed = {"happened_on": "yesterday", "what": "Used again.", "replan_by": (TODAY + timedelta(3)).isoformat()}
    post(client, "plans:lapse", plan, lapsed)
    ends = TODAY + timedelta(4)
    weekend = {"risk": "Bank holiday", "starts": "today", "ends": ends.isoformat(), "worker": "Bram"}
    forever = weekend | {"response": "Call every morning", "ends": (TODAY + timedelta(500)).isoformat()}
    assert "a year at most" in client.post(reverse("plans:contingency", args=[plan.pk]), forever).content.decode()
    post(client, "plans:contingency", plan, weekend | {"response": "Call every morning"})
    found = tasks()
    assert {reason[:40] for reason in found} == {
        "Look at the plan again after a lapse, by", "A contingency of the plan ends on " + f"{ends:%-d %B %Y}"[:6],
    }  # fmt: skip
    shown = page(cast, cast.coordinator, person)
    assert "Look at the plan again by" in shown
    with acting(cast.coordinator):
        assert Objective.objects.current().get().state == GoalState.NOW
        assert Step.objects.current().get().state == "to_do"
    client.get(reverse("plans:exceptions"))
    with django_assert_max_num_queries(30):
        client.get(reverse("plans:exceptions"))
    post(client, "plans:share", plan, {"shared_on": "today", "agreed": "yes", "copy_given": "no"})
    assert "Look at the plan again by" not in page(cast, cast.coordinator, person)


@pytest.mark.requirement("PLN-08")
def test_a_plans_review_is_neighbourhood_policings_task_too_until_it_has_been(cast: Cast, person: Person) -> None:
    grant(cast, cast.neighbourhood, person)
    plan = started(cast.police_om, person)

    def tasks(today: date) -> list[str]:
        with acting("clocks") as actor:
            by = User.objects.get(pk=actor.user_id)
            for clock in CLOCKS:
                sweep(clock=clock, scheme=cast.scheme, today=today, by=by)
        with acting(cast.neighbourhood):
            found = Task.objects.filter(state="open", kind=TaskKind.NEIGHBOURHOOD_REVIEW)
            return [task.assignee for task in found]

    assert tasks(TODAY) == []
    assert tasks(TODAY + timedelta(20)) == ["Neighbourhood officer"]
    assert tasks(TODAY + timedelta(20)) == ["Neighbourhood officer"]
    client = cast.client(cast.police_om)
    later = {"aim": "A year without burglary", "review_on": (TODAY + timedelta(90)).isoformat()}
    assert send(client, reverse("plans:change", args=[plan.pk]), later).status_code == 302
    assert tasks(TODAY + timedelta(20)) == []


@pytest.mark.requirement("PLN-09")
def test_stepping_down_says_what_stays_in_place(cast: Cast, person: Person) -> None:
    plan = started(cast.police_om, person)
    client = cast.client(cast.police_om)
    refused = client.post(reverse("plans:end", args=[plan.pk]), {"why": "stepped_down", "step_down": ""})
    assert refused.status_code == 200
    with acting("feeds"):
        Plan.objects.filter(pk=plan.pk).update(superseded_at=timezone.now())
        earlier = {
            field.attname: getattr(plan, field.attname) for field in Plan._meta.concrete_fields if not field.primary_key
        }
        plan = Plan.objects.create(**earlier | {"starts": TODAY - timedelta(90)})
    post(client, "plans:end", plan, {"why": "stepped_down", "step_down": "A mentor at Lanterngate until May."})
    shown = page(cast, cast.police_om, person)
    assert "A mentor at Lanterngate until May." in shown
    assert "There is no current plan." in shown
