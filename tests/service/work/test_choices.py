"""Everybody chooses how they are told; nobody goes untold of what safety may turn on."""

from __future__ import annotations

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.cast import Cast
from tests.factories import grant, make_person
from trellis.rules.errors import Refused
from trellis.rules.notices import SAFETY, NoticeKind, Way, usual_way
from trellis.rules.tasks import TaskKind
from trellis.rules.vocabulary import Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.people.models import Person
from trellis.service.work.actions import mentioned, notify, raise_task
from trellis.service.work.actions.choices import choose_ways
from trellis.service.work.jobs import morning_digests
from trellis.service.work.mailing import mail_digest, mail_waiting
from trellis.service.work.outbox import mail_digests
from trellis.service.work.queries import unread_of

pytestmark = pytest.mark.django_db
ADDRESS = "police.om@example.invalid"


@pytest.fixture
def person(cast: Cast) -> Person:
    person = make_person(cast, stage=Stage.MANAGED)
    grant(cast, cast.police_om, person)
    with acting("setup"):
        User.objects.filter(pk=cast.police_om.pk).update(email=ADDRESS)
    return person


def choose(cast: Cast, **ways: Way) -> None:
    with acting(cast.police_om):
        choose_ways(by=cast.police_om, ways={NoticeKind(kind): way for kind, way in ways.items()})


def tell(cast: Cast, person: Person, *kinds: NoticeKind) -> None:
    for kind in kinds:
        with acting(cast.coordinator):
            notify(person_id=person.pk, kind=kind, by=cast.coordinator)


def unread(user: User) -> list[str]:
    with acting(user):
        return sorted(notice.kind for notice in unread_of(user).latest)


@pytest.mark.requirement("SEC-07")
def test_each_kind_goes_the_way_that_was_chosen_for_it(cast: Cast, person: Person) -> None:
    choose(cast, priority=Way.NONE, lead=Way.IN_APP, alert=Way.DAILY)
    tell(cast, person, NoticeKind.PRIORITY, NoticeKind.LEAD, NoticeKind.ALERT)
    assert unread(cast.police_om) == ["alert", "lead"]
    assert not mail_waiting(cast.police_om.pk)
    tell(cast, person, NoticeKind.CUSTODY)
    assert mail_waiting(cast.police_om.pk)
    with acting(cast.coordinator):
        raise_task(
            by=cast.coordinator, person=person, user=cast.police_om, kind=TaskKind.PLAN, reason="Write the plan",
            due_on=timezone.localdate(),
        )  # fmt: skip
    assert mail_digest(cast.police_om.pk)
    assert not mail_digest(cast.police_om.pk)
    at_once, daily = mail.outbox
    assert (at_once.subject, daily.subject) == ("You have a new notice in Trellis", "Your day in Trellis")
    assert daily.body.startswith("You have 1 task due or overdue, and 1 new notice.")
    for said in (person.family_name, "lert", "plan", cast.scheme.name, f"/{person.pk}/"):
        assert said not in daily.message().as_string()


def test_the_morning_defers_mail_for_those_who_have_an_address(cast: Cast, person: Person) -> None:
    with acting("setup"):
        morning_digests(timestamp=0)
    job = ProcrastinateJob.objects.get(task_name="work.mail_digests")
    assert job.args == {"user_ids": [cast.police_om.pk]}
    choose(cast, priority=Way.DAILY)
    tell(cast, person, NoticeKind.PRIORITY)
    for _ in range(2):
        mail_digests(**job.args)
    assert [sent.to for sent in mail.outbox] == [[ADDRESS]]


def test_nobody_does_without_what_safety_may_turn_on(cast: Cast, person: Person) -> None:
    for kind in SAFETY:
        with pytest.raises(Refused, match="safety"):
            choose(cast, **{kind.value: Way.NONE})
    client = cast.client(cast.police_om)
    page = reverse("work:choices")
    answers = {kind.value: usual_way(kind).value for kind in NoticeKind}
    assert client.post(page, answers | {"alert": "none"}).status_code == 200
    assert client.post(page, answers | {"priority": "none"}).status_code == 302
    assert client.post(page, answers | {"priority": "daily", "alert": "in_app"}).status_code == 302
    tell(cast, person, NoticeKind.ALERT)
    assert unread(cast.police_om) == ["alert"]
    assert 'value="daily" selected' in client.get(page).content.decode()


@pytest.mark.requirement("SEC-07")
def test_who_is_named_in_a_note_is_told_if_they_may_see_the_person(cast: Cast, person: Person) -> None:
    text = "Seen with @Police_OM. @probation_om and @nobody.there to ring back; write to a@coordinator or @police_om."
    with acting(cast.coordinator):
        found = mentioned(text=text, person=person, by=cast.coordinator)
    assert (found.told, found.not_told) == (("Police Om",), ("probation_om", "nobody.there"))
    # Somebody who may not see the person and a name that nobody has are told of in the same words.
    assert found.sentence == (
        "Police Om will be told that you named them. Nobody was told by the name @probation_om or @nobody.there: there"
        " is no account of that name which may see this person’s record. Naming somebody does not give them access."
    )
    assert unread(cast.police_om) == ["mention"]
    assert (unread(cast.probation_om), unread(cast.coordinator)) == ([], [])
    with acting(cast.coordinator):
        assert mentioned(text="Nobody is named here.", person=person, by=cast.coordinator).sentence == ""
