"""Whether a reason is asked is a definition; the answer comes in a form and goes into the trail."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from trellis.rules.reasons import ReasonKind
from trellis.service.access.reasons import note_reason, reason_definition, reason_form, reason_needed
from trellis.service.audit.seen import gathering
from trellis.service.schemes.definitions import DefinitionsRefused, load_all
from trellis.service.schemes.queries import definitions

A_SENTENCE = "Preparing the recall hearing of Tuesday"
OWN = "name: Why?\nsource: a scheme\nstatus: local\nversion: 1\n"


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    """A copy of the installation's definitions, in force."""
    copytree(settings.DEFINITIONS, tmp_path / "definitions")
    settings.DEFINITIONS = tmp_path / "definitions"
    return tmp_path / "definitions" / "reasons"


def test_restricted_records_exports_and_emergencies_are_asked_about_and_the_rest_is_the_schemes_choice() -> None:
    asked = {kind for kind in ReasonKind if reason_needed(kind)}
    assert asked == {*ReasonKind} - {ReasonKind.RECORD, ReasonKind.SEARCH}
    assert all(definitions().reasons[kind].kind is kind for kind in ReasonKind)


def test_a_scheme_asks_about_more(folder: Path) -> None:
    (folder / "search.yaml").write_text(f"{OWN}asked: true\n")
    assert reason_needed(ReasonKind.SEARCH)


def test_a_missing_file_asks_too_much_and_not_too_little(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()
    assert {kind for kind in ReasonKind if reason_needed(kind)} == {
        ReasonKind.EXPORT,
        ReasonKind.BREAK_GLASS,
        ReasonKind.RESTRICTED_RECORD,
    }
    assert reason_definition(ReasonKind.EXPORT).in_words


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("holiday.yaml", f"{OWN}asked: true\n", "there is no act holiday for which a reason may be asked"),
        ("search.yaml", f"{OWN}asked: true\nin_words: false\n", "a question needs an answer"),
        ("search.yaml", f"{OWN}asked: true\nholds_for_minutes: 5000\n", "holds_for_minutes"),
    ],
)
def test_a_faulty_file_is_told(folder: Path, name: str, content: str, fault: str) -> None:
    (folder / name).write_text(content)
    with pytest.raises(DefinitionsRefused, match=fault):
        load_all(folder.parent)


def test_an_answer_goes_into_the_event() -> None:
    form = reason_form(ReasonKind.EXPORT, {"reason": A_SENTENCE})
    assert form.is_valid()
    with gathering() as seen:
        note_reason(form.reason_given())
    assert seen.detail == {"reason_for": "export", "reason": A_SENTENCE}


def test_a_purpose_is_one_of_those_for_which_a_log_may_be_read() -> None:
    assert not reason_form(ReasonKind.TRAIL, {"purpose": "curiosity"}).is_valid()
    form = reason_form(ReasonKind.TRAIL, {"purpose": "self_monitoring"})
    assert form.is_valid()
    assert (form.reason_given().purpose, form.reason_given().words) == ("self_monitoring", "")


@pytest.mark.parametrize("words", ["", "because", "x" * 501])
def test_an_answer_that_says_nothing_is_refused(words: str) -> None:
    assert reason_form(ReasonKind.EXPORT, {"reason": words}).errors["reason"]


def test_what_is_not_asked_gives_no_reason() -> None:
    form = reason_form(ReasonKind.SEARCH, {})
    assert form.is_valid()
    assert form.reason_given() is None
