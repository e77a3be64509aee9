"""The report as one HTML page: no script, nothing fetched, readable without pictures, fit for print."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape as _escaped
from pathlib import Path
from typing import Final

from trellis.evaluation.attribution import NOT_ATTRIBUTABLE
from trellis.evaluation.before_after import BeforeAfter
from trellis.evaluation.report import beside, charts, words
from trellis.evaluation.result import Evaluation, Found

STYLE: Final = Path(__file__).with_name("page.css").read_text(encoding="utf-8")


def html(found: Evaluation) -> str:
    """The whole page."""
    inside = found.found
    parts = [
        "<h1>Does the scheme reduce reoffending?</h1>",
        f'<section class="answer" aria-label="The answer">{_paragraphs(words.sentences(found))}</section>',
        _warnings(found),
        *(_evidence(found, inside) if inside is not None else ()),
        "<h2>Who is in the comparison</h2>",
        _table("Flow of people", ("Step", "People"), words.flow(found), numbers=(1,)),
        f'<div class="small">{_paragraphs(words.flow_notes(found))}</div>',
        "<h2>The gates</h2>",
        _table(
            "Each gate must let the evaluation through before an effect is shown",
            ("Gate", "Result", "Why"),
            words.gates(found),
        ),
        "<h2>Limits</h2>",
        _list((*found.limits, *found.refusals)),
        _files(found),
        _protocol(found),
    ]
    view = '<meta name="viewport" content="width=device-width,initial-scale=1">'
    head = f'<meta charset="utf-8">{view}<title>Does the scheme reduce reoffending?</title><style>{STYLE}</style>'
    return f'<!doctype html>\n<html lang="en-GB"><head>{head}</head><body><main>{"".join(parts)}</main></body></html>\n'


def _evidence(found: Evaluation, inside: Found) -> Iterable[str]:
    yield "<h2>How much would have come anyway</h2>"
    yield _figure(charts.natural_fall(inside), words.sentences(found)[2])
    rows = [(what, f"{rate:.0f}") for what, rate in charts.natural_fall_rows(inside)]
    yield _table("Proven offences by time at liberty, the year before = 100", ("Year", "Rate"), rows, numbers=(1,))
    yield f"<p>{escape(NOT_ATTRIBUTABLE)}</p>"
    yield "<h2>What each method says</h2>"
    yield _figure(
        charts.methods(inside), "Each method's rate ratio with its 95 % interval. The table below gives the figures."
    )
    yield _table(
        "Rate ratios: below 1 is fewer offences than expected",
        words.METHOD_HEAD,
        words.method_rows(inside),
        numbers=(1, 2, 3),
    )
    yield f"<p>{escape(words.smallest(inside))}</p>"
    yield from _otherwise(found, inside)
    yield from _together(inside)
    yield "<h2>Saving</h2>"
    yield f"<p>{escape(words.saving(found))}</p><p>{escape(words.anyway_short(inside))}</p>"
    if inside.change_table is not None:
        yield from _change(found, inside.change_table)
    yield "<h2>Time to the first reoffence</h2>"
    yield _figure(
        charts.survival(inside), "Share without a proven reoffence by month since selection (Kaplan and Meier)."
    )
    yield _table(
        "People of every 100 without a proven reoffence",
        ("Months", "Managed", "Expected with no scheme"),
        words.survival_rows(inside),
        numbers=(0, 1, 2),
    )
    yield "<h2>Are the groups alike?</h2>"
    yield _figure(charts.love_plot(inside), "Standardised differences before and after weighting; below 0.1 is good.")
    yield _table("Standardised differences", words.LIKENESS_HEAD, words.likeness_rows(inside), numbers=(1, 2))


def _otherwise(found: Evaluation, inside: Found) -> Iterable[str]:
    yield "<h2>The same question asked otherwise</h2>"
    yield _table(
        "Sensitivity: rate ratios, none of them the headline",
        beside.OTHERWISE_HEAD,
        beside.otherwise_rows(inside),
        numbers=(1, 2, 3, 4),
    )
    yield _paragraphs(beside.otherwise_notes(found, inside))


def _together(inside: Found) -> Iterable[str]:
    yield "<h2>Whether, how often and how seriously</h2>"
    yield _table(
        "Measures of the year after selection, always read together",
        beside.TOGETHER_HEAD,
        beside.together_rows(inside),
        numbers=(1, 2),
    )
    yield _paragraphs(beside.together_notes(inside))


def _change(found: Evaluation, table: BeforeAfter) -> Iterable[str]:
    first, fall, *notes = beside.change_notes(found, table)
    yield "<h2>Before the scheme and since: a change, not attributable</h2>"
    yield f"<p><strong>{escape(first)}</strong></p><p>{escape(fall)}</p>"
    yield _table(
        "Projected annual figures, beside the natural fall",
        beside.change_head(table),
        beside.change_rows(found, table),
        numbers=(1, 2, 3, 4, 5),
    )
    yield f'<div class="small">{_paragraphs(notes)}</div>'


def _warnings(found: Evaluation) -> str:
    said = _paragraphs(found.warnings)
    return f'<section class="note" aria-label="Warnings"><h2>Read this first</h2>{said}</section>'


def escape(said: str) -> str:
    """Words as HTML, with no line broken before a percent sign or after a minus."""
    return _escaped(said).replace(" %", "\u00a0%").replace("−£", "−\u2060£")


def _paragraphs(said: Iterable[str]) -> str:
    return "".join(f"<p>{escape(each)}</p>" for each in said)


def _files(found: Evaluation) -> str:
    head = ("File", "Used", "Set aside", "Said twice")
    table = _table("Rows read", head, words.file_rows(found), numbers=(1, 2, 3))
    return f"<h2>The files</h2>{table}{_list(words.file_notes(found))}"


def _protocol(found: Evaluation) -> str:
    rows = words.protocol_rows(found)
    changed = [f"{each.part}: recorded {each.recorded}, now {each.now}" for each in found.protocol.changes]
    later = (
        f"<p>Changed since it was recorded:</p>{_list(changed)}"
        if changed
        else "<p>Nothing has changed since it was recorded.</p>"
    )
    return (
        "<h2>The protocol, fixed before outcomes were read</h2>"
        f"{_table('Protocol', ('Part', 'What was planned'), rows)}"
        f'<p>Hash (SHA-256):</p><p class="hash">{found.protocol.sha256}</p>{later}'
    )


def _figure(svg: str, caption: str) -> str:
    drawn = re.sub(r"<svg ", f'<svg role="img" aria-label="{escape(caption)}" ', svg, count=1)
    said = f'<figcaption class="small">{escape(caption)}</figcaption>'
    return f'<figure><div class="picture" tabindex="0">{drawn}</div>{said}</figure>'


def _table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Sequence[int] = ()) -> str:
    def cell(tag: str, place: int, value: str) -> str:
        kind = ' class="n"' if place in numbers else ""
        scope = ' scope="col"' if tag == "th" else ""
        return f"<{tag}{kind}{scope}>{escape(value)}</{tag}>"

    top = "".join(cell("th", place, value) for place, value in enumerate(head))
    body = "".join(f"<tr>{''.join(cell('td', place, value) for place, value in enumerate(row))}</tr>" for row in rows)
    inner = f"<caption>{escape(caption)}</caption><thead><tr>{top}</tr></thead><tbody>{body}</tbody>"
    return f'<div class="wide" tabindex="0" role="region" aria-label="{escape(caption)}"><table>{inner}</table></div>'


def _list(items: Iterable[str]) -> str:
    shown = "".join(f"<li>{escape(each)}</li>" for each in items)
    return f"<ul>{shown}</ul>" if shown else ""
