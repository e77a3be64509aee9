"""Safety alerts stay in force until somebody ends them, and are looked at again."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast
from tests.editing import hidden_in, opened, send
from tests.factories import grant, make_fact, make_person
from trellis.rules.errors import Refused
from trellis.rules.merging import Changed
from trellis.rules.vocabulary import Stage
from trellis.service.access.actor import acting
from trellis.service.people.actions import end_alert, review_alert
from trellis.service.people.models import Alert, Person

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def days(count: int) -> date:
    return TODAY + timedelta(count)


def typed(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"


@pytest.fixture
def person(cast: Cast) -> Person:
    person = make_person(cast, stage=Stage.MANAGED)
    for user in (cast.police_om, cast.housing_worker, cast.analyst):
        grant(cast, user, person)
    return person


@pytest.fixture
def alert(cast: Cast, person: Person) -> Alert:
    overdue: Alert = make_fact(
        Alert, person, cast.police, kind="weapons", reason="Carries a knife", starts=days(-90), review_on=days(-1)
    )
    return overdue


def answers(**changes: Any) -> dict[str, Any]:
    new = {"kind": "dangerous_animal", "reason": "A loose dog. Ring first.", "starts": "today"}
    return new | {"review_on": typed(days(60))} | changes


def test_a_partner_puts_an_alert_in_force(cast: Cast, person: Person) -> None:
    response = cast.client(cast.housing_worker).post(reverse("home:alerts", args=[person.pk]), answers())
    assert response.status_code == 302, response.content.decode()
    with acting(cast.police_om):
        alert = Alert.objects.get()
    assert (alert.kind, alert.agency, alert.ends) == ("dangerous_animal", cast.housing, None)
    page = cast.client(cast.police_om).get(reverse("home:person", args=[person.pk])).content.decode()
    assert "Dangerous animal: A loose dog. Ring first. Review by" in page


def test_overdue_alerts_are_listed_as_overdue_and_stay(cast: Cast, person: Person, alert: Alert) -> None:
    page = cast.client(cast.police_om).get(reverse("home:alerts", args=[person.pk])).content.decode()
    assert "Review overdue since" in page
    assert "Carries a knife" in page


def test_a_review_supersedes_and_keeps_in_force(cast: Cast, person: Person, alert: Alert) -> None:
    response = send(
        cast.client(cast.police_om),
        reverse("home:review_alert", args=[alert.pk]),
        {"verdict": "keep", "reason": "Carries a knife still", "review_on": typed(days(90))},
    )
    assert response.status_code == 302, response.content.decode()
    with acting(cast.police_om):
        assert Alert.objects.count() == 2
        now = Alert.objects.current().get()
    assert (now.reason, now.review_on, now.ends) == ("Carries a knife still", days(90), None)


def test_ending_needs_a_why(cast: Cast, person: Person, alert: Alert) -> None:
    client, address = cast.client(cast.police_om), reverse("home:review_alert", args=[alert.pk])
    page = send(client, address, {"verdict": "end", "ends": "today", "why": ""}).content.decode()
    assert "Enter why it can end" in page
    assert send(client, address, {"verdict": "end", "ends": "today", "why": "Knife surrendered"}).status_code == 302
    with acting(cast.police_om):
        now = Alert.objects.current().get()
    assert (now.ends, now.reason) == (TODAY, "Carries a knife. Ended: Knife surrendered")


def test_readers_and_strangers_are_refused(cast: Cast, person: Person, alert: Alert) -> None:
    add, again = reverse("home:alerts", args=[person.pk]), reverse("home:review_alert", args=[alert.pk])
    for address, hidden in ((add, 403), (again, 404)):
        assert cast.client(cast.analyst).post(address, answers()).status_code == 403
        assert cast.client(cast.stranger).post(address, answers()).status_code == 403
        assert cast.client(cast.probation_om).post(address, answers()).status_code == hidden


def test_bad_answers_are_explained(cast: Cast, person: Person, alert: Alert) -> None:
    client = cast.client(cast.police_om)
    page = client.post(
        reverse("home:alerts", args=[person.pk]), answers(review_on="yesterday", kind="")
    ).content.decode()
    assert "Review by must be today or in the future" in page
    assert "Select what it warns of" in page
    page = send(client, reverse("home:review_alert", args=[alert.pk]), {"verdict": ""}).content.decode()
    assert "Select an answer to “Does the alert still stand?”" in page


def test_two_who_review_at_once_are_told(cast: Cast, person: Person, alert: Alert) -> None:
    with acting(cast.police_om):
        review_alert(alert=alert, reason="First", review_on=days(9), by=cast.police_om)
        with pytest.raises(Changed, match="Somebody else corrected this while you wrote"):
            review_alert(alert=alert, reason="Second", review_on=days(9), by=cast.police_om)
        with pytest.raises(Refused, match="Enter a later day"):
            end_alert(alert=alert, ends=alert.starts, why="x", by=cast.police_om)


def test_one_keeps_what_another_ends_meanwhile_and_chooses(cast: Cast, person: Person, alert: Alert) -> None:
    address = reverse("home:review_alert", args=[alert.pk])
    officer = cast.client(cast.police_om)
    drawn = opened(officer, address)
    ended = {"verdict": "end", "ends": "today", "why": "Knife surrendered", "reason": "Carries a knife"}
    assert send(cast.client(cast.housing_worker), address, ended).status_code == 302
    kept = {"verdict": "keep", "reason": "Seen with a knife on Sunday", "review_on": typed(days(30)), "ends": "today"}
    page = send(officer, address, kept, drawn).content.decode()
    assert "Changed by Housing Worker on" in page
    assert "Yes, keep it" in page
    assert "No, end it" in page
    choices = {"keep_verdict": "yours", "keep_reason": "yours", "keep_review_on": "yours"}
    response = officer.post(address, hidden_in(page) | choices)
    assert response.status_code == 302, response.content.decode()
    with acting(cast.police_om):
        now = Alert.objects.current().get()
    assert (now.reason, now.review_on, now.ends) == ("Seen with a knife on Sunday", days(30), None)


def test_an_alert_that_was_reviewed_before_the_page_was_opened_is_found_no_more(
    cast: Cast, person: Person, alert: Alert
) -> None:
    with acting(cast.police_om):
        review_alert(alert=alert, reason="First", review_on=days(9), by=cast.police_om)
    assert cast.client(cast.police_om).get(reverse("home:review_alert", args=[alert.pk])).status_code == 404
