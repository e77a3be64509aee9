"""A person's priority on its own page: meaning, standard, flag, suggestion, history and the time in each colour."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast
from tests.factories import grant, make_fact, make_person
from trellis.rules.vocabulary import Stage
from trellis.service.access.models import User
from trellis.service.people.models import Person
from trellis.service.record.models import Custody, Priority, Supervision

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def days(count: int) -> date:
    return TODAY + timedelta(days=count)


@pytest.fixture
def person(cast: Cast) -> Person:
    """Red for ten days and overdue for review, Amber for the thirty before."""
    person = make_person(cast, stage=Stage.MANAGED)
    for user in (cast.police_om, cast.analyst):
        grant(cast, user, person)
    make_fact(
        Priority, person, cast.police, colour="red", reason="Seen near two burglaries.", starts=days(-10),
        review_on=days(-3), engagement="not_engaging", intelligence="active_offending", proposed="red",
    )  # fmt: skip
    make_fact(Priority, person, cast.police, colour="amber", reason="Came.", starts=days(-40), ends=days(-10))
    return person


def page(cast: Cast, who: User, person: Person, **asked: object) -> str:
    response = cast.client(who).get(reverse("priority:person", args=[person.pk]), asked)
    assert response.status_code == 200, response.status_code
    return " ".join(unescape(response.content.decode()).split())


@pytest.mark.requirement("RAG-01", "RAG-06", "RAG-07", "RAG-10")
def test_a_colour_stands_with_its_meaning_its_standard_and_what_would_move_it(cast: Cast, person: Person) -> None:
    make_fact(Supervision, person, cast.probation, kind="community_order", starts=days(-90))
    html = page(cast, cast.analyst, person)
    for words in (
        "Unlawfully at large, or not engaging while intelligence says that they are offending.",
        "For 10 days", "Seen near two burglaries.",
        "2 contacts in any 7 days", "Red for probation’s appointment allowance",
        "Red stays in force until somebody reviews it", "Would move to amber if without intelligence of offending.",
        "Counted nationally as",
    ):  # fmt: skip
        assert words in html, words
    assert "No order or licence is in force" not in html
    assert "Decide the priority" not in html
    assert "Decide the priority" in page(cast, cast.police_om, person)


@pytest.mark.requirement("RAG-11")
def test_the_time_in_each_colour_is_counted_over_any_days(cast: Cast, person: Person) -> None:
    html = page(cast, cast.analyst, person, starts=days(-19).isoformat(), ends=TODAY.isoformat())
    assert "Time in each colour, of 20 days" in html
    for words in ("11 days", "55%", "9 days", "45%", "The priority changed once in 20 days"):
        assert words in html, words
    html = page(cast, cast.analyst, person, starts="tomorrow", ends="today")
    assert "There is a problem" in html
    assert "comes before the first" in html


@pytest.mark.requirement("RAG-04")
def test_custody_suggests_blue_with_a_countdown_and_sets_nothing(cast: Cast, person: Person) -> None:
    make_fact(Custody, person, cast.police, kind="remand", starts=days(-1), expected_release=days(28))
    html = page(cast, cast.police_om, person)
    assert "Consider Blue" in html
    assert "Release is expected on" in html
    assert "in 4 weeks" in html
    assert "Nothing changes until somebody decides." in html
    assert "1 contact in any 28 days, while they are in custody" in html


@pytest.mark.requirement("RAG-01")
def test_an_escape_suggests_red(cast: Cast, person: Person) -> None:
    quiet = {"engagement": "engaging", "intelligence": "none", "proposed": "blue", "colour": "blue", "reason": "Held."}
    calm = make_person(cast, "Larkspur", stage=Stage.MANAGED)
    grant(cast, cast.analyst, calm)
    make_fact(Priority, calm, cast.police, starts=days(-30), **quiet)
    make_fact(
        Custody, calm, cast.police, kind="sentence", starts=days(-31), ends=days(-2), release_reason="Absconded (ROTL)"
    )
    html = page(cast, cast.analyst, calm)
    assert "Consider Red" in html
    assert "Unlawfully at large." in html


def test_somebody_without_a_colour_and_somebody_not_managed(cast: Cast) -> None:
    fresh, known = make_person(cast, stage=Stage.MANAGED), make_person(cast, "Larkspur")
    assert "No priority is set" in page(cast, cast.coordinator, fresh)
    assert "Until then the contact standard is 1 contact in any 7 days" in page(cast, cast.coordinator, fresh)
    html = page(cast, cast.coordinator, known)
    assert "A priority is for managed people." in html
    assert "Propose a priority" not in html


@pytest.mark.requirement("RAG-12")
def test_a_scheme_says_what_it_calls_the_people_it_manages(cast: Cast, settings: Any, tmp_path: Path) -> None:
    folder = tmp_path / "definitions"
    shutil.copytree(settings.DEFINITIONS, folder)
    scheme = folder / "schemes" / "fable.yaml"
    text = scheme.read_text(encoding="utf-8")
    assert "many: managed people" in text
    scheme.write_text(text.replace("many: managed people", "many: graduates of the scheme"), encoding="utf-8")
    settings.DEFINITIONS = folder
    known = make_person(cast, "Larkspur")
    assert "A priority is for graduates of the scheme." in page(cast, cast.coordinator, known)
    assert "Graduates of the scheme whose record you may see appear here" in unescape(
        cast.client(cast.coordinator).get(reverse("needs:due")).content.decode()
    )


def test_strangers_are_shown_nothing(cast: Cast, person: Person) -> None:
    # Housing may see managed people, but not this one, and is not told that there is one.
    for user, status in ((cast.stranger, 403), (cast.housing_worker, 404), (cast.auditor, 403)):
        assert cast.client(user).get(reverse("priority:person", args=[person.pk])).status_code == status


def test_a_long_history_costs_no_more_queries(cast: Cast, person: Person) -> None:
    counts = []
    for number in (2, 60):
        other = make_person(cast, f"Person {number}", stage=Stage.MANAGED)
        grant(cast, cast.analyst, other)
        for place in range(number):
            make_fact(
                Priority,
                other,
                cast.police,
                colour="red",
                reason="x",
                starts=days(-5 * place - 5),
                ends=days(-5 * place),
            )
        client = cast.client(cast.analyst)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("priority:person", args=[other.pk])).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
