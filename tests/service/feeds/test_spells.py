"""Custody from movements, whatever their order; flags while they are listed."""

from __future__ import annotations

from datetime import date, time, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import Cast
from tests.factories import make_fact
from tests.service.feeds.loading import QUILL, QUILL_PNC, case, counts, load, make_agencies, receive, sentences, waiting
from trellis.service.access.actor import acting
from trellis.service.feeds.apply import apply_whole
from trellis.service.feeds.models import FeedFile
from trellis.service.feeds.spells import Moved, pair_movements
from trellis.service.people.models import Person
from trellis.service.record.models import Custody, Registration

DAY = date(2020, 1, 1)


def moved(day: int, direction: str, kind: str = "remand", line: int = 2) -> Moved:
    return Moved(
        person_id=1, on=DAY + timedelta(day), at=time(9 if direction == "out" else 16), direction=direction, kind=kind,
        prison="Fabling", reason="", expected_release=None, key=f"{day}{direction}{kind}", row=f"7:{line}",
    )  # fmt: skip


MOVEMENTS = st.builds(
    moved, st.integers(0, 40), st.sampled_from(["in", "out"]), st.sampled_from(["remand", "sentence"])
)


@given(st.lists(MOVEMENTS, max_size=12), st.randoms(use_true_random=False))
def test_pairing_does_not_depend_on_the_order(movements: list[Moved], chance: Any) -> None:
    shuffled = list(movements)
    chance.shuffle(shuffled)
    assert pair_movements(shuffled) == pair_movements(movements)


@given(st.lists(MOVEMENTS, max_size=12))
def test_spells_never_overlap_and_every_movement_is_used_or_told(movements: list[Moved]) -> None:
    held, clashes = pair_movements(movements)
    for before, after in pairwise(held):
        assert before.release is not None
        assert before.admission.on < before.release.on <= after.admission.on
    admissions = sum(one.direction == "in" for one in movements)
    assert len(held) <= admissions
    assert len(clashes) <= len(movements)


def test_a_sentence_that_follows_a_remand_begins_another_spell() -> None:
    held, clashes = pair_movements([moved(9, "out"), moved(0, "in"), moved(5, "in", "sentence")])
    assert [(one.admission.kind, one.release and one.release.on) for one in held] == [
        ("remand", DAY + timedelta(5)),
        ("sentence", DAY + timedelta(9)),
    ]
    assert clashes == []


def test_what_does_not_pair_is_told() -> None:
    _, clashes = pair_movements([moved(0, "out", line=3), moved(1, "in"), moved(4, "in", line=5)])
    assert [clash.sentence.split(".")[0] for clash in clashes] == [
        "Line 3: a release on 1 January 2020, but no admission before it",
        "Line 5: an admission on 5 January 2020, though the person was held already",
    ]


@pytest.fixture
def quill(cast: Cast) -> Person:
    make_agencies()
    load(cast, "police_nominals", QUILL)
    with acting("feeds"):
        return Person.objects.get()


def admission(day: str, kind: str = "REMAND") -> str:
    return f"A0001ZZ,{QUILL_PNC},ADM,{day}T16:40:00,COURT,FAB,{kind}"


def release(day: str) -> str:
    return f"A0001ZZ,{QUILL_PNC},REL,{day}T09:15:00,FAB,OUT,CRD"


def custody() -> list[tuple[str, str, str]]:
    with acting("feeds"):
        return [(str(one.starts), str(one.ends), one.kind) for one in Custody.objects.current().order_by("starts")]


@pytest.mark.django_db
def test_movements_of_several_files_make_one_history(cast: Cast, quill: Person) -> None:
    first = load(cast, "prison_movements", release("2021-03-01"))
    assert sentences(waiting(first))[0].startswith("Line 2: a release on 1 March 2021, but no admission before it.")
    assert custody() == []
    load(cast, "prison_movements", admission("2022-01-05", "SENT"), admission("2021-01-05"))
    assert custody() == [("2021-01-05", "2021-03-01", "remand"), ("2022-01-05", "None", "sentence")]
    assert waiting(first) == []
    load(cast, "prison_movements", release("2022-06-01"))
    assert custody()[1] == ("2022-01-05", "2022-06-01", "sentence")
    with acting("feeds"):
        assert Custody.objects.exclude(superseded_at=None).count() == 1


@pytest.mark.django_db
def test_custody_that_another_source_has_is_never_overlapped(cast: Cast, quill: Person) -> None:
    make_fact(Custody, quill, cast.police, starts=date(2021, 2, 1), ends=date(2021, 2, 20), kind="other")
    file = load(cast, "prison_movements", admission("2021-01-05"), release("2021-03-01"))
    assert sentences(waiting(file)) == [
        "Line 2: custody from 5 January 2021 overlaps what another source has recorded. Correct one of them, or set"
        " this row aside."
    ]
    assert len(custody()) == 1


@pytest.mark.django_db
def test_a_release_known_by_prison_number_alone_waits_for_its_admission(cast: Cast, quill: Person) -> None:
    file = load(cast, "prison_movements", release("2021-03-01").replace(QUILL_PNC, ""), admission("2021-01-05"))
    assert custody() == [("2021-01-05", "2021-03-01", "remand")]
    with acting("feeds"):
        assert counts(FeedFile.objects.get(pk=file.pk)) == (2, 0, 0, 0)


def flags() -> list[tuple[str, str | None, bool]]:
    with acting("feeds"):
        rows = Registration.objects.current().order_by("code", "id")
        return [(one.code, one.risk_of_harm, one.ends is None) for one in rows]


@pytest.mark.django_db
def test_a_flag_holds_until_it_is_listed_no_longer(cast: Cast, quill: Person) -> None:
    load(cast, "probation_cases", case("X000001", "Quillfeather", pnc=QUILL_PNC, registrations="RHRH|IIOM"))
    assert flags() == [("IIOM", "", True), ("RHRH", "high", True)]
    load(cast, "probation_cases", case("X000001", "Quillfeather", pnc=QUILL_PNC, registrations="IIOM"))
    # On the day that it was first listed it never held; from an earlier day it held until now.
    assert flags() == [("IIOM", "", True)]


@pytest.mark.django_db
def test_a_flag_that_held_ends_on_the_day_of_the_file_that_leaves_it_out(cast: Cast, quill: Person) -> None:
    head = (
        "CRN\tEVENT\tPNC_ID\tLAST_NAME\tFIRST_NAMES\tDATE_OF_BIRTH\tGENDER\tORDER_TYPE\tORDER_START\tORDER_END"
        "\tREGISTRATIONS\tREGISTERED_ON\tROSH\tOGRS3_2YR\tOGRS3_DATE\tTEAM\tPRACTITIONER"
    )
    for codes, risk in (("RHRH|IIOM", "H"), ("IIOM", "M")):
        row = f"X000001\t1\t{QUILL_PNC}\tQuillfeather\tOsric\t2003-05-14\tMale" + "\t" * 4
        row += f"{codes}\t2024-02-03\t{risk}" + "\t" * 4
        file = receive(cast.scheme, cast.coordinator, "fable_probation_cases", f"{head}\n{row}\n".encode())
        apply_whole(file.pk)
    with acting("feeds"):
        rows = Registration.objects.current().order_by("code", "id")
        found = [(one.title, str(one.starts), str(one.ends)) for one in rows]
    today = str(timezone.localdate())
    assert found == [
        ("Managed by integrated offender management", "2024-02-03", "None"),
        ("High risk of serious harm", "2024-02-03", today),
        ("Risk of serious harm: medium", today, "None"),
        ("Risk of serious harm: high", "2024-02-03", today),
    ]
