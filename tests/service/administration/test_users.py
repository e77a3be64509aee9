"""The list of users, the search and one user's page: of the administrator's own scheme, and nobody else's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast
from tests.factories import grant, make_person
from tests.service.administration.office import (
    asked_for,
    make_colleague,
    make_other_scheme,
    make_user,
    read,
    send,
    text_of,
)
from trellis.rules.vocabulary import Role, Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.audit.models import AccessEvent

pytestmark = pytest.mark.django_db


def seen_last(user: User, days_ago: int) -> None:
    with acting("setup"):
        User.objects.filter(pk=user.pk).update(last_login=timezone.now() - timedelta(days=days_ago))


def names_on(page: str) -> list[str]:
    return [row.split("</a>")[0].rsplit(">", 1)[1] for row in page.split("<tbody")[1].split("<tr")[1:]]


def test_lists_everybody_of_the_scheme_by_name(cast: Cast) -> None:
    asked_for(cast)
    names = names_on(text_of(read(cast, cast.administrator, "users")))
    assert {"Administrator", "Coordinator", "Police Om", "Tansy Merriweather"} <= set(names)
    assert names == sorted(names, key=str.lower)
    assert "Stranger" not in names


def test_another_schemes_administrator_sees_their_own_users_alone(cast: Cast) -> None:
    asked_for(cast)
    _, other = make_other_scheme(cast)
    assert names_on(text_of(read(cast, other, "users"))) == ["Elsewhere"]
    assert read(cast, other, "user", cast.coordinator.pk).status_code == 404
    assert read(cast, cast.administrator, "user", other.pk).status_code == 404


@pytest.mark.parametrize("page", ["users", "search", "waiting", "dormant", "dormant_list", "agencies", "areas"])
@pytest.mark.parametrize("who", ["coordinator", "analyst", "auditor", "stranger"])
def test_nobody_else_opens_these_pages(cast: Cast, page: str, who: str) -> None:
    assert read(cast, getattr(cast, who), page).status_code == 403


def test_the_information_officer_reads_what_they_approve_and_changes_nothing(cast: Cast) -> None:
    officer = cast.information_officer
    page = text_of(read(cast, officer, "users"))
    assert "Invite somebody" not in page
    assert read(cast, officer, "invite").status_code == 403
    assert read(cast, officer, "disable", cast.coordinator.pk).status_code == 403
    assert "Disable the account" not in text_of(read(cast, officer, "user", cast.coordinator.pk))


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"role": "analyst"}, ["Analyst"]),
        ({"agency": "probation"}, ["Probation Om"]),
        ({"state": "disabled"}, ["Housing Worker"]),
        ({"state": "waiting"}, ["Tansy Merriweather"]),
        ({"state": "dormant"}, ["Auditor"]),
        ({"state": "active"}, ["Coordinator"]),
        ({"state": "active", "role": "analyst"}, []),
    ],
)
def test_filters(cast: Cast, query: dict[str, str], names: list[str]) -> None:
    asked_for(cast)
    seen_last(cast.coordinator, 3)
    seen_last(cast.auditor, settings.DORMANT_AFTER_DAYS + 1)
    with acting("setup"):
        User.objects.filter(pk=cast.housing_worker.pk).update(is_active=False)
    if "agency" in query:
        query = {"agency": str(getattr(cast, query["agency"]).pk)}
    page = text_of(read(cast, cast.administrator, "users", **query))
    # Whoever reads has just signed in.
    found = [name for name in names_on(page) if name != "Administrator"] if "<tbody" in page else []
    assert found == names


def test_an_unknown_filter_asks_for_nothing(cast: Cast) -> None:
    page = text_of(read(cast, cast.administrator, "users", role="king", agency="x", state="gone"))
    assert "Coordinator" in names_on(page)


def test_finds_by_part_of_a_name_or_username_and_says_how_many_in_the_trail(cast: Cast) -> None:
    asked_for(cast)
    page = text_of(send(cast, cast.administrator, "search", {"q": "MERRI"}))
    assert "1 user found" in page
    assert "Tansy Merriweather" in page
    assert "Police Om" in text_of(send(cast, cast.administrator, "search", {"q": "olice_o"}))
    with acting(cast.auditor):
        events = AccessEvent.objects.filter(page="administration:search").order_by("at")
        assert [event.detail["found"] for event in events] == [1, 1]
        assert "MERRI" not in str([event.detail for event in events])


def test_a_search_stands_in_no_address_and_needs_two_letters(cast: Cast) -> None:
    page = text_of(read(cast, cast.administrator, "search", q="coordinator"))
    assert "Coordinator" not in page.split('id="main-content"')[1]
    assert "at least two letters" in text_of(send(cast, cast.administrator, "search", {"q": "a"}))
    assert "Nobody found" in text_of(send(cast, cast.administrator, "search", {"q": "quillfeather"}))


def queries_of(client: Client) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse("administration:users")).status_code == 200
    return len(queries)


def test_few_and_many_cost_the_same(cast: Cast) -> None:
    client = cast.client(cast.administrator)
    asked_for(cast)
    client.get(reverse("administration:users"))
    few = queries_of(client)
    for number in range(300):
        make_user(cast, f"worker.{number:03}")
    for number in range(30):
        asked_for(cast, f"invited.{number:03}", name=f"Agatha {number}")
    assert queries_of(client) == few
    assert few < 40
    assert len(names_on(text_of(client.get(reverse("administration:users"))))) == 25


def test_a_users_page_shows_their_roles_and_nobody_whom_they_see(cast: Cast) -> None:
    person = make_person(cast, stage=Stage.MANAGED)
    grant(cast, cast.coordinator, person, reason="Asked about Osric Quillfeather")
    page = text_of(read(cast, cast.administrator, "user", cast.coordinator.pk))
    for words in ("Scheme coordinator", "The whole scheme", "Fable police", "Known, Candidate", "Disable the account"):
        assert words in page
    assert "Quillfeather" not in page
    assert "<title>User – Trellis</title>" in page


def test_ones_own_account_is_somebody_elses_to_change(cast: Cast) -> None:
    page = text_of(read(cast, cast.administrator, "user", cast.administrator.pk))
    assert "This is your own account" in page
    assert "Give another role" not in page


@pytest.mark.requirement("GOV-09")
def test_a_user_may_hold_several_roles(cast: Cast) -> None:
    colleague = make_colleague(cast)
    with acting("setup"):
        colleague.postings.create(
            agency=cast.probation, scheme=cast.scheme, role=Role.ANALYST, starts=cast.scheme.starts
        )
    page = text_of(read(cast, cast.administrator, "users", role="analyst"))
    assert "<li>Administrator</li><li>Analyst</li>" in page


def test_home_counts_what_waits_and_who_is_dormant_for_whoever_decides(cast: Cast) -> None:
    asked_for(cast)
    seen_last(cast.analyst, settings.DORMANT_AFTER_DAYS + 1)
    for user in (cast.administrator, cast.information_officer):
        page = text_of(cast.client(user).get(reverse("home:work")))
        for words, address in (("Requests waiting for approval", "waiting"), ("Dormant accounts", "dormant")):
            tile = page.split(words)[0].rsplit("<a ", 1)[1]
            assert reverse(f"administration:{address}") in tile
            assert '<span class="tr-tile__count">1</span>' in tile
    assert "Dormant accounts" not in text_of(cast.client(cast.coordinator).get(reverse("home:work")))
