"""Whose row it is: numbers join people, and where names and births contradict them a person is asked."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.service.feeds.loading import QUILL, QUILL_PNC, case, counts, load, make_agencies, nominal, sentences, waiting
from trellis.rules.errors import Refused
from trellis.service.access.actor import acting
from trellis.service.feeds.actions import answer_who, dismiss_row, mend_row, replay_file
from trellis.service.feeds.models import FeedFile
from trellis.service.people.models import Identifier, Person, PersonName
from trellis.service.people.queries import search
from trellis.service.record.models import AgencyScore, Disposal, Supervision

pytestmark = pytest.mark.django_db
FINE = f"{QUILL_PNC},20240924,20240627,028/01,Y,Guilty plea,Fine"


@pytest.fixture
def quill(cast: Cast) -> Person:
    make_agencies()
    load(cast, "police_nominals", QUILL)
    with acting("feeds"):
        return Person.objects.get()


def again(file: FeedFile) -> FeedFile:
    with acting("feeds"):
        return FeedFile.objects.get(pk=file.pk)


def numbers(person: Person) -> set[str]:
    with acting("feeds"):
        return {str(one) for one in person.identifier_set.current()}


def test_a_shared_number_and_birth_join_whatever_the_spelling(cast: Cast, quill: Person) -> None:
    load(cast, "probation_cases", case("X000001", "Quilfether", pnc=QUILL_PNC))
    assert numbers(quill) == {f"PNC {QUILL_PNC}", "FORCE NM100420", "CRN X000001"}
    with acting("feeds"):
        assert [str(name) for name in PersonName.objects.all()] == ["Osric Quilfether"]
        assert str(Person.objects.get()) == "Osric Quillfeather"


def test_a_shared_number_with_another_name_and_birth_waits(cast: Cast, quill: Person) -> None:
    file = load(
        cast, "probation_cases", case("X000001", "Larkspurr", forenames="Nevin", born="1970-01-01", pnc=QUILL_PNC)
    )
    (row,) = waiting(file)
    assert (row.kind, row.candidates) == ("identity", [quill.pk])
    assert row.sentence == (
        f"Line 2: Both have the Police national computer number {QUILL_PNC}, but neither their names nor their dates of"
        " birth agree. Say whether they are one person."
    )


def test_numbers_of_two_people_in_one_row_wait(cast: Cast, quill: Person) -> None:
    load(cast, "police_nominals", nominal("NM2", "LARKSPURR", born="01/02/1980", pnc="2001/0000001A"))
    load(cast, "probation_cases", case("X000001", "Larkspurr", born="1980-02-01", pnc="2001/0000001A"))
    file = load(cast, "probation_cases", case("X000001", "Larkspurr", born="1980-02-01", pnc=QUILL_PNC))
    (row,) = waiting(file)
    assert len(row.candidates) == 2
    assert "its identifiers belong to different people" in row.sentence


def test_the_same_name_and_birth_without_a_number_waits_and_the_answer_holds(cast: Cast, quill: Person) -> None:
    file = load(cast, "probation_cases", case("X000002", "Quillfeather"))
    (row,) = waiting(file)
    with acting(cast.coordinator):
        assert answer_who(by=cast.coordinator, row=row, person=quill)
    assert "CRN X000002" in numbers(quill)
    assert (waiting(file), counts(again(file))) == ([], (1, 0, 0, 0))
    later = load(cast, "probation_cases", case("X000002", "Quillfeather", order="Licence", starts="2024-01-01"))
    assert counts(later) == (1, 0, 0, 0)


def test_somebody_new_is_made_when_a_person_says_so(cast: Cast, quill: Person) -> None:
    (row,) = waiting(load(cast, "probation_cases", case("X000002", "Quillfeather")))
    with acting(cast.coordinator):
        assert answer_who(by=cast.coordinator, row=row, person=None)
    with acting("feeds"):
        assert Person.objects.count() == 2
        made = Identifier.objects.get(value="X000002")
        assert (made.person.pk != quill.pk, made.recorded_by) == (True, cast.coordinator)


def test_one_answer_settles_every_row_of_the_same_number(cast: Cast, quill: Person) -> None:
    first = load(cast, "probation_cases", case("X000002", "Quillfeather"))
    second = load(cast, "probation_cases", case("X000002", "Quillfeather", order="Licence", starts="2024-01-01"))
    with acting(cast.coordinator):
        answer_who(by=cast.coordinator, row=waiting(first)[0], person=quill)
    assert waiting(second) == []
    with acting("feeds"):
        assert Supervision.objects.get().person_id == quill.pk


def test_results_wait_for_somebody_nobody_knows_and_go_in_when_they_come(cast: Cast) -> None:
    make_agencies()
    file = load(cast, "court_results", FINE)
    (row,) = waiting(file)
    assert row.sentence.startswith(f"Line 2: nobody on the record has the Police national computer number {QUILL_PNC}.")
    load(cast, "police_nominals", QUILL)
    assert counts(again(file)) == (1, 0, 0, 0)
    with acting("feeds"):
        assert str(Disposal.objects.get().person) == "Osric Quillfeather"


def test_a_row_without_a_name_cannot_make_somebody(cast: Cast) -> None:
    make_agencies()
    (row,) = waiting(load(cast, "court_results", FINE))
    with acting(cast.coordinator), pytest.raises(Refused, match="The row gives no name"):
        answer_who(by=cast.coordinator, row=row, person=None)


def test_whom_a_nameless_row_is_about_can_be_said(cast: Cast, quill: Person) -> None:
    file = load(cast, "court_results", FINE.replace(QUILL_PNC, "1999/1234567X"))
    with acting(cast.coordinator):
        assert answer_who(by=cast.coordinator, row=waiting(file)[0], person=quill)
    assert "PNC 1999/1234567X" in numbers(quill)


def test_a_mended_row_goes_in_and_keeps_what_was_sent(cast: Cast) -> None:
    make_agencies()
    file = load(cast, "police_nominals", nominal("NM3", "MARROWBY", born="31/02/1980"))
    (row,) = waiting(file)
    with acting(cast.coordinator):
        assert not mend_row(by=cast.coordinator, row=row, cells=row.sent | {"D.O.B.": "32/02/1980"})
        row.refresh_from_db()
        assert (
            row.sentence == "Line 2, column D.O.B.: “32/02/1980” is not a date that exists. Write it like 31/12/1990."
        )
        assert mend_row(by=cast.coordinator, row=row, cells=row.sent | {"D.O.B.": "28/02/1980"})
        row.refresh_from_db()
        assert (row.state, row.sent["D.O.B."], row.answered_by) == ("applied", "31/02/1980", cast.coordinator)
        with pytest.raises(Refused, match="waits no longer"):
            mend_row(by=cast.coordinator, row=row, cells=row.sent)
    assert counts(again(file)) == (1, 0, 0, 0)
    # Sent again with the same fault, it has been dealt with.
    assert counts(load(cast, "police_nominals", nominal("NM3", "MARROWBY", born="31/02/1980"), "")) == (0, 0, 1, 0)


def test_a_fault_in_a_part_leaves_the_rest_of_the_row_in(cast: Cast, quill: Person) -> None:
    row = case("X000001", "Quillfeather", pnc=QUILL_PNC, order="Licence", starts="2024-01-02", score="40")
    file = load(cast, "probation_cases", row)
    assert sentences(waiting(file)) == [
        "Line 2, column ogrs3_date is empty, though the row gives a score. Say on which day it was scored. The rest of"
        " the row was applied."
    ]
    with acting("feeds"):
        assert (Supervision.objects.count(), AgencyScore.objects.count()) == (1, 0)
    (waits,) = waiting(file)
    with acting(cast.coordinator):
        assert mend_row(by=cast.coordinator, row=waits, cells=waits.sent | {"ogrs3_date": "2026-01-05"})
    with acting("feeds"):
        assert (Supervision.objects.count(), AgencyScore.objects.get().percent_2y) == (1, 40)


def test_a_row_that_contradicts_an_earlier_one_waits_and_may_be_said_to_hold(cast: Cast, quill: Person) -> None:
    file = load(cast, "court_results", FINE, FINE, FINE.replace("Guilty plea", "Found guilty"))
    assert counts(file) == (1, 0, 1, 1)
    (row,) = waiting(file)
    assert row.kind == "clash"
    with acting(cast.coordinator):
        assert replay_file(by=cast.coordinator, file=file) == 0
        assert mend_row(by=cast.coordinator, row=row, cells=row.sent)
    with acting("feeds"):
        assert [one.finding for one in Disposal.objects.current()] == ["found_guilty"]
        assert Disposal.objects.count() == 2


def test_a_row_set_aside_stays_aside(cast: Cast) -> None:
    make_agencies()
    file = load(cast, "police_nominals", nominal("NM3", "MARROWBY", born="31/02/1980"))
    (row,) = waiting(file)
    with acting(cast.coordinator):
        with pytest.raises(Refused, match="Say why the row is set aside"):
            dismiss_row(by=cast.coordinator, row=row, reason=" ")
        dismiss_row(by=cast.coordinator, row=row, reason="A test entry of the force's")
        row.refresh_from_db()
        assert (row.state, row.answer) == ("dismissed", "A test entry of the force's")
    assert counts(again(file)) == (0, 0, 0, 0)
    assert counts(load(cast, "police_nominals", nominal("NM3", "MARROWBY", born="31/02/1980"), "")) == (0, 0, 1, 0)


def test_who_may_not_mend_is_told_so(cast: Cast) -> None:
    make_agencies()
    (row,) = waiting(load(cast, "police_nominals", nominal("NM3", "MARROWBY", born="31/02/1980")))
    with acting(cast.analyst), pytest.raises(Refused, match="mend rows in quarantine"):
        mend_row(by=cast.analyst, row=row, cells=row.sent)


def test_a_corrected_row_corrects_and_a_moved_person_keeps_both_addresses(cast: Cast, quill: Person) -> None:
    file = load(cast, "police_nominals", QUILL.replace("14/05/2003", "15/05/2003").replace("87 Sample", "3 Sample"))
    assert counts(file) == (0, 1, 0, 0)
    with acting("feeds"):
        quill.refresh_from_db()
        assert str(quill.date_of_birth) == "2003-05-15"
        assert [one.text for one in quill.address_set.current()] == ["3 Sample Parade"]


def test_a_wrong_number_is_let_go_when_its_row_is_corrected(cast: Cast, quill: Person) -> None:
    load(cast, "police_nominals", QUILL.replace(QUILL_PNC, "2001/0000001A"))
    assert numbers(quill) == {"FORCE NM100420", "PNC 2001/0000001A"}


@pytest.mark.parametrize("words", ["quillfeather", "Osric", QUILL_PNC, "NM100420", "ZZ1 1AA", "07700 900217", "parade"])
def test_a_loaded_person_is_found_by_search(cast: Cast, quill: Person, words: str) -> None:
    with acting(cast.coordinator):
        assert [hit.person.pk for hit in search(words).hits] == [quill.pk]
