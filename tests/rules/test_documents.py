"""A file is what its content says, and what could run by itself is not kept."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trellis.rules.documents import MOST_BYTES, MOST_PARTS, FileKind, file_kind
from trellis.rules.errors import Refused

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n%%EOF"
ODT = "application/vnd.oasis.opendocument.text"
TYPES = "[Content_Types].xml"


def packed(**parts: str) -> bytes:
    """A ZIP of parts; `__` stands for a slash, `types` for the list of types."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr({"types": TYPES}.get(name, name.replace("__", "/").replace("_xml", ".xml")), text)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, FileKind.PDF),
        (b"\x89PNG\r\n\x1a\n" + bytes(9), FileKind.PNG),
        (b"\xff\xd8\xff\xe0" + bytes(9), FileKind.JPEG),
        (packed(types="<Types/>", word__document_xml="<w/>"), FileKind.DOCX),
        (packed(types="<Types/>", xl__workbook_xml="<x/>"), FileKind.XLSX),
        (packed(mimetype=ODT, content_xml="<o/>"), FileKind.ODT),
        ("Dear Ms Fable,\r\n\tthe curfew – as agreed.".encode(), FileKind.TEXT),
    ],
)
def test_a_file_is_known_by_its_content(content: bytes, kind: FileKind) -> None:
    assert file_kind(content) is kind
    assert "/" in kind.media_type


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"a" * (MOST_BYTES + 1), "larger than 10 MB"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "older Office"),
        (b"MZ\x90\x00\x03", "not kept"),
        (b"GIF89a\x01\x00", "not kept"),
        (b"\xfe\xff\x00c", "not kept"),
        (PDF + b"/JavaScript", "script"),
        (b"PK\x03\x04 and no more", "damaged"),
        (packed(types="<Types/>", word__document_xml="", word__vbaProject_xml="").replace(b".xml", b".bin"), "damaged"),
        (packed(types="macroEnabled.main+xml", word__document_xml="<w/>"), "macros"),
        (packed(mimetype=ODT, Basic__Standard__script_xml="<b/>"), "macros"),
        (packed(types="<Types/>", xl__workbook_xml="", xl__macrosheets__sheet1_xml=""), "macros"),
        (packed(types="<Types/>", word__document_xml="", xl__workbook_xml=""), "not kept"),
        (packed(readme="a plain archive"), "damaged"),
        (packed(mimetype="application/vnd.oasis.opendocument.spreadsheet"), "not kept"),
        (packed(types="<Types/>", word__document_xml="0" * (21 * MOST_BYTES)), "unpacks"),
        (packed(types="", **{f"part{number}": "" for number in range(MOST_PARTS)}), "unpacks"),
    ],
)
def test_what_is_not_kept_is_refused_in_a_sentence(content: bytes, says: str) -> None:
    with pytest.raises(Refused, match=says):
        file_kind(content)


def test_a_macro_is_found_by_its_part_whatever_the_list_of_types_says() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in (TYPES, "word/document.xml", "word/VBAProject.BIN"):
            archive.writestr(name, "<x/>")
    with pytest.raises(Refused, match="macros"):
        file_kind(content.getvalue())


@given(content=st.binary(max_size=400), begins=st.sampled_from([b"", b"PK\x03\x04", b"%PDF-", b"\xff\xd8\xff"]))
def test_no_content_does_anything_but_have_a_kind_or_be_refused(content: bytes, begins: bytes) -> None:
    try:
        found = file_kind(begins + content).label
    except Refused as refusal:
        found = str(refusal)
    assert found in {kind.label for kind in FileKind} or found.endswith(".")
