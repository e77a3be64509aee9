"""The four extracts made apart from the project load, and every row of them can be accounted for."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import connection, transaction

from tests.cast import Cast
from tests.service.feeds.loading import (
    SAMPLE_FEEDS,
    counts,
    load,
    make_agencies,
    needs_samples,
    sample,
    sentences,
    waiting,
)
from trellis.service.access.actor import acting
from trellis.service.feeds.actions import answer_who
from trellis.service.feeds.models import FeedFile, WaitingRow
from trellis.service.people.models import Identifier, Person
from trellis.service.record.models import AgencyScore, Custody, Disposal, Registration, Supervision

pytestmark = [pytest.mark.django_db, needs_samples]
FACTS = (Disposal, Supervision, Registration, AgencyScore, Custody)
TABLES = (
    "people_person", "people_personname", "people_identifier", "people_address", "people_phone", "people_vehicle",
    "people_searchtoken", "people_protectedcharacteristics", "record_disposal", "record_supervision",
    "record_registration", "record_agencyscore", "record_custody", "feeds_movement", "feeds_waitingrow",
)  # fmt: skip


def load_all(cast: Cast, order: tuple[str, ...] = SAMPLE_FEEDS, more: bytes = b"") -> dict[str, FeedFile]:
    """Load the four files; `more` is put at each one's end."""
    loaded = {feed: load(cast, feed, content=sample(feed) + more) for feed in order}
    with acting("feeds"):
        return {feed: FeedFile.objects.get(pk=file.pk) for feed, file in loaded.items()}


def kinds(file: FeedFile) -> dict[str, int]:
    return dict(Counter(str(row.kind) for row in waiting(file)))


@pytest.fixture
def files(cast: Cast) -> dict[str, FeedFile]:
    make_agencies()
    return load_all(cast)


def test_every_row_is_on_the_record_or_waits(files: dict[str, FeedFile]) -> None:
    # Added, corrected (a birth that was unknown filled in), told nothing new (rows sent twice), waiting.
    assert {feed: counts(file) for feed, file in files.items()} == {
        "police_nominals": (420, 0, 0, 1),
        "court_results": (1937, 0, 7, 19),
        "probation_cases": (175, 7, 0, 100),
        "prison_movements": (300, 0, 1, 3),
    }
    assert all(sum(counts(file)) == file.lines for file in files.values())
    with acting("feeds"):
        # 420 nominals are 405 people, 15 being there twice; 17 of probation's are not in the force's index.
        assert Person.objects.count() == 405 + 17
        assert [model.objects.count() for model in FACTS] == [1937, 243, 203, 61, 153]
        assert not any(model.objects.exclude(superseded_at=None).exists() for model in FACTS)


def test_each_waiting_row_says_what_it_lacks(files: dict[str, FeedFile]) -> None:
    (nominal,) = sentences(waiting(files["police_nominals"]))
    assert nominal == "Line 422, column D.O.B.: “31/02/1990” is not a date that exists. Write it like 31/12/1990."
    # Seventeen results of seven people whom neither the force nor probation knows; one still to come; one of nonsense.
    assert kinds(files["court_results"]) == {"unknown": 17, "fault": 2}
    of_nobody = [row for row in waiting(files["court_results"]) if row.kind == "unknown"]
    assert Counter(row.identifiers[0] for row in of_nobody)["PNC 1988/6402653H"] == 9
    assert len({row.identifiers[0] for row in of_nobody}) == 7
    assert sentences(waiting(files["court_results"]))[-2:] == [
        "Line 1963, column courtDate: “20270101” had not come yet when the file was received. Correct the date."
        " Line 1963, column offenceDate: “20261224” had not come yet when the file was received. Correct the date.",
        "Line 1964, column courtDate: “2026-13-40” is not a date that exists. Write it like 19901231. Line 1964, column"
        " hoClass/sub: “ABC” is not a Home Office code: it should look like 028/03. Line 1964, column finding is empty."
        " Fill it in.",
    ]
    # Scores without a date and orders without a start, the rest of each row applied; people without a PNC identifier
    # who have the name and birth of somebody known.
    assert kinds(files["probation_cases"]) == {"fault": 68, "identity": 32}
    assert kinds(files["prison_movements"]) == {"unknown": 2, "fault": 1}
    assert sentences(waiting(files["prison_movements"]))[-1].startswith(
        "Line 304, column movementDateTime: “2026-02-30"
    )


