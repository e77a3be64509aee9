"""A lead or a meeting decides the colour; the grid proposes it, and says what would change its answer."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast
from tests.editing import hidden_in, opened, send
from tests.factories import grant, make_fact, make_person
from trellis.rules.dates import long_date
from trellis.rules.errors import Refused
from trellis.rules.merging import Changed
from trellis.rules.vocabulary import DecidedBy, Engagement, IntelligencePicture, PriorityColour, Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import AgreementParty, User
from trellis.service.people.models import Person
from trellis.service.priority.actions import decide_priority
from trellis.service.record.models import Custody, Priority
from trellis.service.record.queries import priority_of
from trellis.service.selection.models import Lead
from trellis.service.work.models import Notice

pytestmark = pytest.mark.django_db


def ahead(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


@pytest.fixture
def person(cast: Cast) -> Person:
    person = make_person(cast, stage=Stage.MANAGED)
    grant(cast, cast.police_om, person)
    grant(cast, cast.analyst, person)
    grant(cast, cast.housing_worker, person)
    return person


def set_by(user: User, person: Person, **fields: Any) -> Priority:
    values = {
        "colour": PriorityColour.AMBER,
        "reason": "Missed twice, then came.",
        "engagement": Engagement.SOME,
        "intelligence": IntelligencePicture.NONE,
        "at_large": False,
        "review_on": ahead(14),
    } | fields
    with acting(user):
        return decide_priority(by=user, person=person, **values)


def test_an_agency_that_reads_no_priorities_sets_none(cast: Cast, person: Person) -> None:
    set_by(cast.police_om, person)
    grant(cast, cast.probation_om, person)
    with acting("setup"):
        AgreementParty.objects.filter(agency=cast.probation).update(shares=["casework.Contact"])
    with pytest.raises(Refused, match="does not list priorities"):
        set_by(cast.probation_om, person)


@pytest.mark.requirement("RAG-01", "RAG-02", "RAG-03", "RAG-05")
def test_keeps_what_the_grid_proposed(cast: Cast, person: Person) -> None:
    for engagement, intelligence, at_large, proposed in (
        ("not_engaging", "active_offending", False, "red"),
        ("engaging", "active_offending", False, "red"),
        ("engaging", "none", True, "red"),
        ("some", "none", False, "amber"),
        ("not_engaging", "none", False, "amber"),
        ("engaging", "none", False, "green"),
    ):
        facts = {"engagement": Engagement(engagement), "intelligence": IntelligencePicture(intelligence)}
        made = set_by(cast.police_om, person, at_large=at_large, **facts)
        assert (made.proposed, made.grid) == (proposed, "hm_2014 2"), facts


@pytest.mark.requirement("RAG-04")
def test_custody_on_record_proposes_blue(cast: Cast, person: Person) -> None:
    make_fact(Custody, person, cast.police, kind="sentence", starts=ahead(-30), expected_release=ahead(60))
    assert set_by(cast.police_om, person).proposed == PriorityColour.BLUE
    html = cast.client(cast.police_om).get(address(person)).content.decode()
    assert "Release is expected on" in html
    assert "in 8 weeks" in html
    assert "In custody, so the work is to plan for release." in html


@pytest.mark.requirement("RAG-09")
def test_who_decides_is_kept_and_everybody_who_works_with_them_is_told(cast: Cast, person: Person) -> None:
    assert set_by(cast.police_om, person).decision_words == "On behalf of the lead officer"
    make_fact(Lead, person, cast.police, kind="police", officer=cast.police_om, starts=ahead(-9))
    led = set_by(cast.police_om, person, meeting="not a meeting")
    assert (led.decision_words, led.meeting, led.meeting_on) == ("Lead officer", "", None)
    met = set_by(cast.coordinator, person, decided_by=DecidedBy.MEETING, meeting="Panel", meeting_on=ahead(0))
    assert met.decision_words == f"Panel, {long_date(ahead(0))}"
    with acting(cast.housing_worker):
        assert Notice.objects.filter(user=cast.housing_worker, kind="priority").count() == 3
    with pytest.raises(Refused, match="Say which meeting"):
        set_by(cast.coordinator, person, decided_by=DecidedBy.MEETING)


@pytest.mark.requirement("RAG-11")
def test_each_colour_is_dated_and_what_was_believed_before_is_kept(cast: Cast, person: Person) -> None:
    make_fact(Priority, person, cast.police, colour="red", reason="Unlawfully at large.", starts=ahead(-40))
    set_by(cast.police_om, person)
    with acting(cast.police_om):
        assert [(spell.colour, spell.starts, spell.ends) for spell in priority_of(person).history] == [
            ("amber", ahead(0), None),
            ("red", ahead(-40), ahead(0)),
        ]
        assert Priority.objects.filter(person=person).count() == 3, "what was believed before is kept"


def test_a_second_colour_on_a_day_corrects_the_first(cast: Cast, person: Person) -> None:
    set_by(cast.police_om, person)
    set_by(cast.police_om, person, colour=PriorityColour.RED)
    with acting(cast.police_om):
        assert [spell.colour for spell in priority_of(person).history] == ["red"]
        assert Priority.objects.filter(person=person).count() == 2


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"reason": " "}, "Say why you choose this colour"),
        ({"review_on": None}, "Give a review date after today"),
        ({"review_on": ahead(0)}, "Give a review date after today"),
    ],
)
def test_a_colour_without_reason_or_review_is_refused(
    cast: Cast, person: Person, fields: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        set_by(cast.police_om, person, **fields)


def test_only_somebody_managed_has_a_priority(cast: Cast) -> None:
    with pytest.raises(Refused, match="whom the scheme manages"):
        set_by(cast.coordinator, make_person(cast))


def test_wrong_roles_are_refused(cast: Cast, person: Person) -> None:
    for user in (cast.analyst, cast.housing_worker):
        with pytest.raises(Refused, match="may not set a person's priority"):
            set_by(user, person)
    with pytest.raises(Refused, match="act for no agency"):
        set_by(cast.stranger, person)


def test_the_database_lets_nobody_alter_a_colour(cast: Cast, person: Person) -> None:
    set_by(cast.police_om, person)
    refused = pytest.raises(ProgrammingError, match="permission denied")
    with acting(cast.police_om), refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE record_priority SET colour = 'green'")


def address(person: Person) -> str:
    return reverse("priority:decide", args=[person.pk])


ANSWERS = {
    "engagement": "engaging",
    "intelligence": "active_offending",
    "at_large": "no",
    "colour": "red",
    "reason": "Seen near three burglaries.",
    "review_on": "1 2 2099",
    "decided_by": "lead",
}


def page(cast: Cast, who: User, person: Person, **data: str) -> tuple[int, str]:
    client = cast.client(who)
    if data and client.get(address(person)).status_code == 200:
        data = opened(client, address(person)) | data
    response = client.post(address(person), data, follow=True) if data else client.get(address(person))
    return response.status_code, response.content.decode()


@pytest.mark.requirement("RAG-10")
def test_the_page_proposes_from_the_facts_and_sets_nothing(cast: Cast, person: Person) -> None:
    asked = {name: ANSWERS[name] for name in ("engagement", "intelligence", "at_large")}
    html = page(cast, cast.police_om, person, propose="yes", **asked)[1]
    assert "Engaging, but still thought to be offending" in html
    assert "Would move to green if without intelligence of offending." in html
    assert "There is a problem" not in html
    with acting(cast.police_om):
        assert not Priority.objects.exists()


@pytest.mark.requirement("RAG-09")
def test_the_page_sets_a_colour_with_its_reason_and_review(cast: Cast, person: Person) -> None:
    html = page(cast, cast.police_om, person, **ANSWERS)[1]
    assert "Priority is Red from today." in html
    assert "Seen near three burglaries." in html
    assert "Review by 1 February 2099" in html
    assert "Police Om, Fable police" in html


def test_a_colour_without_its_answers_is_handed_back(cast: Cast, person: Person) -> None:
    status, html = page(cast, cast.police_om, person, colour="red")
    assert status == 200
    for words in ("There is a problem", "Enter why", "Enter the review date", "How far does the person engage?"):
        assert words in html, words


def test_who_may_not_decide_does_not_reach_the_page(cast: Cast, person: Person) -> None:
    for user in (cast.analyst, cast.housing_worker, cast.neighbourhood):
        assert page(cast, user, person)[0] == 403
        assert page(cast, user, person, **ANSWERS)[0] == 403


def test_a_meeting_is_asked_for_its_name(cast: Cast, person: Person) -> None:
    html = page(cast, cast.police_om, person, **ANSWERS | {"decided_by": "meeting"})[1]
    assert "Enter which meeting" in html or "Which meeting?" in html
    assert "There is a problem" in html
    met = ANSWERS | {"decided_by": "meeting", "meeting": "Fortnightly panel", "meeting_on": "today"}
    assert "Fortnightly panel" in page(cast, cast.police_om, person, **met)[1]


def test_the_page_is_hidden_from_strangers(cast: Cast, person: Person) -> None:
    assert page(cast, cast.probation_om, person)[0] == 403
    assert page(cast, cast.stranger, person)[0] == 403
    assert page(cast, cast.auditor, person)[0] == 403


def test_two_who_set_a_priority_at_once_both_have_their_say(cast: Cast, person: Person) -> None:
    make_fact(Priority, person, cast.police, colour="green", reason="Missed twice, then came.", starts=ahead(0))
    client = cast.client(cast.police_om)
    drawn = opened(client, address(person))
    set_by(cast.coordinator, person, colour=PriorityColour.RED, reason="Wanted on warrant.", at_large=True)
    html = send(client, address(person), ANSWERS | {"colour": "amber", "reason": "Came on Monday."}, drawn)
    page = html.content.decode()
    assert "Changed by Coordinator on" in page
    assert "Wanted on warrant." in page
    assert "When you began: Missed twice, then came." in page
    chosen = {"keep_colour": "theirs", "keep_reason": "both", "keep_review_on": "yours"}
    chosen |= {"keep_engagement": "yours", "keep_intelligence": "theirs"}
    missing = client.post(address(person), hidden_in(page) | {"keep_colour": "theirs"}).content.decode()
    assert "Choose what to keep for “Why”" in missing
    response = client.post(address(person), hidden_in(page) | chosen)
    assert response.status_code == 302, response.content.decode()
    with acting(cast.police_om):
        (now,) = priority_of(person).history
    assert (now.colour, now.reason) == ("red", "Wanted on warrant.\n\nCame on Monday.")
    assert (now.engagement, now.at_large, now.recorded_by) == ("engaging", True, cast.police_om)


def test_a_colour_set_instead_of_one_that_stands_no_more_is_refused(cast: Cast, person: Person) -> None:
    first = set_by(cast.police_om, person, instead_of=0)
    for looked_at in (0, first.pk + 1):
        with pytest.raises(Changed, match="Somebody else set the priority"):
            set_by(cast.police_om, person, instead_of=looked_at)
    assert set_by(cast.police_om, person, instead_of=first.pk, colour=PriorityColour.RED).colour == "red"
