"""Reads exported files as spreadsheets might, whatever their settings, and finds cells that would start a formula.

Written apart from the code that guards cells, so that one fault is not in both.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile

SIGNS = re.compile(r"[=+\-@\u2212]")
# A number may begin with a sign.
NUMBER = re.compile(r"-?\d+(\.\d+)?(e[-+]?\d+)?", re.IGNORECASE)
BEFORE = re.compile(r"[\s\"`‘’‚“”„«»‹›]*")


def formulas_in(content: bytes) -> list[str]:
    """The cells that would start a formula, in a CSV file or in every file of a ZIP."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return [cell for name in archive.namelist() for cell in formulas_in(archive.read(name))]
    text = content.decode("utf-8-sig")
    found = []
    for separator in (",", ";", "\t", "|"):
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            found += [cell for cell in row if _is_formula(cell)]
    return found


def _is_formula(cell: str) -> bool:
    if NUMBER.fullmatch(cell):
        return False
    seen = "".join(unicodedata.normalize("NFKC", one) for one in cell if not _is_unseen(one))
    # An apostrophe is not skipped: it is what marks text as text.
    return bool(SIGNS.match(BEFORE.sub("", seen, count=1)))


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character) in {"Cf", "Cc"} and not character.isspace()
