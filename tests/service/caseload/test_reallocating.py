"""Cases change hands together or not at all; work goes with them; nothing that was typed is lost."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast
from tests.factories import grant, make_fact, make_person
from trellis.rules.errors import Refused
from trellis.rules.notices import NoticeKind
from trellis.rules.tasks import TaskKind, TaskState
from trellis.rules.vocabulary import Compartment, LeadKind, Role, Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import Posting, User
from trellis.service.caseload.actions.reallocating import Handing, Tasks, reallocate
from trellis.service.caseload.models import Handover
from trellis.service.casework.clocks import contacts_due
from trellis.service.people.models import Person
from trellis.service.selection.actions import change_lead
from trellis.service.selection.models import CohortMembership, Lead
from trellis.service.work.actions import raise_task
from trellis.service.work.actions.sweeping import sweep
from trellis.service.work.clocks import clocks
from trellis.service.work.models import Notice, Task

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
WHY = "He moves to Thimbleford"


@pytest.fixture
def other(cast: Cast) -> User:
    with acting("setup"):
        user = User.objects.create(username="other", name="Other Officer", password="!")
        Posting.objects.create(
            user=user, agency=cast.police, scheme=cast.scheme, role=Role.POLICE_OFFENDER_MANAGER,
            starts=date(2020, 1, 1),
        )  # fmt: skip
    return user


@pytest.fixture
def led(cast: Cast) -> list[Person]:
    """Three people whom one police officer leads, and sees for it."""
    people = []
    for name in ("Quillfeather", "Tallowfield", "Wethercott"):
        person = make_person(cast, name, stage=Stage.MANAGED)
        make_fact(CohortMembership, person, cast.police, cohort=cast.fixed, starts=TODAY - timedelta(90))
        make_fact(Lead, person, cast.police, kind="police", officer=cast.police_om, starts=TODAY - timedelta(90))
        grant(cast, cast.police_om, person, agency=cast.police)
        people.append(person)
    return people


def lead_of(cast: Cast, person: Person) -> Lead:
    with acting(cast.coordinator):
        return Lead.objects.current().select_related("officer").get(person=person, ends=None)


def task(cast: Cast, person: Person, user: User, **fields: Any) -> Task:
    with acting(cast.coordinator):
        return raise_task(
            by=cast.coordinator, kind=TaskKind.OTHER, reason="Ring the brother", due_on=TODAY, person=person, user=user,
            **fields,
        )  # fmt: skip


def handings(cast: Cast, people: list[Person], note: str = "") -> list[Handing]:
    return [Handing(person, frozenset({lead_of(cast, person).pk}), note) for person in people]


def address(people: list[Person], kind: str = "police") -> str:
    return f"{reverse('caseload:hand_over')}?kind={kind}&" + "&".join(f"person={person.pk}" for person in people)


def filled(page: str, **answers: Any) -> dict[str, Any]:
    """The page's hidden marks, with what somebody types."""
    return dict(re.findall(r'name="(leads_\d+)" value="([\d,]*)"', page)) | answers


@pytest.mark.requirement("REF-06", "REF-14")
def test_a_supervisor_hands_people_over_with_a_note_for_each(cast: Cast, led: list[Person], other: User) -> None:
    given, elsewhere = task(cast, led[0], cast.police_om), task(cast, led[0], cast.coordinator)
    with acting("clocks") as actor:
        clock = next(one for one in clocks() if one.due is contacts_due)
        sweep(clock=clock, scheme=cast.scheme, today=TODAY, by=User.objects.get(pk=actor.user_id))
    client = cast.client(cast.coordinator)
    chosen = client.get(reverse("caseload:choose"), {"whose": "all", "lead": cast.police_om.pk}).content.decode()
    assert all(f'value="{person.pk}"' in chosen for person in led)
    page = client.get(address(led[:2])).content.decode()
    for text in ("Ring the brother", "Next appointment", "Overdue since", "Police Om"):
        assert text in page, text
    assert "Wethercott" not in page
    note = "Sees his mother on Fridays"
    answers = filled(page, officer=other.pk, reason=WHY, tasks="move", **{f"note_{led[0].pk}": note})
    answer = client.post(address(led[:2]), answers)
    assert answer.status_code == 302, answer.content.decode()
    assert [lead_of(cast, person).officer for person in led] == [other, other, cast.police_om]
    with acting(cast.coordinator):
        handed = {row.person_id: row for row in Handover.objects.select_related("from_officer")}
        assert handed[led[0].pk].note == note
        assert handed[led[0].pk].from_officer == cast.police_om
        # What was given is passed on in the supervisor's name; what a clock found follows the lead.
        tasks = {row.pk: row for row in Task.objects.filter(person=led[0], state=TaskState.OPEN)}
        assert tasks[given.pk].user_id == other.pk
        assert tasks[elsewhere.pk].user_id == cast.coordinator.pk
        assert {row.assigned_by_id for row in tasks.values() if row.rule} == {None}
        assert {row.user_id for row in tasks.values() if row.rule} == {other.pk}
    for user, kind in ((other, NoticeKind.LEAD), (cast.police_om, NoticeKind.SIGHT_ENDED)):
        with acting(user):
            assert Notice.objects.filter(user=user, kind=kind).count() == 2, kind
    mine = cast.client(other).get(reverse("caseload:people")).content.decode()
    assert "Handed to you in the last two weeks" in mine
    shown = cast.client(other).get(reverse("caseload:handover", args=[handed[led[0].pk].pk])).content.decode()
    assert note in shown
    assert "Ring the brother" in shown
    former = cast.client(cast.police_om)
    assert former.get(reverse("caseload:handover", args=[handed[led[0].pk].pk])).status_code == 404
    # One change of manager, counted.
    assert "1 change of manager" in cast.client(other).get(reverse("caseload:people")).content.decode()


