"""Agencies' numbers in one canonical form each, so that equal means the same. Only the shape is enforced."""

import re
from collections.abc import Callable, Mapping

from trellis.rules.errors import Refused
from trellis.rules.vocabulary import IdentifierKind

# Modulus 23 over the two year digits and the seven serial digits; I, O and S are never used.
_PNC_LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"
_PNC = re.compile(r"([0-9]{4}|[0-9]{2})(?:/([0-9]{1,7})|([0-9]{7}))([A-Z])")
_CRO = re.compile(r"([0-9]{1,6})/([0-9]{2})([A-Z])")
_CRO_SMALL_FILE = re.compile(r"SF([0-9]{2})/([0-9]{1,7})([A-Z])")
_NOMIS = re.compile(r"[A-Z][0-9]{4}[A-Z]{2}")
_CRN = re.compile(r"[A-Z][0-9]{6}")
_LOCAL = re.compile(r"[A-Z0-9][A-Z0-9/-]{0,29}")
_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?|GIR)([0-9][A-Z]{2})")
_UK_PHONE = re.compile(r"0[1-9][0-9]{8,9}")
_FOREIGN_PHONE = re.compile(r"\+[1-9][0-9]{7,14}")
_MARK = re.compile(r"[A-Z0-9]{2,8}")
# The national computer began in the 1970s and its two-digit years are births of records, never of the future.
_PNC_PIVOT = 50


def normalise_identifier(kind: IdentifierKind, text: str) -> str:
    """The canonical form of an identifier, whatever its case, spaces and abbreviations.

    Raises Refused with a sentence that shows the form it should have.
    """
    plain = _squeeze(text)
    canonical = _NORMALISERS[kind](plain)
    if canonical is None:
        raise Refused(f"“{text.strip()}” is not a {_named(kind)}: it should look like {EXAMPLES[kind]}.")
    return canonical


def pnc_check_letter_ok(pnc: str) -> bool:
    """Whether a canonical PNC number's last letter follows from its digits.

    Never a reason to refuse: forces hold numbers whose letters do not.
    """
    return _PNC_LETTERS[int(pnc[2:4] + pnc[5:12]) % len(_PNC_LETTERS)] == pnc[-1]


def normalise_postcode(text: str) -> str:
    """A postcode as `ZZ1 1AA`. Raises Refused when it has another shape."""
    found = _POSTCODE.fullmatch(_squeeze(text))
    if not found:
        raise Refused(f"“{text.strip()}” is not a postcode: it should look like ZZ1 1AA.")
    return f"{found[1]} {found[2]}"


def normalise_phone(text: str) -> str:
    """A phone number as `+447700900890`. Raises Refused when it is none."""
    digits = re.sub(r"[\s().-]", "", text)
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    if digits.startswith("+44"):
        # "+44 (0)7700" is common on letterheads: the nought belongs to the national form alone.
        digits = "0" + digits[3:].removeprefix("0")
    if digits.isascii() and _UK_PHONE.fullmatch(digits):
        return "+44" + digits[1:]
    if digits.isascii() and _FOREIGN_PHONE.fullmatch(digits):
        return digits
    raise Refused(f"“{text.strip()}” is not a phone number: it should look like 07700 900123.")


def normalise_registration_mark(text: str) -> str:
    """A vehicle's registration mark as `ZZ51ABC`. Raises Refused when it has another shape."""
    plain = _squeeze(text)
    if not _MARK.fullmatch(plain):
        raise Refused(f"“{text.strip()}” is not a registration mark: it should look like ZZ51 ABC.")
    return plain


def _squeeze(text: str) -> str:
    return "".join(text.upper().split())


def _named(kind: IdentifierKind) -> str:
    label = kind.label
    return label if label.startswith("Police national") else label[0].lower() + label[1:]


def _pnc(plain: str) -> str | None:
    found = _PNC.fullmatch(plain)
    if not found:
        return None
    year = found[1] if len(found[1]) == 4 else f"{'19' if int(found[1]) >= _PNC_PIVOT else '20'}{found[1]}"
    return f"{year}/{(found[2] or found[3]):0>7}{found[4]}"


def _cro(plain: str) -> str | None:
    if found := _CRO_SMALL_FILE.fullmatch(plain):
        return f"SF{found[1]}/{found[2]:0>7}{found[3]}"
    found = _CRO.fullmatch(plain)
    return f"{found[1]:0>6}/{found[2]}{found[3]}" if found else None


def _shaped(pattern: re.Pattern[str]) -> Callable[[str], str | None]:
    return lambda plain: plain if pattern.fullmatch(plain) else None


_NORMALISERS: Mapping[IdentifierKind, Callable[[str], str | None]] = {
    IdentifierKind.PNC: _pnc,
    IdentifierKind.CRO: _cro,
    IdentifierKind.NOMIS: _shaped(_NOMIS),
    IdentifierKind.CRN: _shaped(_CRN),
    IdentifierKind.FORCE: _shaped(_LOCAL),
    IdentifierKind.YOT: _shaped(_LOCAL),
}

EXAMPLES: Mapping[IdentifierKind, str] = {
    IdentifierKind.PNC: "2002/3186819R",
    IdentifierKind.CRO: "012345/99A",
    IdentifierKind.NOMIS: "A1234BC",
    IdentifierKind.CRN: "X123456",
    IdentifierKind.FORCE: "NM100023",
    IdentifierKind.YOT: "YJ-2041",
}
"""A well-formed number of each kind, for hints and refusals."""
