"""Files about a person: what kinds are kept, and what a file is, told from its content and never from its name."""

from __future__ import annotations

import io
import zipfile

from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Word

MOST_BYTES = 10 * 1024 * 1024
"""Ten megabytes: about two hundred scanned pages. A longer bundle is kept in parts."""

# What a packed file may come to, and of how many parts, before it is taken for one made to exhaust its reader.
MOST_UNPACKED = 20 * MOST_BYTES
MOST_PARTS = 5000


class DocumentKind(Word):
    """What a document is to the case."""

    AGREEMENT = "agreement", "Behaviour agreement"
    LICENCE = "licence", "Licence"
    COURT_PAPER = "court_paper", "Court paper"
    LETTER = "letter", "Letter"
    OTHER = "other", "Other"


class FileKind(Word):
    """The kinds of file that are kept. The value is the ending of a file's name."""

    PDF = "pdf", "PDF"
    PNG = "png", "PNG picture"
    JPEG = "jpg", "JPEG picture"
    DOCX = "docx", "Word document"
    XLSX = "xlsx", "Excel workbook"
    ODT = "odt", "OpenDocument text"
    TEXT = "txt", "Plain text"

    @property
    def media_type(self) -> str:
        """The type that a browser is told (IANA media types)."""
        return _MEDIA_TYPES[self]


class Scan(Word):
    """What is known of a file's being free of malware."""

    CLEAN = "clean", "Scanned, nothing found"
    UNSCANNED = "unscanned", "Not scanned for viruses"


_OFFICE = "application/vnd.openxmlformats-officedocument"
_ODT = "application/vnd.oasis.opendocument.text"
_MEDIA_TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.PNG: "image/png",
    FileKind.JPEG: "image/jpeg",
    FileKind.DOCX: f"{_OFFICE}.wordprocessingml.document",
    FileKind.XLSX: f"{_OFFICE}.spreadsheetml.sheet",
    FileKind.ODT: _ODT,
    FileKind.TEXT: "text/plain; charset=utf-8",
}
_KEPT = "Keep it as PDF, PNG, JPEG, DOCX, XLSX, ODT or plain text."
# What a file begins with: PDF from ISO 32000-2 (7.5.2), PNG from its W3C recommendation (5.2), JPEG from ITU-T T.81.
_SIGNATURES = ((b"%PDF-", FileKind.PDF), (b"\x89PNG\r\n\x1a\n", FileKind.PNG), (b"\xff\xd8\xff", FileKind.JPEG))
_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Actions that a PDF may name (ISO 32000-2, 12.6.4) and that a record has no use for.
_ACTIVE_PDF = (b"/JavaScript", b"/JS ", b"/JS(", b"/Launch", b"/EmbeddedFile", b"/RichMedia")
_MAIN_PARTS = {"word/document.xml": FileKind.DOCX, "xl/workbook.xml": FileKind.XLSX}
_TYPES = "[Content_Types].xml"
_LONGEST_TYPES = 1024 * 1024
_SPACES = frozenset("\t\n\r\f")


def file_kind(content: bytes) -> FileKind:
    """What kind of file this is, by its content. Raises Refused for any other, for macros and for what is too large.

    It looks for what would run by itself where a reader opens the file, as far as that stands in the open; a scanner
    looks further.
    """
    if not content:
        raise Refused("The file is empty. Choose another, or open it to see whether it was saved.")
    if len(content) > MOST_BYTES:
        raise Refused(f"The file is larger than {MOST_BYTES // 1024 // 1024} MB. Split it, or scan it at less detail.")
    if content.startswith(_OLD_OFFICE):
        raise Refused(f"This is a file of an older Office, or one with a password. {_KEPT}")
    for signature, kind in _SIGNATURES:
        if content.startswith(signature):
            _check_still(content, kind)
            return kind
    return _packed(content) if content.startswith(_ZIP) else _text(content)


def _check_still(content: bytes, kind: FileKind) -> None:
    if kind is FileKind.PDF and any(action in content for action in _ACTIVE_PDF):
        raise Refused("This PDF carries a script, or another file inside. Print it to PDF, and add that.")


def _packed(content: bytes) -> FileKind:
    """DOCX and XLSX by their parts (ECMA-376, part 2), ODT by its mimetype (OpenDocument 1.3, part 2)."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise Refused("The file unpacks to more than may be kept. Save it again without pictures, or as PDF.")
            names = {part.filename for part in parts}
            declared = _read(archive, _TYPES if _TYPES in names else "mimetype")
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, OSError, EOFError) as fault:
        raise Refused(f"The file is damaged or locked, or of a kind that is not kept. {_KEPT}") from fault
    if _has_macros(names, declared):
        raise Refused("The file carries macros, which could run on a colleague’s computer. Save it without, or as PDF.")
    if declared.strip() == _ODT.encode():
        return FileKind.ODT
    found = {kind for part, kind in _MAIN_PARTS.items() if part in names} if _TYPES in names else set()
    if len(found) != 1:
        raise Refused(f"Files of this kind are not kept. {_KEPT}")
    return found.pop()


def _read(archive: zipfile.ZipFile, part: str) -> bytes:
    with archive.open(part) as file:
        return file.read(_LONGEST_TYPES)


def _has_macros(names: set[str], declared: bytes) -> bool:
    plain = {name.lower() for name in names}
    return (
        b"macroenabled" in declared.lower()
        or any(name.endswith("vbaproject.bin") for name in plain)
        or any(name.startswith(("basic/", "scripts/", "xl/macrosheets/")) for name in plain)
    )


def _text(content: bytes) -> FileKind:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise Refused(f"Files of this kind are not kept. {_KEPT}") from fault
    if any(character < " " and character not in _SPACES for character in text):
        raise Refused(f"Files of this kind are not kept. {_KEPT}")
    return FileKind.TEXT
