"""A scheme's own lists: who was in which cohort, who led, in which colour; and contacts and arrests."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from tests.cast import Cast
from tests.service.feeds.loading import QUILL, QUILL_PNC, counts, load, make_agencies, receive, sentences, waiting
from trellis.service.access.actor import acting
from trellis.service.access.models import Grant
from trellis.service.casework.models import Contact
from trellis.service.feeds.apply import apply_whole
from trellis.service.feeds.models import FeedFile
from trellis.service.people.models import Person
from trellis.service.record.models import Arrest, Charge, Priority
from trellis.service.schemes.models import Area
from trellis.service.selection.models import CohortMembership, Lead

pytestmark = pytest.mark.django_db
HEADS = {
    "cohort_list": "FORCE_REF,PNC,NAME,COHORT,ADOPTED,LEFT,REASON_LEFT,POLICE_LEAD,PROBATION_LEAD,AREA",
    "priority_history": "PRIORITY_REF,FORCE_REF,PNC,FROM,COLOUR,REASON,REVIEW_BY,SET_BY",
    "contacts": "CONTACT_REF,FORCE_REF,PNC,AT,HOW,WHERE,AGENCY,BY,OUTCOME",
    "police_custody_records": "CUSTODY_REF,FORCE_REF,PNC_ID,ARRESTED_AT,OFFENCE_ON,HO_CODE,OUTCOME,CHARGED_ON,STATION",
}
MEMBER = f'NM100420,{QUILL_PNC},"Quillfeather, Osric"'
LED = "police_om,probation_om,LF"


@pytest.fixture
def quill(cast: Cast) -> Person:
    make_agencies()
    with acting("setup"):
        for slug in ("little-fabling", "thimbleford", "crowsmere"):
            Area.objects.create(slug=slug, name=slug, boundary="district", parent=cast.force, path=f"/{slug}/")
    load(cast, "police_nominals", QUILL)
    with acting("feeds"):
        return Person.objects.get()


def load_scheme(cast: Cast, feed: str, *rows: str) -> FeedFile:
    content = "\r\n".join([HEADS[feed], *rows, ""]).encode()
    return apply_whole(receive(cast.scheme, cast.coordinator, f"fable_{feed}", content).pk)


def test_a_current_member_is_managed_and_the_leads_see_the_record(cast: Cast, quill: Person) -> None:
    assert counts(load_scheme(cast, "cohort_list", f"{MEMBER},Fixed,01/02/2024,,,{LED}")) == (1, 0, 0, 0)
    with acting("feeds"):
        membership = CohortMembership.objects.get()
        assert (membership.cohort, membership.starts, membership.ends) == (cast.fixed, date(2024, 2, 1), None)
        assert set(Lead.objects.values_list("kind", "officer__username")) == {
            ("police", "police_om"),
            ("probation", "probation_om"),
        }
        opened = Grant.objects.filter(basis="allocated", person_id=quill.pk)
        assert {(one.user, one.team, one.agency) for one in opened} == {
            (cast.police_om, None, cast.police),
            (None, cast.north_team, cast.police),
            (cast.probation_om, None, cast.probation),
        }
    for officer in (cast.police_om, cast.probation_om):
        with acting(officer):
            seen = Person.objects.get(pk=quill.pk)
            assert (seen.stage, seen.area and seen.area.slug) == ("managed", "little-fabling")
    with acting(cast.housing_worker):
        assert not Person.objects.exists()


def test_leaving_ends_membership_leads_and_sight(cast: Cast, quill: Person) -> None:
    load_scheme(cast, "cohort_list", f"{MEMBER},Fixed,01/02/2024,,,{LED}")
    load_scheme(cast, "priority_history", "PR1,NM100420,,01/02/2024,Red,Arrested,,police_om")
    file = load_scheme(cast, "cohort_list", f"{MEMBER},Fixed,01/02/2024,01/05/2024,Moved away,{LED}")
    assert counts(file) == (0, 1, 0, 0)
    with acting("feeds"):
        membership = CohortMembership.objects.current().get()
        assert (membership.ends, membership.leaving_reason) == (date(2024, 5, 1), "Moved away")
        assert set(Lead.objects.current().values_list("ends", flat=True)) == {date(2024, 5, 1)}
        assert Priority.objects.current().get().ends == date(2024, 5, 1)
        assert Person.objects.get().stage == "former"
    with acting(cast.police_om):
        assert not Person.objects.exists()


def test_memberships_that_overlap_wait(cast: Cast, quill: Person) -> None:
    file = load_scheme(cast, "cohort_list", f"{MEMBER},Fixed,01/02/2024,,,{LED}", f"{MEMBER},Flex,01/05/2024,,,{LED}")
    assert sentences(waiting(file)) == [
        "Line 3: membership from 1 May 2024 overlaps another that the person has. Correct the dates of"
        " one, or set this row aside."
    ]
    with acting("feeds"):
        assert CohortMembership.objects.count() == 1


def test_nobody_is_managed_without_a_lead(cast: Cast, quill: Person) -> None:
    file = load_scheme(
        cast, "cohort_list", f"{MEMBER},Fixed,01/02/2024,,,,,LF", f"{MEMBER},Flex,01/02/2024,,,nobody,,LF"
    )
    assert [sentence.split(": ")[1] for sentence in sentences(waiting(file))] == [
        "nobody leads the case of this person, who is still managed. Name a police or a probation lead.",
        "“nobody” is no user that Trellis knows. Correct it, or have it set up. Line 3, column POLICE_LEAD",
    ]
    with acting("feeds"):
        assert Person.objects.get().stage == "known"


PRIORITIES = (
    "PR1,NM100420,,01/02/2024,Red,Arrested,01/03/2024,police_om",
    "PR2,NM100420,,01/04/2024,Amber,Quieter,01/06/2024,police_om",
    "PR3,NM100420,,01/09/2024,Green,Engaging,01/12/2024,police_om",
)
LAID_OUT = [
    ("red", date(2024, 2, 1), date(2024, 4, 1)),
    ("amber", date(2024, 4, 1), date(2024, 9, 1)),
    ("green", date(2024, 9, 1), None),
]


def colours() -> list[tuple[str, date, date | None]]:
    with acting("feeds"):
        return list(Priority.objects.current().order_by("starts").values_list("colour", "starts", "ends"))


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_a_colour_holds_until_the_next_in_whatever_order_they_come(
    cast: Cast, quill: Person, order: tuple[int, ...]
) -> None:
    load_scheme(cast, "priority_history", *(PRIORITIES[n] for n in order))
    assert colours() == LAID_OUT


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_colours_of_several_files_make_one_history(cast: Cast, quill: Person, order: tuple[int, ...]) -> None:
    for n in order:
        load_scheme(cast, "priority_history", PRIORITIES[n])
    assert colours() == LAID_OUT
    assert counts(load_scheme(cast, "priority_history", *PRIORITIES)) == (0, 0, 3, 0)
    assert colours() == LAID_OUT


def test_two_colours_for_one_day_wait(cast: Cast, quill: Person) -> None:
    file = load_scheme(cast, "priority_history", PRIORITIES[0], PRIORITIES[0].replace("PR1", "PR9"))
    assert sentences(waiting(file)) == [
        "Line 3: another decision stands for 1 February 2024. Say which holds: correct this row, or set it aside."
    ]


def test_contacts_belong_to_the_agency_that_made_them(cast: Cast, quill: Person) -> None:
    file = load_scheme(
        cast,
        "contacts",
        "CO1,NM100420,,13/08/2026 10:30,Home visit,Home address,fable-probation,probation_om,Seen",
        "CO2,NM100420,,13/08/2026 10:30,Telephone,By telephone,fable-circus,,Seen",
    )
    assert counts(file) == (1, 0, 0, 1)
    with acting("feeds"):
        contact = Contact.objects.get()
        assert (contact.agency.slug, contact.mode, contact.successful) == ("fable-probation", "home", True)
        assert (str(contact.happened_at), contact.notes) == ("10:30:00", "Home address")


def test_an_arrest_that_led_to_a_charge_is_both(cast: Cast, quill: Person) -> None:
    file = load_scheme(
        cast,
        "police_custody_records",
        "CR1/1,NM100420,,28/10/2025 16:34,28/10/2025,04801,CHARGED,29/10/2025,Little Fabling",
        "CR2/1,NM100420,,28/10/2024 16:34,28/10/2024,04801,NFA,,Little Fabling",
        "CR3/1,NM100420,,28/10/2023 16:34,28/10/2023,04801,CHARGED,27/10/2023,Little Fabling",
    )
    assert counts(file) == (2, 0, 0, 1)
    with acting("feeds"):
        assert [arrest.outcome for arrest in Arrest.objects.order_by("id")] == [
            "Charged",
            "No further action",
            "Charged",
        ]
        assert Charge.objects.get().happened_on == date(2025, 10, 29)


def test_what_is_still_to_come_is_refused_until_it_has(cast: Cast, quill: Person) -> None:
    tomorrow = timezone.localdate() + timedelta(1)
    file = load_scheme(cast, "priority_history", PRIORITIES[0].replace("01/02/2024", f"{tomorrow:%d/%m/%Y}"))
    assert "had not come yet when the file was received" in sentences(waiting(file))[0]
