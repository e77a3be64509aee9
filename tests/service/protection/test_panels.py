"""The people of a panel, open to its members from other agencies until it ends."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.cast import Cast
from tests.factories import grant, make_person
from tests.service.protection.scene import go, limit, send
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import GrantBasis, LimitKind, Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import Grant, Posting, User
from trellis.service.people.models import Identifier, Person
from trellis.service.protection.actions.panels import open_to_panel

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(cast: Cast) -> Person:
    return make_person(cast, stage=Stage.REFERRAL)


def member(user: User) -> Posting:
    with acting("setup"):
        return user.postings.select_related("agency").get()


def asked(cast: Cast, person: Person, **fields: Any) -> dict[str, Any]:
    day = timezone.localdate() + timedelta(2)
    return {
        "people": [person.pk],
        "members": [member(cast.housing_worker).pk],
        "day": f"{day:%d/%m/%Y}",
        "ends": "16:00",
    } | fields


def sees(user: User, person: Person) -> bool:
    with acting(user):
        return Person.objects.filter(pk=person.pk).exists()


@pytest.mark.requirement("SEC-06")
def test_a_member_sees_the_person_until_the_meeting_ends_and_no_longer(cast: Cast, person: Person) -> None:
    other = make_person(cast, "Ravensmere", stage=Stage.REFERRAL)
    assert send(cast, cast.coordinator, "panel", **asked(cast, person))[0] == 302
    assert (sees(cast.housing_worker, person), sees(cast.housing_worker, other)) == (True, False)
    assert "Housing Worker" in go(cast, cast.coordinator, "panel")[1]
    with acting(cast.housing_worker):
        opened = Grant.objects.get(basis=GrantBasis.PANEL)
        assert opened.compartments == ["core"]
        # What the partner view of housing does not list stays hidden.
        assert not Identifier.objects.filter(person=person).exists()
    with acting("setup"):
        Grant.objects.filter(pk=opened.pk).update(ends_at=timezone.now())
    assert not sees(cast.housing_worker, person)


def test_the_list_leaves_out_whom_its_reader_may_not_know_of(cast: Cast, person: Person) -> None:
    assert send(cast, cast.coordinator, "panel", **asked(cast, person))[0] == 302
    grant(cast, cast.police_om, person)
    limit(cast, person, cast.police_om, by=cast.coordinator, kind=LimitKind.STEALTH)
    html = go(cast, cast.coordinator, "panel")[1]
    assert (f"Record {person.pk}" in html, "Open to members now" in html) == (False, False)


def test_only_who_runs_the_panel_opens_it(cast: Cast, person: Person) -> None:
    for user in (cast.police_om, cast.analyst, cast.information_officer, cast.housing_worker, cast.stranger):
        assert go(cast, user, "panel")[0] == 403
        assert send(cast, user, "panel", **asked(cast, person))[0] == 403


def test_past_the_review_of_the_agreement_nothing_is_opened(cast: Cast, person: Person) -> None:
    with acting("setup"):
        cast.agreement.review_on = timezone.localdate() - timedelta(1)
        cast.agreement.save(update_fields=["review_on"])
    status, html = send(cast, cast.coordinator, "panel", **asked(cast, person))
    assert (status, "was due for review" in html) == (200, True)
    assert not sees(cast.housing_worker, person)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"people": []}, "who is the panel about"),
        ({"members": []}, "who sits on it"),
        ({"day": "1/1/2040"}, "Give the end of a meeting"),
        ({"ends": "late"}, "time"),
    ],
)
def test_bad_input_is_explained(cast: Cast, person: Person, fields: dict[str, Any], words: str) -> None:
    status, html = send(cast, cast.coordinator, "panel", **asked(cast, person, **fields))
    assert (status, "There is a problem" in html, words.lower() in html.lower()) == (200, True, True)


def test_without_people_or_members_nothing_is_opened(cast: Cast, person: Person) -> None:
    ends_at = timezone.now() + timedelta(hours=2)
    with acting(cast.coordinator), pytest.raises(Refused, match="Choose whom the panel is about"):
        open_to_panel(by=cast.coordinator, scheme=cast.scheme, people=[], members=[], ends_at=ends_at)


def test_nobody_waits(cast: Cast) -> None:
    assert "Nobody waits for the panel" in go(cast, cast.coordinator, "panel")[1]
