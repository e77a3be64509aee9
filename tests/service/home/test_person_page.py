"""A person's page: who they are, how they stand, and every agency's spells and events."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast
from tests.factories import grant, make_fact, make_person
from trellis.rules.vocabulary import Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.audit.models import AccessEvent
from trellis.service.casework.models import Contact
from trellis.service.people.models import Address, Alert, Identifier, Person, PersonName
from trellis.service.priority.models import Proposal
from trellis.service.record.models import Arrest, Custody, Disposal, Priority, Supervision
from trellis.service.selection.models import CohortMembership, Lead

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def days(count: int) -> date:
    return TODAY + timedelta(count)


@pytest.fixture
def person(cast: Cast) -> Person:
    person = make_person(cast, stage=Stage.MANAGED)
    make_fact(PersonName, person, cast.police, family_name="Ravensmere", given_names="Barnaby")
    make_fact(Identifier, person, cast.police, kind="PNC", value="2002/3186819R")
    make_fact(Alert, person, cast.police, kind="weapons", reason="Carries a lock knife", starts=days(-90), review_on=days(-1))  # fmt: skip  # noqa: E501
    make_fact(Priority, person, cast.police, colour="red", reason="Three arrests", starts=days(-30), review_on=days(-2))
    make_fact(Arrest, person, cast.police, happened_on=days(-40), ho_code="02800", outcome="Charged")
    make_fact(Disposal, person, cast.police, happened_on=days(-20), ho_code="04600", finding="guilty_plea", disposal="Community order")  # fmt: skip  # noqa: E501
    make_fact(Supervision, person, cast.probation, kind="community_order", starts=days(-20), team="North team")
    make_fact(Contact, person, cast.housing, happened_on=days(-3), mode="home", outcome="attended_complied", worker="Wren Hob", notes="Moved in.")  # fmt: skip  # noqa: E501
    make_fact(Address, person, cast.housing, text="4 Nettle Row, Thimbleford", postcode="ZZ1 1AA", starts=days(-100))
    make_fact(CohortMembership, person, cast.police, cohort=cast.fixed, starts=days(-60))
    make_fact(Lead, person, cast.police, kind="police", officer=cast.police_om, starts=days(-60))
    for user in (cast.police_om, cast.housing_worker, cast.analyst):
        grant(cast, user, person)
    return person


def show(cast: Cast, user: User, person: Person, **query: Any) -> Any:
    return cast.client(user).get(reverse("home:person", args=[person.pk]), query)


def text(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return " ".join(response.content.decode().split())


def test_the_header_says_who_this_is_and_what_to_beware_of(cast: Cast, person: Person) -> None:
    page = text(show(cast, cast.police_om, person))
    assert "<title>Person – Trellis</title>" in page
    for words in ("Osric Quillfeather", "Barnaby Ravensmere", "14 May 1995", "2002/3186819R", "Managed", ">Red<"):
        assert words in page
    assert "Weapons: Carries a lock knife. Review overdue since" in page
    assert "Priority: review overdue since" in page


def test_cards_say_how_the_person_stands(cast: Cast, person: Person) -> None:
    for agency, colour in ((cast.police, "amber"), (cast.housing, "green")):
        make_fact(Proposal, person, agency, happened_on=days(-3), colour=colour, reason="x", compartment="core")
    page = text(show(cast, cast.police_om, person))
    for words in (
        "Wren Hob, Fable housing (home visit)", "Last seen 3 days ago", "Not in custody", "North team", "Fixed cohort",
        "Police Om", "4 Nettle Row, Thimbleford, ZZ1 1AA", "Three arrests",
        "<strong>Not agreed.</strong>", "Fable police proposes Amber. Fable housing proposes Green.",
    ):  # fmt: skip
        assert words in page


def test_the_timeline_names_every_entry_with_agency_and_source(cast: Cast, person: Person) -> None:
    page = text(show(cast, cast.police_om, person))
    for words in (
        "Arrested for burglary in a dwelling", "Outcome: Charged", "Community order: stealing from shops and stalls",
        "Home visit: attended and complied", "Moved in.", "Priority set to Red", "Joined Fixed cohort",
        "by Fable housing", "Recorded by Feeds on",
    ):  # fmt: skip
        assert words in page
    assert page.index("Home visit: attended and complied") < page.index("Arrested for burglary")


@pytest.mark.requirement("SEC-06")
def test_a_partner_with_a_grant_sees_the_person_and_a_stranger_finds_nothing(cast: Cast, person: Person) -> None:
    assert "Quillfeather" in text(show(cast, cast.housing_worker, person))
    assert show(cast, cast.coordinator, person).status_code == 200
    assert show(cast, cast.probation_om, person).status_code == 403
    assert show(cast, cast.stranger, person).status_code == 403


def test_whoever_may_only_read_is_offered_no_act(cast: Cast, person: Person) -> None:
    assert "Record a contact" not in text(show(cast, cast.analyst, person))
    assert "Record a contact" in text(show(cast, cast.housing_worker, person))
    assert show(cast, cast.auditor, person).status_code == 403


def test_each_role_is_led_to_its_own_acts(cast: Cast, person: Person) -> None:
    page = text(show(cast, cast.coordinator, person))
    for name in ("priority:decide", "selection:leave", "selection:candidate", "home:edit_person", "home:alerts"):
        assert reverse(name, args=[person.pk]) in page
    assert reverse("selection:change_lead", args=[person.pk, "probation"]) in page
    assert reverse("selection:refer_candidate", args=[person.pk]) not in page  # already managed
    page = text(show(cast, cast.housing_worker, person))
    for name in ("selection:leave", "selection:candidate", "home:edit_person"):
        assert reverse(name, args=[person.pk]) not in page
    assert "Latest score" not in page
    known = make_person(cast, "Larkspur")
    assert reverse("selection:refer_candidate", args=[known.pk]) in text(show(cast, cast.coordinator, known))


def test_only_ones_own_agencys_contact_is_offered_for_correction(cast: Cast, person: Person) -> None:
    assert "Correct<span" in text(show(cast, cast.housing_worker, person))
    assert "Correct<span" not in text(show(cast, cast.police_om, person))


def test_filters_choose_kinds_and_agencies(cast: Cast, person: Person) -> None:
    page = text(show(cast, cast.police_om, person, kind=["contact"]))
    assert "Home visit: attended and complied" in page
    assert "Arrested for burglary" not in page
    assert "Remove this filter: </span>Contact" in page
    page = text(show(cast, cast.police_om, person, agency=[str(cast.probation.pk)]))
    assert "Supervision: community order" in page
    assert "Joined Fixed cohort" not in page


def test_an_unknown_filter_is_explained_and_everything_shown(cast: Cast, person: Person) -> None:
    page = text(show(cast, cast.police_om, person, kind=["gossip"], known_on="31/31/2026"))
    assert "There is a problem" in page
    assert "Arrested for burglary" in page


def test_as_known_on_shows_what_was_believed_then(cast: Cast, person: Person) -> None:
    with acting(cast.police_om):
        Custody.objects.create(
            person=person, agency=cast.police, recorded_by=cast.police_om, kind="remand", starts=days(-5),
        )  # fmt: skip
        Arrest.objects.update(superseded_at=timezone.now())
    page = text(show(cast, cast.police_om, person))
    assert "Arrested for burglary" not in page
    assert "On remand, since" in page
    page = text(show(cast, cast.police_om, person, known_on=str(days(-1))))
    assert "As known on" in page
    assert "No priority is set." in page  # everything here was recorded today
    assert "On remand, since" not in page
    assert "Carries a lock knife" in page  # a warning is never of the past
    page = text(show(cast, cast.police_om, person, known_on=str(TODAY)))
    assert "Arrested for burglary" not in page


def test_an_uncertain_birth_date_says_so(cast: Cast) -> None:
    person = make_person(cast, date_of_birth=date(1995, 1, 1), birth_precision="year")
    assert "1995 (day and month not known)" in text(show(cast, cast.coordinator, person))


def test_a_person_of_whom_nothing_is_recorded_has_a_page(cast: Cast) -> None:
    person = make_person(cast, date_of_birth=None)
    page = text(show(cast, cast.coordinator, person))
    assert "Nothing is recorded yet" in page


def test_the_view_is_in_the_trail(cast: Cast, person: Person) -> None:
    show(cast, cast.police_om, person)
    with acting(cast.police_om):
        event = AccessEvent.objects.filter(page="home:person").latest("at")
    assert (event.actor_id, event.person_ids, event.status) == (cast.police_om.pk, [person.pk], 200)


def test_a_long_record_costs_no_more_queries(cast: Cast, person: Person) -> None:
    client = cast.client(cast.police_om)
    address = reverse("home:person", args=[person.pk])
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address, {"kind": ["arrest", "contact"]})
    for day in range(300):
        make_fact(Arrest, person, cast.police, happened_on=days(-50 - day), ho_code="02800")
    with CaptureQueriesContext(connection) as many:
        page = text(client.get(address, {"kind": ["arrest", "contact"]}))
    assert len(many) == len(few)
    assert len(many) <= 50
    assert "of <strong>302</strong> entries" in page
