"""A change of how somebody stands reaches every linked agency, in the moment and the transaction of the change."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast
from tests.factories import grant, make_fact, make_person
from tests.service.selection.people import adopt, seen
from trellis.rules.notices import NoticeKind, sentence
from trellis.rules.vocabulary import (
    AlertKind,
    Engagement,
    IntelligencePicture,
    LeadKind,
    PriorityColour,
    Stage,
    SupervisionKind,
)
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.feeds.telling import tell_of_custody
from trellis.service.people.models import Person
from trellis.service.priority.actions import decide_priority
from trellis.service.record.actions import record_alert
from trellis.service.record.models import Supervision
from trellis.service.selection.actions import change_lead, leave_cohort
from trellis.service.work.actions import mark_read
from trellis.service.work.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(cast: Cast) -> Person:
    """Somebody just adopted, with whom housing works too."""
    person = adopt(cast)
    grant(cast, cast.housing_worker, person)
    return person


def kinds(user: User) -> list[str]:
    """What the user was told and has not read, latest first."""
    with acting(user):
        return [notice.kind for notice in Notice.objects.filter(user=user, read_at=None)]


def forget(*users: User) -> None:
    for user in users:
        with acting(user):
            mark_read(by=user)


@pytest.mark.requirement("REF-12", "SEC-07")
def test_adoption_reaches_the_leads(cast: Cast, person: Person) -> None:
    assert kinds(cast.police_om) == ["adopted"]
    assert kinds(cast.coordinator) == []


@pytest.mark.requirement("REF-12")
def test_leaving_reaches_every_agency_and_says_to_whom_it_ends_their_sight(cast: Cast, person: Person) -> None:
    forget(cast.police_om)
    with acting(cast.coordinator):
        leave_cohort(by=cast.coordinator, person=person, reason="Two quiet years.")
    # Housing still works with the person; the lead officer does not, and is told so without a name.
    assert kinds(cast.housing_worker) == ["left"]
    assert kinds(cast.police_om) == ["sight_ended"]
    page = cast.client(cast.police_om).get(reverse("work:notices")).content.decode()
    assert "your access to their record" in page
    assert person.family_name not in page


@pytest.mark.requirement("REF-12", "SEC-07")
def test_a_priority_an_alert_and_a_lead_reach_every_agency(cast: Cast, person: Person) -> None:
    forget(cast.police_om)
    with acting(cast.police_om):
        decide_priority(
            by=cast.police_om, person=person, colour=PriorityColour.RED, reason="x", engagement=Engagement.SOME,
            intelligence=IntelligencePicture.NONE, at_large=False, review_on=timezone.localdate() + timedelta(14),
        )  # fmt: skip
    with acting(cast.coordinator):
        record_alert(
            person=person, by=cast.coordinator, kind=AlertKind.WEAPONS, reason="x", agency=cast.police,
            review_on=timezone.localdate() + timedelta(30), starts=timezone.localdate(),
        )  # fmt: skip
        change_lead(
            by=cast.coordinator,
            person=person,
            kind=LeadKind.PROBATION,
            officer=cast.probation_om,
            reason="New licence.",
        )
    assert kinds(cast.housing_worker) == ["lead", "alert", "priority"]
    assert kinds(cast.police_om) == ["lead", "alert"]
    assert kinds(cast.probation_om) == ["lead"]
    with acting(cast.probation_om):
        assert str(Notice.objects.get()) == "Another probation lead officer"


def test_the_page_that_records_an_alert_tells(cast: Cast, person: Person) -> None:
    day = timezone.localdate() + timedelta(60)
    answers = {"kind": "weapons", "reason": "x", "starts": "today", "review_on": f"{day.day}/{day.month}/{day.year}"}
    response = cast.client(cast.coordinator).post(reverse("home:alerts", args=[person.pk]), answers)
    assert response.status_code == 302, response.content.decode()
    assert kinds(cast.housing_worker) == ["alert"]


def test_custody_and_release_by_a_feed_are_told_while_they_are_news(cast: Cast, person: Person) -> None:
    forget(cast.police_om)
    other = make_person(cast, "Marrowby", stage=Stage.CANDIDATE)
    grant(cast, cast.police_om, other)
    today = timezone.localdate()

    def brought(before: dict[Any, Any], after: dict[Any, Any]) -> list[str]:
        with acting("feeds"):
            tell_of_custody(before, after, today=today)
        told = kinds(cast.police_om)
        forget(cast.police_om)
        return told

    key = (person.pk, "A1")
    inside = {key: (today - timedelta(3), None)}
    out = {key: (today - timedelta(3), today)}
    assert brought({}, inside) == ["custody"]
    assert brought(inside, inside) == []
    assert brought(inside, out) == ["release"]
    assert brought({}, {key: (today - timedelta(15), None)}) == []
    assert brought({}, {(other.pk, "A2"): (today, None)}) == []
    # A sentence follows a remand on one day: only where they are now is news.
    again = {key: (today - timedelta(3), today), (person.pk, "A3"): (today, None)}
    assert brought(inside, again) == ["release"]


@pytest.mark.requirement("REF-12")
def test_the_orders_of_every_agency_stand_on_the_persons_page(cast: Cast, person: Person) -> None:
    for agency, kind in (
        (cast.probation, SupervisionKind.COMMUNITY_ORDER),
        (cast.police, SupervisionKind.YOUTH_ORDER),
    ):
        make_fact(Supervision, person, agency, kind=kind, starts=timezone.localdate() - timedelta(9))
    for user in (cast.coordinator, cast.police_om, cast.housing_worker):
        page = cast.client(user).get(reverse("home:person", args=[person.pk])).content.decode()
        for words in (SupervisionKind.COMMUNITY_ORDER.label, SupervisionKind.YOUTH_ORDER.label):
            assert words in page, (user, words)


def test_every_kind_says_something_whatever_it_carries() -> None:
    for kind in NoticeKind:
        assert sentence(kind, {}) == kind.label
        assert sentence(kind, {"lead": "unheard of", "allowed": None}) == kind.label
    assert sentence(NoticeKind.REQUEST_DECIDED, {"allowed": False}) == "Your request for access was refused"


def test_what_was_told_before_stays_when_somebody_leaves_and_is_seen_again(cast: Cast, person: Person) -> None:
    assert seen(cast, person).stage == Stage.MANAGED
    assert kinds(cast.police_om) == ["adopted"]