def test_two_supervisors_at_once_lose_nothing(cast: Cast, led: list[Person], other: User) -> None:
    client = cast.client(cast.coordinator)
    page = client.get(address(led)).content.decode()
    with acting(cast.coordinator):
        change_lead(by=cast.coordinator, person=led[1], kind=LeadKind.POLICE, officer=other, reason="Sooner")
    with acting("setup"):
        third = User.objects.create(username="third", name="Third Officer", password="!")
        Posting.objects.create(
            user=third, agency=cast.police, scheme=cast.scheme, role=Role.POLICE_OFFENDER_MANAGER,
            starts=date(2020, 1, 1),
        )  # fmt: skip
    note = "Long and carefully written"
    answers = filled(page, officer=third.pk, reason=WHY, tasks="move", **{f"note_{led[0].pk}": note})
    refused = client.post(address(led), answers)
    again = refused.content.decode()
    assert "Somebody else has just changed the lead of Osric Tallowfield" in again
    assert note in again
    assert WHY in again
    assert [lead_of(cast, person).officer for person in led] == [cast.police_om, other, cast.police_om]
    assert client.post(address(led), answers | filled(again)).status_code == 302
    assert {lead_of(cast, person).officer for person in led} == {third}


def test_one_refusal_leaves_everybody_where_they_were(cast: Cast, led: list[Person], other: User) -> None:
    with acting(cast.coordinator):
        change_lead(by=cast.coordinator, person=led[2], kind=LeadKind.POLICE, officer=other, reason="Sooner")
    with acting(cast.coordinator), pytest.raises(Refused, match="Wethercott: Other Officer already leads"):
        reallocate(
            by=cast.coordinator, kind=LeadKind.POLICE, officer=other, handings=handings(cast, led), reason=WHY,
            tasks=Tasks.MOVE,
        )  # fmt: skip
    assert [lead_of(cast, person).officer for person in led] == [cast.police_om, cast.police_om, other]
    with acting(cast.coordinator):
        assert not Handover.objects.exists()


def test_work_stays_only_with_somebody_who_still_sees_the_person(cast: Cast, led: list[Person], other: User) -> None:
    given = task(cast, led[0], cast.police_om)
    act: dict[str, Any] = {
        "by": cast.coordinator, "kind": LeadKind.POLICE, "officer": other, "reason": WHY, "tasks": Tasks.STAY,
    }  # fmt: skip
    with acting(cast.coordinator), pytest.raises(Refused, match="will no longer see the record"):
        reallocate(**act, handings=handings(cast, led[:1]))
    grant(cast, cast.police_om, led[0], basis="asked")
    with acting(cast.coordinator):
        reallocate(**act, handings=handings(cast, led[:1]))
        assert Task.objects.get(pk=given.pk).user_id == cast.police_om.pk


def test_work_of_a_compartment_goes_to_who_may_read_it(cast: Cast, led: list[Person], other: User) -> None:
    grant(cast, cast.police_om, led[0], compartments=[Compartment.CORE, Compartment.HEALTH], agency=cast.police)
    given = task(cast, led[0], cast.police_om, compartment=Compartment.HEALTH)
    with acting(cast.coordinator):
        reallocate(
            by=cast.coordinator, kind=LeadKind.POLICE, officer=other, handings=handings(cast, led[:1]), reason=WHY,
            tasks=Tasks.MOVE,
        )  # fmt: skip
        moved = Task.objects.get(pk=given.pk)
    assert (moved.user_id, moved.role) == (None, Role.COORDINATOR)


def test_who_may_not_allocate_and_what_is_not_there_are_refused(cast: Cast, led: list[Person], other: User) -> None:
    grant(cast, cast.housing_worker, led[0])
    for user in (cast.police_om, cast.housing_worker, cast.analyst, cast.stranger):
        client = cast.client(user)
        assert client.get(reverse("caseload:choose")).status_code == 403
        assert client.post(address(led), {"officer": other.pk}).status_code == 403
    client = cast.client(cast.coordinator)
    hidden = make_person(cast, "Inkpenny")
    for wrong in (address([hidden, led[0]]), address(led, kind="chief"), f"{reverse('caseload:hand_over')}?person=x"):
        assert client.get(wrong).status_code == 404, wrong
    assert client.get(reverse("caseload:hand_over")).status_code == 302
    page = client.post(address(led[:1]), {"tasks": "move"}).content.decode()
    assert "There is a problem" in page
    broken = {"officer": other.pk, "reason": WHY, "tasks": "move", f"leads_{led[0].pk}": "one"}
    assert "cannot be matched to the record" in client.post(address(led[:1]), broken).content.decode()
    with acting(cast.coordinator), pytest.raises(Refused, match="between 1 and 50"):
        reallocate(by=cast.coordinator, kind=LeadKind.POLICE, officer=other, handings=[], reason=WHY, tasks=Tasks.MOVE)
