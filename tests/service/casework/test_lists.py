"""Who is due, what is missing, what stands elsewhere; and as many queries for five hundred people as for three."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast
from tests.factories import grant, make_fact, make_person
from trellis.rules.clock import Kept
from trellis.rules.intervals import Interval
from trellis.rules.tasks import TaskKind
from trellis.rules.vocabulary import DisengagementResponse, Stage
from trellis.service.access.actor import acting
from trellis.service.casework.clocks import CLOCKS, contacts_due, outcomes_due, telling_due, visits_due
from trellis.service.casework.models import (
    Appointment,
    Contact,
    Disengagement,
    DrugTest,
    OfferOfHelp,
    RecordedElsewhere,
    SelectionExplained,
)
from trellis.service.casework.queries.clocks import contact_clock, contact_clocks, frequencies
from trellis.service.casework.queries.lists import managed_people
from trellis.service.people.models import Person
from trellis.service.record.models import Custody, Priority, Registration, Supervision
from trellis.service.selection.models import CohortMembership, Lead
from trellis.service.sharing.models import InformationShared
from trellis.service.work.actions.sweeping import sweep
from trellis.service.work.clocks import clocks
from trellis.service.work.models import Task

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def managed(cast: Cast, name: str = "Quillfeather", since: int = 60, **priority: Any) -> Person:
    person = make_person(cast, name, stage=Stage.MANAGED)
    make_fact(CohortMembership, person, cast.police, cohort=cast.fixed, starts=TODAY - timedelta(since))
    if priority:
        make_fact(Priority, person, cast.police, starts=TODAY - timedelta(since), reason="x", **priority)
    return person


def seen(cast: Cast, person: Person, *days_ago: int, agency: Any = None, **changes: Any) -> None:
    values = {"mode": "home", "outcome": "attended_complied", "worker": "Wren"} | changes
    for back in days_ago:
        make_fact(Contact, person, agency or cast.police, happened_on=TODAY - timedelta(back), **values)


@pytest.mark.requirement("INT-02", "RAG-07")
def test_the_colour_sets_the_standard_and_the_most_overdue_come_first(cast: Cast) -> None:
    red, green = managed(cast, "Redfern", colour="red"), managed(cast, "Greenaway", colour="green")
    seen(cast, red, 9, 12)
    seen(cast, green, 9)
    seen(cast, red, 1, outcome="unacceptable_absence")
    page = cast.client(cast.coordinator).get(reverse("casework:due")).content.decode()
    assert "2 contacts in any 7 days" in page
    assert "1 contact in any 14 days" in page
    assert page.index("Redfern") < page.index("Greenaway")
    assert "example" in page
    late = cast.client(cast.coordinator).get(reverse("casework:due"), {"show": "overdue"}).content.decode()
    assert ("Redfern" in late, "Greenaway" in late) == (True, False)
    with acting(cast.coordinator):
        clock = contact_clock(red)
        assert clock.due is not None
        # The second last of what counts was twelve days ago, and seven days were given.
        assert clock.due.days_overdue == 5
        assert clock.kept.of == 61
        # Anybody's contact counts, so that one by housing puts it right.
    seen(cast, red, 0, 2, agency=cast.housing)
    with acting(cast.coordinator):
        assert not contact_clock(red).is_overdue


def test_in_the_final_third_others_make_the_contacts(cast: Cast) -> None:
    person = managed(cast, colour="red")
    seen(cast, person, 1, 2, agency=cast.probation)
    seen(cast, person, 3)
    order = {"kind": "community_order", "starts": TODAY - timedelta(90), "ends": TODAY + timedelta(10)}
    make_fact(Supervision, person, cast.probation, **order)
    with acting(cast.coordinator):
        clock = contact_clock(person)
        assert clock.without == 1
        assert "they made one" in clock.final_third_sentence(TODAY)
    make_fact(Registration, person, cast.probation, code="M2", title="MAPPA", starts=TODAY - timedelta(90))
    with acting(cast.coordinator):
        assert "go on to the end of the order: MAPPA" in contact_clock(person).final_third_sentence(TODAY)


@pytest.mark.requirement("INT-06")
def test_signs_of_disengagement_ask_for_a_response_with_its_reason(cast: Cast) -> None:
    person = managed(cast, colour="amber")
    seen(cast, person, 2, 5, outcome="unacceptable_absence")
    grant(cast, cast.police_om, person)
    client = cast.client(cast.police_om)
    address = reverse("casework:disengagement", args=[person.pk])
    assert "2 contacts in a row failed without a good reason." in client.get(address).content.decode()
    answer = {"happened_on": "today", "signs": "Two missed", "response": "watching", "reason": "",
              "review_on": "tomorrow"}  # fmt: skip
    page = client.post(address, answer).content.decode()
    assert "Why this response?" in page
    assert "Two missed" in page
    assert client.post(address, answer | {"reason": "He drifts"}).status_code == 302
    with acting(cast.police_om):
        made = Disengagement.objects.get()
    assert (made.response, made.reason) == (DisengagementResponse.WATCHING, "He drifts")
    shown = client.get(reverse("casework:contacts", args=[person.pk])).content.decode()
    assert "Intelligence and watching" in shown
    assert cast.client(cast.housing_worker).get(address).status_code == 403


@pytest.mark.requirement("REF-09", "REF-10")
def test_who_was_not_told_or_offered_stands_on_a_list_until_it_is_recorded(cast: Cast) -> None:
    person = managed(cast, since=20)
    managed(cast, "Newcome", since=3)
    client = cast.client(cast.coordinator)
    address = reverse("casework:not_told")
    page = client.get(address).content.decode()
    assert page.count("Missing: record it") == 2
    assert "Newcome" not in page
    told = {"happened_on": "today", "worker": "Wren", "how": "At home", "understood": "yes"}
    assert client.post(reverse("casework:told", args=[person.pk]), told).status_code == 302
    offer = {"happened_on": "today", "worker": "Wren", "offered": "A place to live", "answer": "refused",
             "refused_because": "", "consequences_explained": "yes", "consequences": "Recall."}  # fmt: skip
    page = client.post(reverse("casework:offer", args=[person.pk]), offer).content.decode()
    assert "Why, in their own words" in page
    assert client.get(address).content.decode().count("Missing: record it") == 1
    offer["refused_because"] = "Not my thing"
    assert client.post(reverse("casework:offer", args=[person.pk]), offer).status_code == 302
    assert "Nothing is missing" in client.get(address).content.decode()
    with acting(cast.coordinator):
        assert SelectionExplained.objects.get().understood == "yes"
        made = OfferOfHelp.objects.get()
    assert (made.answer, made.their_reason, made.consequences_explained) == ("refused", "Not my thing", True)
    shown = client.get(reverse("casework:contacts", args=[person.pk])).content.decode()
    assert "“Not my thing”" in shown
    assert cast.client(cast.analyst).get(reverse("casework:told", args=[person.pk])).status_code == 403


@pytest.mark.requirement("INT-17")
def test_a_drug_test_is_health_information(cast: Cast) -> None:
    person = managed(cast)
    grant(cast, cast.police_om, person)
    grant(cast, cast.probation_om, person, compartments=["core", "health"])
    address = reverse("casework:drug_test", args=[person.pk])
    answer = {"happened_on": "today", "basis": "voluntary", "tested_for": "Opiates", "result": "positive",
              "positive_for": "", "worker": "Posy"}  # fmt: skip
    refused = cast.client(cast.police_om).post(address, answer)
    assert refused.status_code == 403
    assert "health information" in refused.content.decode()
    client = cast.client(cast.probation_om)
    assert "Positive for what?" in client.post(address, answer).content.decode()
    assert client.post(address, answer | {"positive_for": "Heroin"}).status_code == 302
    shown = reverse("casework:contacts", args=[person.pk])
    assert "Positive for Heroin" in client.get(shown).content.decode()
    assert "Heroin" not in cast.client(cast.police_om).get(shown).content.decode()
    with acting(cast.police_om):
        assert not DrugTest.objects.exists()


def test_a_note_is_copied_once_and_a_corrected_one_again(cast: Cast) -> None:
    person = managed(cast)
    grant(cast, cast.probation_om, person)
    client = cast.client(cast.probation_om)
    with acting(cast.probation_om):
        contact = Contact.objects.create(
            person=person, agency=cast.probation, recorded_by=cast.probation_om, happened_on=TODAY, worker="Posy",
            happened_at=time(9, 30), mode="office", outcome="evidence_pending", notes="Bus late.", kind="supervision",
        )  # fmt: skip
    to_copy = reverse("casework:to_copy")
    assert "Quillfeather" in client.get(to_copy).content.decode()
    page = client.get(reverse("casework:show", args=[contact.pk])).content.decode()
    assert f"Date: {TODAY:%d/%m/%Y}\nStart time: 09:30\nType: Supervision, at an office" in page
    assert "Outcome: Failed to Attend" in page
    tick = reverse("casework:tick", args=[contact.pk])
    assert "Reference there" in client.post(tick, {"system": "delius", "reference": ""}).content.decode()
    assert client.post(tick, {"system": "delius", "reference": " D1  22 "}).status_code == 302
    assert client.post(tick, {"system": "delius", "reference": "again"}).status_code == 302
    with acting(cast.probation_om):
        assert RecordedElsewhere.objects.get().reference == "D1 22"
    assert "Everything is recorded there" in client.get(to_copy).content.decode()
    change = {"outcome": "acceptable_absence", "reason": "The letter came"}
    assert client.post(reverse("casework:change_outcome", args=[contact.pk]), change).status_code == 302
    assert "Quillfeather" in client.get(to_copy).content.decode()
    grant(cast, cast.police_om, person)
    assert cast.client(cast.police_om).post(tick, {"system": "delius", "reference": "x"}).status_code == 403


@pytest.mark.requirement("IQ-16")
def test_a_quick_note_of_sharing_keeps_sharer_recipient_and_purpose(cast: Cast) -> None:
    person = managed(cast)
    grant(cast, cast.police_om, person)
    address = reverse("casework:share", args=[person.pk])
    answer = {"recipient": cast.housing.pk, "who": "Bram", "what": "He is out of custody.", "purpose": ""}
    client = cast.client(cast.police_om)
    assert "What do they need it for?" in client.post(address, answer).content.decode()
    assert client.post(address, answer | {"purpose": "To keep his room"}).status_code == 302
    with acting(cast.police_om):
        note = InformationShared.objects.get()
        assert (note.recorded_by, note.agency, note.recipient) == (cast.police_om, cast.police, cast.housing)
        assert (note.what, note.reason) == ("He is out of custody. Told to Bram.", "To keep his room")
    assert cast.client(cast.neighbourhood).get(address).status_code == 403


@pytest.mark.requirement("REF-11")
def test_custody_shows_what_is_to_be_planned_by_the_leads_together(cast: Cast) -> None:
    person = managed(cast, since=60)
    for kind, officer, agency in (
        ("police", cast.police_om, cast.police),
        ("probation", cast.probation_om, cast.probation),
    ):
        make_fact(Lead, person, agency, kind=kind, officer=officer, starts=TODAY - timedelta(60))
    held = {"kind": "sentenced", "prison": "HMP Fabling", "starts": TODAY - timedelta(40)}
    make_fact(Custody, person, cast.probation, expected_release=TODAY + timedelta(200), **held)
    client = cast.client(cast.coordinator)
    page = client.get(reverse("casework:custody")).content.decode()
    assert "First visit in prison, by police and probation together" in page
    assert "Overdue since" in page
    link = unescape(re.search(rf'href="({reverse("casework:plan", args=[person.pk])}[^"]+)"', page)[1])  # type: ignore[index]
    plan = client.get(link).content.decode()
    assert 'value="prison" checked' in plan
    # The other lead's agency takes part, unless somebody unticks it.
    joint = [box for box in re.findall(r'<input[^>]*name="joint"[^>]*>', plan) if "checked" in box]
    assert [f'value="{cast.probation.pk}"' in box for box in joint] == [True]
    with acting("clocks"):
        (due,) = [one for one in visits_due(cast.scheme, TODAY) if one.person_id == person.pk]
    assert (due.user_id, due.due_on) == (cast.police_om.pk, TODAY - timedelta(40) + timedelta(28))
    seen(cast, person, 20, mode="prison")
    assert "Visit to plan the release" in client.get(reverse("casework:custody")).content.decode()


@pytest.mark.requirement("INT-03")
def test_71_per_cent_of_24_cases_were_seen_twice_a_week(cast: Cast) -> None:
    for number in range(24):
        person = managed(cast, f"Case{number}")
        # Two contacts a week for 17 of them, and one for the others, over four weeks.
        seen(cast, person, *(7 * week + day for week in range(4) for day in ((1, 3) if number < 17 else (1,))))
    window = Interval(TODAY - timedelta(28), TODAY)
    with acting(cast.coordinator):
        found = frequencies(list(managed_people(cast.scheme)), cast.scheme, window)
    assert (found.seen, found.seen.percent, found.left_out) == (Kept(17, 24), 71, 0)
    address = reverse("casework:frequency")
    asked = {"first": window.starts.isoformat(), "last": (TODAY - timedelta(1)).isoformat()}
    page = cast.client(cast.analyst).get(address, asked)
    assert page.status_code == 200
    shown = cast.client(cast.coordinator).get(address, asked).content.decode()
    assert "<strong>71%</strong> (17 of 24)" in shown
    short = cast.client(cast.coordinator).get(address, asked | {"last": asked["first"]}).content.decode()
    assert "Choose a window of at least 7 days" in short


def test_the_clocks_are_asked_and_settle_once_somebody_was_seen(cast: Cast) -> None:
    person = managed(cast, since=20, colour="red")
    make_fact(Lead, person, cast.police, kind="police", officer=cast.police_om, starts=TODAY - timedelta(20))
    grant(cast, cast.police_om, person)
    appointment = make_fact(
        Appointment, person, cast.police, happened_on=TODAY - timedelta(2), happened_at=time(9), mode="office",
        worker="Wren", with_user=cast.police_om,
    )  # fmt: skip
    offered = {clock.name for clock in clocks()}
    assert {clock.name for clock in CLOCKS} <= offered
    with acting("clocks"):
        due = list(contacts_due(cast.scheme, TODAY))
        assert [(one.kind, one.user_id, one.person_id) for one in due] == [
            (TaskKind.CONTACT, cast.police_om.pk, person.pk)
        ]
        assert "Quillfeather" not in due[0].reason
        assert [one.source_key for one in outcomes_due(cast.scheme, TODAY)] == [str(appointment.pk)]
        told = list(telling_due(cast.scheme, TODAY))
        assert [one.due_on for one in told] == [TODAY - timedelta(6)] * 2
        assert list(visits_due(cast.scheme, TODAY)) == []
    with acting("clocks") as actor:
        by = cast.police_om.__class__.objects.get(pk=actor.user_id)
        clock = next(one for one in clocks() if one.name == "contact-due")
        assert sweep(clock=clock, scheme=cast.scheme, today=TODAY, by=by).raised == 1
        assert sweep(clock=clock, scheme=cast.scheme, today=TODAY, by=by).raised == 0
    seen(cast, person, 0, 1)
    with acting("clocks") as actor:
        assert sweep(clock=clock, scheme=cast.scheme, today=TODAY, by=by).settled == 1
        assert Task.objects.filter(rule="contact-due").get().state == "done"


PAGES = ("due", "not_told", "custody", "frequency", "outcomes", "to_copy", "calendar")


def many(cast: Cast, number: int) -> None:
    """So many people managed, each with a membership, a colour, an order, custody and three contacts."""
    with acting("feeds") as actor:
        people = Person.objects.bulk_create(
            Person(family_name=f"Many{one}", scheme=cast.scheme, area=cast.north, stage=Stage.MANAGED)
            for one in range(number)
        )
        common = {"agency": cast.police, "recorded_by_id": actor.user_id}
        began = date(TODAY.year - 1, 1, 1)
        CohortMembership.objects.bulk_create(
            CohortMembership(person=one, cohort=cast.fixed, starts=began, **common) for one in people
        )
        Priority.objects.bulk_create(
            Priority(person=one, colour="red", reason="x", starts=began, **common) for one in people
        )
        Custody.objects.bulk_create(
            Custody(person=one, kind="sentenced", starts=TODAY - timedelta(9), **common) for one in people
        )
        Contact.objects.bulk_create(
            Contact(person=one, happened_on=TODAY - timedelta(back), mode="home", outcome="attended_complied",
                    worker="Wren", **common)
            for one in people for back in (1, 4, 12)
        )  # fmt: skip
        Appointment.objects.bulk_create(
            Appointment(person=one, happened_on=TODAY - timedelta(1), happened_at=time(9), mode="home", worker="Wren",
                        with_user=cast.coordinator, **common)
            for one in people
        )  # fmt: skip


@pytest.mark.parametrize("number", [60, pytest.param(500, marks=pytest.mark.prove)])
def test_lists_take_the_same_queries_for_three_people_as_for_many(cast: Cast, number: int) -> None:
    client = cast.client(cast.coordinator)

    def queries() -> dict[str, int]:
        counts = {}
        for name in PAGES:
            with CaptureQueriesContext(connection) as captured:
                assert client.get(reverse(f"casework:{name}"), {"whose": "all"}).status_code == 200
            counts[name] = len(captured)
        return counts

    many(cast, 3)
    client.get(reverse("casework:due"))
    few = queries()
    many(cast, number - 3)
    assert queries() == few
    with acting(cast.coordinator), CaptureQueriesContext(connection) as captured:
        found = contact_clocks(list(managed_people(cast.scheme)), cast.scheme, TODAY)
    assert len(found) == number
    # The people, and then spells, flags and contacts.
    assert len(captured) <= 10
