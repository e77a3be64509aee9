"""What an agency does not share is empty when a partner reads it, and missing when the whole kind is not shared."""

from __future__ import annotations

from datetime import date

import pytest

from tests.cast import Cast
from tests.factories import grant, make_fact, make_person
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import PriorityColour, Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import AgreementParty
from trellis.service.people.birth import born_words
from trellis.service.people.correcting import withdraw
from trellis.service.people.models import Identifier, Person
from trellis.service.people.queries import search
from trellis.service.people.sharing import sharable_fields, withheld_fields
from trellis.service.people.tokens import refresh_search_tokens
from trellis.service.record.models import Arrest, Priority

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 2)


@pytest.fixture
def person(cast: Cast) -> Person:
    person = make_person(cast, stage=Stage.MANAGED)
    grant(cast, cast.housing_worker, person)
    make_fact(Identifier, person, cast.police, kind="PNC", value="2001/1234567X", source="police")
    make_fact(Arrest, person, cast.police, happened_on=TODAY, outcome="Charged")
    make_fact(Priority, person, cast.police, starts=TODAY, colour=PriorityColour.RED, reason="A secret reason")
    with acting("feeds"):
        refresh_search_tokens([person.pk])
    return person


def share(cast: Cast, *fields: str) -> None:
    with acting("setup"):
        AgreementParty.objects.filter(agency=cast.housing).update(shares=list(fields))


@pytest.mark.requirement("SEC-01", "SEC-05")
def test_a_partner_reads_the_kinds_and_fields_that_its_agreement_lists(cast: Cast, person: Person) -> None:
    share(cast, "record.Priority.colour")
    with acting(cast.housing_worker):
        colour = Priority.objects.get()
        assert (colour.colour, colour.reason) == ("red", "")
        assert "reason" in colour.withheld
        assert not Arrest.objects.exists()
        seen = Person.objects.get()
        assert (seen.date_of_birth, seen.sex) == (None, "U")
        assert born_words(seen) == "Not shared with your agency"
    with acting(cast.police_om):
        assert not Person.objects.exists()
    grant(cast, cast.police_om, person)
    with acting(cast.police_om):
        assert Priority.objects.get().reason == "A secret reason"
        assert Arrest.objects.get().outcome == "Charged"


@pytest.mark.requirement("SEC-05")
def test_what_is_listed_later_is_read_on_the_next_request(cast: Cast, person: Person) -> None:
    share(cast)
    with acting(cast.housing_worker):
        assert not Priority.objects.exists()
    share(cast, "record.Priority", "people.Person.date_of_birth", "people.Person.sex")
    with acting(cast.housing_worker):
        assert Priority.objects.get().reason == "A secret reason"
        assert Person.objects.get().date_of_birth == person.date_of_birth


def test_an_agency_always_reads_its_own(cast: Cast, person: Person) -> None:
    share(cast)
    make_fact(Arrest, person, cast.housing, happened_on=TODAY, outcome="Seen by housing")
    with acting(cast.housing_worker):
        assert [arrest.outcome for arrest in Arrest.objects.all()] == ["Seen by housing"]


def test_a_search_finds_nobody_by_what_is_not_shared(cast: Cast, person: Person) -> None:
    share(cast)
    with acting(cast.housing_worker):
        assert [hit.person for hit in search("Quillfeather").hits] == [person]
        assert search("2001/1234567X").hits == []
    share(cast, "people.Identifier")
    with acting(cast.housing_worker):
        assert [hit.person for hit in search("2001/1234567X").hits] == [person]


def test_nobody_corrects_what_they_see_in_part(cast: Cast, person: Person) -> None:
    share(cast, "record.Priority.colour")
    with acting(cast.housing_worker), pytest.raises(Refused, match="not shared with your agency"):
        withdraw(Priority.objects.get())


def test_a_name_and_a_date_are_never_emptied() -> None:
    assert sharable_fields(Person) == ["date_of_birth", "sex"]
    assert withheld_fields("people.Person", frozenset()) == {"date_of_birth", "sex"}
    # How a colour reads cannot be left out of a row that is shown at all.
    assert {"colour", "reason"} <= set(sharable_fields(Priority))
    assert "colour" not in withheld_fields("record.Priority", frozenset({"record.Priority.reason"}))
    assert not {"starts", "ends"} & withheld_fields("record.Priority", frozenset({"record.Priority.colour"}))
