"""One agency a session: chosen at signing in, changed from the header, never one that somebody has no role at."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.cast import LONG_AGO, Cast
from tests.service.administration.office import text_of
from trellis.rules.vocabulary import Role
from trellis.service.access.actor import acting
from trellis.service.access.models import Posting, User
from trellis.service.audit.models import AccessEvent
from trellis.service.schemes.models import Agency

pytestmark = pytest.mark.django_db
CHOOSE = "administration:acting_agency"


@pytest.fixture
def both(cast: Cast) -> User:
    """An analyst of the police who also coordinates for probation."""
    with acting("setup"):
        Posting.objects.create(
            user=cast.analyst, agency=cast.probation, scheme=cast.scheme, role=Role.COORDINATOR, starts=LONG_AGO
        )
    return cast.analyst


def act_for(client: Client, agency: Agency) -> str:
    return text_of(client.post(reverse(CHOOSE), {"agency": str(agency.pk)}, follow=True))


def test_whoever_works_for_two_chooses_before_anything_else(cast: Cast, both: User) -> None:
    client = cast.client(both)
    for page in ("home:work", "selection:candidates"):
        response = client.get(reverse(page))
        assert (response.status_code, response["Location"]) == (302, reverse(CHOOSE))
    page = text_of(client.get(reverse(CHOOSE)))
    assert "Fable police" in page
    assert "Fable probation" in page
    assert "Fable housing" not in page


def test_whoever_works_for_one_is_not_asked(cast: Cast) -> None:
    client = cast.client(cast.coordinator)
    assert client.get(reverse("home:work")).status_code == 200
    page = text_of(client.get(reverse(CHOOSE)))
    assert "You act for Fable police. You have no role at another agency." in page
    assert "change<span" not in page


def test_the_roles_of_the_agency_chosen_count_and_no_others(cast: Cast, both: User) -> None:
    client = cast.client(both)
    act_for(client, cast.police)
    assert client.get(reverse("selection:referrals")).status_code == 200
    assert client.post(reverse("selection:run")).status_code == 403
    act_for(client, cast.probation)
    assert client.post(reverse("selection:run")).status_code == 302


def test_roles_within_one_agency_add_up(cast: Cast, both: User) -> None:
    with acting("setup"):
        Posting.objects.create(user=both, agency=cast.probation, scheme=cast.scheme, role=Role.AUDITOR, starts=LONG_AGO)
    client = cast.client(both)
    act_for(client, cast.probation)
    items = text_of(client.get(reverse("home:work")))
    assert "Candidates" in items
    assert "Trail" in items


def test_the_header_says_for_whom_and_offers_the_change(cast: Cast, both: User) -> None:
    client = cast.client(both)
    for agency in (cast.police, cast.probation, cast.police):
        page = act_for(client, agency)
        assert f'<span class="tr-header__agency">{agency.name}' in page
        assert f'href="{reverse(CHOOSE)}">change<span' in page


def test_the_trail_names_the_agency_acted_for(cast: Cast, both: User) -> None:
    client = cast.client(both)
    act_for(client, cast.probation)
    client.get(reverse("home:work"))
    with acting(cast.auditor):
        event = AccessEvent.objects.filter(page="home:work", actor_id=both.pk).latest("at")
    assert event.agency_id == cast.probation.pk


@pytest.mark.parametrize("chosen", ["housing", "nothing", "words"])
def test_an_agency_without_a_role_is_refused(cast: Cast, both: User, chosen: str) -> None:
    client = cast.client(both)
    value = {"housing": str(cast.housing.pk), "nothing": "", "words": "police"}[chosen]
    page = text_of(client.post(reverse(CHOOSE), {"agency": value}))
    assert "There is a problem" in page
    assert ("You have no role at that agency today" in page) is bool(value)
    assert "agency_id" not in client.session
    assert client.get(reverse("home:work")).status_code == 302


def test_a_role_that_is_over_cannot_be_acted_in(cast: Cast, both: User) -> None:
    client = cast.client(both)
    act_for(client, cast.probation)
    with acting("setup"):
        both.postings.filter(agency=cast.probation).update(ends=timezone.localdate())
    response = client.get(reverse("home:work"))
    assert (response.status_code, response["Location"]) == (302, reverse(CHOOSE))
    assert "You act for Fable police" in text_of(client.get(reverse(CHOOSE)))


def test_a_session_with_an_agency_put_in_by_hand_has_no_role_there(cast: Cast) -> None:
    client = cast.client(cast.analyst)
    session = client.session
    session["agency_id"] = cast.housing.pk
    session.save()
    assert client.get(reverse("selection:candidates")).status_code in {302, 403}


def test_whoever_has_no_role_is_told_so(cast: Cast) -> None:
    assert "You have no role today" in text_of(cast.client(cast.stranger).get(reverse(CHOOSE)))
