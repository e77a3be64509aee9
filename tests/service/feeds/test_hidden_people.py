"""Feeds match rows with everybody; whoever reads what waits learns nothing of people whom they may not see."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.service.feeds.loading import QUILL, QUILL_PNC, case, extract, load, make_agencies, nominal, receive, waiting
from tests.service.protection.scene import limit
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import LimitKind
from trellis.service.access.actor import acting
from trellis.service.audit.models import AccessEvent
from trellis.service.feeds.actions import answer_who
from trellis.service.feeds.apply import apply_whole
from trellis.service.feeds.models import FeedFile, WaitingRow
from trellis.service.people.models import Person

pytestmark = pytest.mark.django_db
ELSEWHERE = "Line 2: somebody else has to answer whom the row is about."
TOLD_OF_THEM = ("Osric", "Quillfeather", "14 May 2003", "87 Sample Parade", "NM100420", "further person")
STRANGER = case("X000001", "Larkspurr", forenames="Nevin", born="1970-01-01", pnc=QUILL_PNC)


@pytest.fixture
def quill(cast: Cast) -> Person:
    make_agencies()
    load(cast, "police_nominals", QUILL)
    with acting("feeds"):
        return Person.objects.get()


@pytest.fixture
def hidden(cast: Cast, quill: Person) -> Person:
    """The person, under stealth that keeps the coordinator out."""
    limit(cast, quill, cast.information_officer, kind=LimitKind.STEALTH, by=cast.information_officer)
    with acting(cast.coordinator):
        assert not Person.objects.filter(pk=quill.pk).exists()
    return quill


def pages(client: Client, row: WaitingRow) -> dict[str, str]:
    """Every page that tells of a row, by its name."""
    places = {"file": [row.file_id], "row": [row.pk], "question": [row.pk], "dismiss": [row.pk], "questions": []}
    return {
        name: client.get(reverse(f"feeds:{name}", args=args)).content.decode() for name, args in places.items()
    }  # fmt: skip


def shown_last(cast: Cast, page: str) -> list[int]:
    """Whom the trail names for the latest reading of a page."""
    with acting(cast.auditor):
        return AccessEvent.objects.filter(page=page).latest("at").person_ids


@pytest.mark.requirement("SEC-01")
def test_a_row_with_the_number_of_somebody_hidden_names_nobody(cast: Cast, hidden: Person) -> None:
    (row,) = waiting(load(cast, "probation_cases", STRANGER))
    assert row.candidates == [hidden.pk]
    for name, page in pages(cast.client(cast.coordinator), row).items():
        assert [text for text in TOLD_OF_THEM if text in page] == [], name
        assert ELSEWHERE in page, name


def test_what_was_stored_is_printed_to_nobody(cast: Cast, hidden: Person) -> None:
    (row,) = waiting(load(cast, "probation_cases", STRANGER))
    with acting("feeds"):
        WaitingRow.objects.update(sentence="Line 2: the number is that of Osric Quillfeather, born 14 May 2003.")
    for name, page in pages(cast.client(cast.coordinator), row).items():
        assert "Quillfeather" not in page, name


@pytest.mark.parametrize(
    "rows",
    [
        [STRANGER],
        [case("X000002", "Quillfeather")],
        [case("X000003", "Quillfeather", born="2003-05-14", pnc="2001/0000001A")],
    ],
)
def test_the_stored_sentence_says_nothing_of_the_person_on_record(cast: Cast, quill: Person, rows: list[str]) -> None:
    (row,) = waiting(load(cast, "probation_cases", *rows))
    assert row.candidates == [quill.pk]
    assert [text for text in TOLD_OF_THEM if text in row.sentence] == []


def test_numbers_of_two_people_say_nothing_of_either(cast: Cast, quill: Person) -> None:
    load(cast, "police_nominals", nominal("NM2", "LARKSPURR", born="01/02/1980", pnc="2001/0000001A"))
    load(cast, "probation_cases", case("X000001", "Larkspurr", born="1980-02-01", pnc="2001/0000001A"))
    (row,) = waiting(load(cast, "probation_cases", case("X000001", "Larkspurr", born="1980-02-01", pnc=QUILL_PNC)))
    assert [text for text in (*TOLD_OF_THEM, "Larkspurr") if text in row.sentence] == []


def test_whom_only_others_see_only_others_answer(cast: Cast, hidden: Person) -> None:
    (row,) = waiting(load(cast, "probation_cases", case("X000002", "Quillfeather")))
    client = cast.client(cast.coordinator)
    address = reverse("feeds:question", args=[row.pk])
    page = client.get(address).content.decode()
    assert "Somebody else has to answer this." in page
    assert "Save the answer" not in page
    assert client.post(address, {"who": "new"}).status_code == 200
    with acting(cast.coordinator), pytest.raises(Refused, match="Somebody else has to answer this"):
        answer_who(by=cast.coordinator, row=row, person=None)
    with acting("feeds"):
        assert Person.objects.count() == 1


def test_nobody_new_is_made_where_one_of_several_is_hidden(cast: Cast, hidden: Person) -> None:
    load(cast, "police_nominals", nominal("NM2", "LARKSPURR", forenames="Nevin", born="01/02/1980"))
    (row,) = waiting(load(cast, "probation_cases", case("X000002", "Quillfeather")))
    with acting("feeds"):
        other = Person.objects.get(family_name__iexact="Larkspurr")
        WaitingRow.objects.filter(pk=row.pk).update(candidates=[hidden.pk, other.pk])
    client = cast.client(cast.coordinator)
    page = client.get(reverse("feeds:question", args=[row.pk])).content.decode()
    assert "Line 2 may be about Nevin Larkspurr, born 1 February 1980. Say whether they are one person." in page
    assert "Somebody who is not on the record yet" not in page
    assert [text for text in ("Osric Quillfeather,", "14 May 2003", "further") if text in page] == []
    assert shown_last(cast, "feeds:question") == [other.pk]
    with acting(cast.coordinator):
        again = WaitingRow.objects.get(pk=row.pk)
        with pytest.raises(Refused, match="Somebody else has to answer this"):
            answer_who(by=cast.coordinator, row=again, person=None)
        assert answer_who(by=cast.coordinator, row=again, person=other)


@pytest.mark.requirement("SEC-01")
def test_whoever_sees_the_person_is_told_and_named_in_the_trail(cast: Cast, quill: Person) -> None:
    (row,) = waiting(load(cast, "probation_cases", STRANGER))
    told = f"Line 2 may be about Osric Quillfeather, born 14 May 2003, who has PNC {QUILL_PNC}."
    for name, page in pages(cast.client(cast.coordinator), row).items():
        assert told in page, name
        assert shown_last(cast, f"feeds:{name}") == [quill.pk], name


def test_a_file_tells_how_many_rows_went_in_and_not_what_was_known_before(cast: Cast, hidden: Person) -> None:
    client = cast.client(cast.coordinator)
    said = []
    for row in (nominal("NM100420", "QUILLFEATHER", pnc=QUILL_PNC), nominal("NM7", "MARROWBY", born="01/02/1980")):
        content = extract("police_nominals", row)
        file = apply_whole(receive(cast.scheme, cast.coordinator, "sample_police_nominals", content).pk)
        page = client.get(reverse("feeds:file", args=[file.pk])).content.decode()
        said.append(
            [words for words in ("1 row applied, 0 waiting", "added", "corrected", "nothing new") if words in page]
        )
    assert said[0] == said[1] == ["1 row applied, 0 waiting"]
    with acting("feeds"):
        assert [one.added for one in FeedFile.objects.order_by("-pk")[:2]] == [1, 0]
    listed = client.get(reverse("feeds:files")).content.decode()
    assert ("Applied</th>" in listed, "Corrected" in listed) == (True, False)
