"""Small extracts for tests, and how they are loaded."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.cast import Cast
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.feeds.actions import receive_file
from trellis.service.feeds.apply import apply_whole
from trellis.service.feeds.models import FeedFile, WaitingRow
from trellis.service.schemes.models import Agency, Scheme

ROOT = Path(__file__).parents[3]
# Extracts made apart from the project, so that the feeds meet data they did not shape.
SAMPLES = Path(os.environ.get("TRELLIS_SAMPLES", ROOT.parent / "shared" / "sample-extracts"))
SAMPLE_FEEDS = ("police_nominals", "court_results", "probation_cases", "prison_movements")
needs_samples = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason=f"The sample extracts are not in {SAMPLES}: set TRELLIS_SAMPLES to their folder."
)

NOMINAL = "NOMINAL_REF;SURNAME;FORENAMES;ALIASES;D.O.B.;SEX;ETH 16+1;PNCID;ADDRESS;POSTCODE;MOBILE;VRM"
COURT = "pncId,courtDate,offenceDate,hoClass/sub,principal,finding,result"
PROBATION = (
    "crn\tpnc\tlastName\tfirstName\tdateOfBirth\tgender\torderType\torderStart\torderEnd\tregistrations"
    "\togrs3_2yr\togrs3_date\tpractitioner"
)
PRISON = "nomsNumber,pncNumber,movementType,movementDateTime,fromAgency,toAgency,reason"
HEADS = dict(zip(SAMPLE_FEEDS, (NOMINAL, COURT, PROBATION, PRISON), strict=True))

QUILL = "NM100420;QUILLFEATHER;Osric;;14/05/2003;M;M1;2024/6182918E;87 Sample Parade;ZZ1 1AA;+447700900217;"
QUILL_PNC = "2024/6182918E"


def make_agencies() -> None:
    """The agencies that the mappings name."""
    with acting("setup"):
        for kind in ("police", "probation", "courts", "prison"):
            Agency.objects.create(slug=f"fable-{kind}", name=f"Fable {kind}", kind=kind)


def nominal(ref: str, surname: str, **cells: str) -> str:
    """One row of the nominal index."""
    values = {
        "forenames": "Osric", "aliases": "", "born": "14/05/2003", "sex": "M", "ethnicity": "", "pnc": "",
        "address": "", "postcode": "", "mobile": "", "vrm": "",
    } | cells  # fmt: skip
    return ";".join([ref, surname, *values.values()])


def case(crn: str, surname: str, **cells: str) -> str:
    """One row of probation's case list."""
    values = {
        "pnc": "", "surname": surname, "forenames": "Osric", "born": "2003-05-14", "gender": "Male", "order": "",
        "starts": "", "ends": "", "registrations": "", "score": "", "scored": "", "team": "",
    } | cells  # fmt: skip
    return "\t".join([crn, *values.values()])


def sample(feed: str) -> bytes:
    """A sample extract, whole."""
    return (SAMPLES / f"{feed}.csv").read_bytes()


def extract(feed: str, *rows: str) -> bytes:
    """An extract of a sample feed with these rows."""
    encoding = "cp1252" if feed == "police_nominals" else "utf-8"
    return "\r\n".join([HEADS[feed], *rows, ""]).encode(encoding)


def receive(scheme: Scheme, by: User, feed: str, content: bytes, name: str = "extract.csv") -> FeedFile:
    """Receive a file and leave it unapplied."""
    with acting(by):
        file, _ = receive_file(by=by, feed=feed, scheme=scheme, name=name, content=content)
    return file


def load(cast: Cast, feed: str, *rows: str, content: bytes | None = None) -> FeedFile:
    """Receive a sample feed's file and apply it."""
    content = extract(feed, *rows) if content is None else content
    return apply_whole(receive(cast.scheme, cast.coordinator, f"sample_{feed}", content).pk)


def counts(file: FeedFile) -> tuple[int, int, int, int]:
    """Added, corrected, unchanged, waiting."""
    return file.added, file.corrected, file.unchanged, file.waiting


def waiting(file: FeedFile) -> list[WaitingRow]:
    """The rows of a file that wait, by line."""
    with acting("feeds"):
        return list(file.waiting_rows.filter(state="waiting").order_by("line"))


def sentences(rows: Iterable[WaitingRow]) -> list[str]:
    """What rows say."""
    return [row.sentence for row in rows]
