"""Files become rows with their lines; what cannot be read says so and spoils nothing else."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.service.feeds.loading import COURT, NOMINAL, QUILL, extract
from trellis.rules.errors import Refused
from trellis.service.feeds.mapping import mapping
from trellis.service.feeds.reading import Rows, read_chunks

ROW = "2024/6182918E,20240924,20240627,028/01,Y,Guilty plea,Fine"


def read(feed: str, content: bytes, size: int = 100) -> list[Rows]:
    return list(read_chunks(content, mapping(f"sample_{feed}"), size=size))


def test_lines_are_counted_from_the_first_line_of_the_file() -> None:
    content = f"\ufeff{COURT}\r\n{ROW}\r\n\r\n{ROW}\r\n".encode()
    (rows,) = read("court_results", content)
    assert rows.columns[0] == "pncId"
    assert rows.lines == [2, 4]


def test_a_cell_of_two_lines_is_one_row() -> None:
    content = f'{COURT}\n2024/6182918E,20240924,20240627,028/01,Y,"Guilty\nplea",Fine\n{ROW}\n'.encode()
    (rows,) = read("court_results", content)
    assert rows.lines == [2, 4]
    assert rows.cells[0][5] == "Guilty\nplea"


def test_a_row_too_long_or_too_short_is_broken_and_the_others_are_not() -> None:
    content = f"{COURT}\n{ROW},extra\n{ROW}\n2024/6182918E,20240924\n".encode()
    (rows,) = read("court_results", content)
    assert list(rows.broken) == [0, 2]
    assert rows.broken[0].startswith("Line 2 has 8 cells where the first line names 7 columns.")
    assert rows.named(0)["column 8"] == "extra"


def test_a_byte_that_the_encoding_does_not_know_breaks_its_row_alone() -> None:
    content = extract("police_nominals", QUILL, QUILL).replace(b"Osric", b"Os\x81ric", 1)
    (rows,) = read("police_nominals", content)
    assert list(rows.broken) == [0]
    assert rows.broken[0] == (
        "Line 2, column FORENAMES: “Os\N{REPLACEMENT CHARACTER}ric” has a character that cannot be read. Type the cell"
        " again."
    )


def test_windows_letters_are_read() -> None:
    (rows,) = read("police_nominals", extract("police_nominals", "NM777777;O’FABLE;Zoë" + ";" * 9))
    assert rows.cells[0][1:3] == ["O’FABLE", "Zoë"]


def test_rows_come_in_chunks() -> None:
    content = (COURT + "\n" + f"{ROW}\n" * 7).encode()
    assert [len(rows.lines) for rows in read("court_results", content, size=3)] == [3, 3, 1]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (b"PK\x03\x04rest", "This is a spreadsheet or a zip archive."),
        (NOMINAL.encode(), "does not name the column pncId, courtDate"),
        (f"{COURT},pncId\n".encode(), "names the column pncId twice"),
        (f'{COURT}\n{ROW}\n"never closed,1\n'.encode(), "The record that begins on line 3 has a quotation mark"),
    ],
)
def test_a_file_that_cannot_be_the_feeds_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(Refused, match=said):
        read("court_results", content)


@given(st.binary(max_size=300))
def test_any_bytes_at_all_are_rows_or_refused(noise: bytes) -> None:
    with suppress(Refused):
        for rows in read("court_results", f"{COURT}\n".encode() + noise):
            assert len(rows.lines) == len(rows.cells)
            "".join(cell for cells in rows.cells for cell in cells).encode()