PEOPLE = {
    # By force reference: birth, court results, latest of them, on remand or serving.
    "NM100420": ("Osric Quillfeather", "2003-05-14", "2026-01-29", 0),
    "NM100421": ("Briony Tallowfield", "1988-02-02", "2025-02-12", 0),
    "NM100422": ("Edric Sedgecombe", "1996-09-09", "2025-06-21", 0),
    "NM100423": ("Kester Underhay", "1975-12-01", "2025-06-21", 0),
    "NM100424": ("Juniper Wethercott", "2007-11-20", "2025-06-17", 0),
    "NM100425": ("Merrick Greywhistle", "1999-02-28", "2025-08-10", 0),
    "NM100426": ("Gideon Hobblethwaite", "1990-06-30", "2024-11-23", 1),
}


def test_the_people_named_in_the_samples_are_found_with_their_results(files: dict[str, FeedFile]) -> None:
    with acting("feeds"):
        found = {}
        for reference in PEOPLE:
            person = Identifier.objects.select_related("person").get(kind="FORCE", value=reference).person
            latest = person.disposal_set.order_by("-happened_on").values_list("happened_on", flat=True).first()
            inside = person.custody_set.filter(ends=None).count()
            found[reference] = (str(person), str(person.date_of_birth), str(latest), inside)
    assert found == PEOPLE


def test_somebody_known_twice_is_one_person_with_both_references(files: dict[str, FeedFile]) -> None:
    with acting("feeds"):
        person = Identifier.objects.get(kind="FORCE", value="NM900024").person
        assert {str(one) for one in person.identifier_set.all()} >= {"FORCE NM100024", "FORCE NM900024"}
        assert str(person) == "Florian Underhay"
        assert "Florian Underhae" in {str(name) for name in person.personname_set.all()}


def test_the_same_files_twice_change_nothing(cast: Cast, files: dict[str, FeedFile]) -> None:
    before = extent()
    again = load_all(cast)
    assert {feed: file.pk for feed, file in again.items()} == {feed: file.pk for feed, file in files.items()}
    assert extent() == before
    # The same rows in another file, as next week's full extract brings them.
    later = load_all(cast, more=b"\r\n")
    assert {file.pk for file in later.values()} & {file.pk for file in files.values()} == set()
    assert extent() == before
    assert {feed: counts(file)[:2] for feed, file in later.items()} == dict.fromkeys(SAMPLE_FEEDS, (0, 0))


def extent() -> dict[str, tuple[int, int]]:
    """How many rows each table has, and how many it has ever been given."""
    found = {}
    with acting("feeds"), connection.cursor() as cursor:
        for table in TABLES:
            key = "person_id" if table == "people_protectedcharacteristics" else "id"
            cursor.execute(f"SELECT count(*), max({key}) FROM {table}")
            found[table] = cursor.fetchone()
    return found


def test_the_order_of_the_files_does_not_show_once_questions_are_answered(cast: Cast) -> None:
    make_agencies()
    usual, other = known_after(cast, SAMPLE_FEEDS), known_after(cast, SAMPLE_FEEDS[::-1])
    assert usual["Disposal"].total() == other["Disposal"].total() == 1937
    assert usual == other


def known_after(cast: Cast, order: tuple[str, ...]) -> dict[str, Counter[tuple[object, ...]]]:
    """What is known once the files have come in an order and every question is answered; then all is undone."""
    with transaction.atomic():
        load_all(cast, order)
        answer_all(cast)
        known = what_is_known()
        transaction.set_rollback(True)
    return known


def answer_all(cast: Cast) -> None:
    """Say of each question that it is the one candidate."""
    asked = WaitingRow.objects.filter(state="waiting", kind="identity").select_related("file").order_by("id")
    with acting(cast.coordinator):
        for row in asked:
            row.refresh_from_db()
            if row.state == "waiting" and row.kind == "identity":
                (candidate,) = row.candidates
                answer_who(by=cast.coordinator, row=row, person=Person.objects.get(pk=candidate))
        assert not asked.all().exists()


def what_is_known() -> dict[str, Counter[tuple[object, ...]]]:
    """Every fact by the identifiers of its person."""
    with acting("feeds"):
        who = {}
        for person_id, kind, value in Identifier.objects.values_list("person_id", "kind", "value").distinct():
            who.setdefault(person_id, set()).add((kind, value))
        return {
            model.__name__: Counter(
                (frozenset(who[row.person_id]), str(row), row.happened_on, getattr(row, "ends", None), row.source)
                for row in model.objects.current()
            )
            for model in FACTS
        }
