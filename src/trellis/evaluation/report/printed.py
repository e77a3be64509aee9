"""The report for printing: a tagged PDF, set by Typst from the same words, tables and pictures as the page."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import typst

from trellis.evaluation.attribution import NOT_ATTRIBUTABLE
from trellis.evaluation.report import beside, charts, words
from trellis.evaluation.result import Evaluation, Found

HEAD: Final = """\
#set document(title: "Does the scheme reduce reoffending?")
#set page(paper: "a4", margin: 18mm, footer: context align(right, text(9pt)[Page #counter(page).display()]))
#set text(font: ("Liberation Sans", "Arial", "DejaVu Sans"), size: 10.5pt, lang: "en", region: "GB")
#set par(justify: false)
#set table(stroke: (x: none, y: 0.4pt + rgb("#b1b4b6")), inset: (x: 4pt, y: 4pt))
#show heading.where(level: 1): set text(20pt)
#show heading.where(level: 2): set text(13pt)
#show heading: set block(above: 1.4em, below: 0.7em)
#show figure: set block(breakable: false)
"""


def pdf(found: Evaluation) -> bytes:
    """The report as PDF/UA-1. The same evaluation gives the same bytes: its date is the day of the files."""
    pictures = _pictures(found.found) if found.found is not None else {}
    with tempfile.TemporaryDirectory() as folder:
        for name, svg in pictures.items():
            (Path(folder) / f"{name}.svg").write_text(svg, encoding="utf-8")
        source = Path(folder) / "report.typ"
        source.write_text(_source(found), encoding="utf-8")
        as_at = datetime.fromisoformat(str(found.files["as_at"])).replace(tzinfo=UTC)
        return bytes(typst.compile(str(source), format="pdf", pdf_standards=["ua-1"], timestamp=int(as_at.timestamp())))


def _pictures(inside: Found) -> dict[str, str]:
    return {
        "fall": charts.natural_fall(inside),
        "methods": charts.methods(inside),
        "survival": charts.survival(inside),
        "love": charts.love_plot(inside),
    }


def _source(found: Evaluation) -> str:
    first, *rest = words.sentences(found)
    parts = [HEAD, "= Does the scheme reduce reoffending?"]
    answer = "\n\n".join([f"#strong[#text(12pt)[{_text(first)}]]", *(_text(each) for each in rest)])
    parts += [
        f'#block(stroke: (left: 4pt + rgb("#12436D")), inset: (left: 10pt, y: 4pt))[{answer}]',
        "== Read this first",
    ]
    parts += [_text(each) for each in found.warnings]
    parts += list(_evidence(found, found.found)) if found.found is not None else []
    parts += ["== Who is in the comparison", _table(("Step", "People"), words.flow(found), wide=0)]
    parts += [_text(each) for each in words.flow_notes(found)]
    parts += ["== The gates", _table(("Gate", "Result", "Why"), words.gates(found))]
    parts += ["== Limits", *(f"- {_text(each)}" for each in (*found.limits, *found.refusals))]
    parts += ["== The files", _table(("File", "Used", "Set aside", "Said twice"), words.file_rows(found), wide=0)]
    parts += [f"- {_text(each)}" for each in words.file_notes(found)]
    parts += [
        "== The protocol, fixed before outcomes were read",
        _table(("Part", "What was planned"), words.protocol_rows(found)),
    ]
    parts += [f"Hash (SHA-256): #raw({_quoted(found.protocol.sha256)})"]
    parts += [
        f"- Changed since it was recorded: {_text(each.part)}, from {_text(each.recorded)} to {_text(each.now)}"
        for each in found.protocol.changes
    ]
    return "\n\n".join(parts) + "\n"


def _evidence(found: Evaluation, inside: Found) -> Iterable[str]:
    yield "== How much would have come anyway"
    yield _figure("fall", words.sentences(found)[2])
    yield _text(NOT_ATTRIBUTABLE)
    yield "== What each method says"
    yield _figure("methods", "Each method's rate ratio with its 95 % interval.")
    yield _table(words.METHOD_HEAD, words.method_rows(inside), wide=0)
    yield _text(words.smallest(inside))
    yield "== The same question asked otherwise"
    yield _table(beside.OTHERWISE_HEAD, beside.otherwise_rows(inside), wide=0)
    yield from map(_text, beside.otherwise_notes(found, inside))
    yield "== Whether, how often and how seriously"
    yield _table(beside.TOGETHER_HEAD, beside.together_rows(inside), wide=0)
    yield from map(_text, beside.together_notes(inside))
    yield "== Saving"
    yield _text(words.saving(found))
    yield _text(words.anyway_short(inside))
    if inside.change_table is not None:
        yield "== Before the scheme and since: a change, not attributable"
        first, fall, *notes = beside.change_notes(found, inside.change_table)
        yield from map(_text, (first, fall))
        rows = beside.change_rows(found, inside.change_table)
        yield _table(beside.change_head(inside.change_table), rows, even=True)
        yield from map(_text, notes)
    yield "== Time to the first reoffence"
    yield _figure("survival", "Share without a proven reoffence by month since selection (Kaplan and Meier).")
    yield _table(("Months", "Managed, of 100", "Expected with no scheme, of 100"), words.survival_rows(inside))
    yield "== Are the groups alike?"
    yield _figure("love", "Standardised differences before and after weighting; below 0.1 is good.")
    yield _table(words.LIKENESS_HEAD, words.likeness_rows(inside), wide=0)


def _figure(name: str, caption: str) -> str:
    image = f'image("{name}.svg", width: 88%, alt: {_quoted(caption)})'
    return f"#figure({image}, caption: [{_text(caption)}], numbering: none)"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], *, wide: int = -1, even: bool = False) -> str:
    def line(cells: Sequence[str]) -> str:
        return ", ".join(f"[{_text(cell)}]" for cell in cells)

    widths = ["1fr" if even else "auto"] * len(head)
    widths[wide] = "1fr"
    columns = ", ".join(widths)
    top = ", ".join(f"[*{_text(cell)}*]" for cell in head)
    return f"#table(columns: ({columns}), table.header({top}), {', '.join(line(row) for row in rows)})"


def _text(words_: str) -> str:
    """Words as Typst content: a string, so that no character of it is markup."""
    return f"#({_quoted(words_)})"


def _quoted(words_: str) -> str:
    return '"' + words_.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'
