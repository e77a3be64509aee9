"""What stands beside the headline: measures together, the question asked otherwise, and before and since.

Everything here may leave: shares of a few people, and rates of a few events, are withheld.
"""

from __future__ import annotations

import numpy as np

from trellis.disclosure import CONFIDENTIAL, DEFAULT, UNRELIABLE, Dimension, Table, protect, single_count
from trellis.evaluation.before_after import BeforeAfter
from trellis.evaluation.cost import NOT_COSTED
from trellis.evaluation.flow_counts import shown_flow
from trellis.evaluation.measures import HarmWeighted
from trellis.evaluation.result import Evaluation, Found

TOGETHER_HEAD = ("In the year after selection", "Managed", "Expected with no scheme")
OTHERWISE_HEAD = ("Asked otherwise (none is the headline)", "Rate ratio", "Low", "High", "Largest difference left")
LABELS = ("Offences", "Cost")
NOT_HEADLINE = (
    "None of these is the headline: they were named before outcomes were read, and show how much the answer hangs on "
    "choices that could have been made differently. Hold the matched ones against the matched comparison above, and "
    "the last against the headline."
)
MATURE = "All people in these figures are mature: eighteen months have passed since their selection, so they are final."
TOGETHER = (
    "Read them together: closer supervision finds more, so more people can be found to reoffend while they offend less "
    "often. Expected figures are estimates; the table of methods has the interval."
)


def few(count: int) -> bool:
    """Whether a count is so small that it may not be told."""
    return 0 < count < DEFAULT.smallest_shown


def share(found: Found) -> str | None:
    """How many of every 100 people managed reoffended; None where that would tell of a few people."""
    binary = found.together.binary
    if few(binary.count) or few(binary.of - binary.count):
        return None
    return f"{100 * (binary.share or 0.0):.0f}"


def together_rows(found: Found) -> list[tuple[str, str, str]]:
    """Whether, how often, how seriously and how long in custody: always in one table."""
    own, then = found.together, found.together.expected
    binary, hidden = own.binary, share(found) is None
    interval = f" ({100 * (binary.low or 0.0):.0f} to {100 * (binary.high or 0.0):.0f})"
    rate = UNRELIABLE if own.events < DEFAULT.rate_events else None
    return [
        (
            "People of every 100 who reoffended (95 % interval)",
            CONFIDENTIAL if hidden else f"{share(found)}{interval}",
            f"{100 * then.share:.0f}",
        ),
        ("Proven offences for each person", rate or f"{own.per_person:.2f}", f"{then.per_person:.2f}"),
        (
            "Proven offences for each person who reoffended",
            CONFIDENTIAL if hidden else rate or _number(own.per_reoffender),
            _number(then.per_reoffender),
        ),
        ("Proven offences for each person and year at liberty", rate or _number(own.per_year), _number(then.per_year)),
        ("Days in custody for each person", f"{own.held_days:.0f}", f"{then.held_days:.0f}"),
        ("Harm for each person (95 % interval)", rate or _harm(own.harm), "not worked out"),
    ]


def together_notes(found: Found) -> tuple[str, ...]:
    """How settled the figures are, which index weighs harm, and how to read them."""
    harm = found.together.harm
    if harm is None:
        return MATURE, "Harm is not weighed: no index was given.", TOGETHER
    said = f"Harm is weighed by {harm.index}, with a person bootstrap."
    if harm.heaviest_share is not None:
        said += f" The person with most carries {100 * harm.heaviest_share:.0f} % of it."
    if harm.unweighted:
        said += f" {few_or(harm.unweighted)} offences have no weight in this index and are in no sum."
    return MATURE, said, TOGETHER


def otherwise_rows(found: Found) -> list[tuple[str, ...]]:
    """The sensitivity analyses."""
    return [
        (
            each.name,
            f"{each.rate_ratio:.2f}",
            f"{each.low:.2f}",
            f"{each.high:.2f}",
            "not matched" if each.worst is None else f"{each.worst:.2f}",
        )
        for each in found.otherwise
    ]


def otherwise_notes(evaluation: Evaluation, found: Found) -> tuple[str, ...]:
    """That none is the headline, and how strong something unseen would have to be, of a headline that is shown."""
    if evaluation.headline is None or found.e_value is None:
        return (NOT_HEADLINE,)
    return NOT_HEADLINE, f"E-value of the headline: {found.e_value.estimate:.2f}. {found.e_value.sentence}"


def change_head(change: BeforeAfter) -> tuple[str, ...]:
    """The columns of before and since."""
    return ("Projected, a year", *change.table.header[1:-1], "Difference per person")


def change_rows(evaluation: Evaluation, change: BeforeAfter) -> list[tuple[str, ...]]:
    """Projected annual offences and cost. Totals over people stand only where the number of people may."""
    table = change.table
    if shown_flow(evaluation.flow).counts["evaluated"] is not None:
        return [(label, *row[1:]) for label, row in zip(LABELS, table.rows[1:], strict=True)]
    rows: list[tuple[str, ...]] = []
    for label, made, pounds in zip(LABELS, (table.offences, table.cost), (False, True), strict=True):
        if made is None:
            rows.append((label, *(NOT_COSTED,) * 5))
            continue
        cell = made.cells(pounds=pounds)
        each = (cell["before_per_person"], cell["after_per_person"], CONFIDENTIAL, cell["percent"])
        rows.append((label, *each, cell["difference_per_person"]))
    return rows


def change_notes(evaluation: Evaluation, change: BeforeAfter) -> tuple[str, ...]:
    """The words that must be read with the figures, but for those that count a few people or events."""
    table, costing = change.table, change.before.costing
    words = table.words[: len(table.words) - len(table.notes)]
    prices = () if costing is None else (f"Costs: {costing.unit_costs.label}. What has no price is not costed.",)
    return (*words, _people(evaluation, change), change.settings.rules.words, *prices)


def _people(evaluation: Evaluation, change: BeforeAfter) -> str:
    """How many people by recorded sex, unknown always among them."""
    if shown_flow(evaluation.flow).counts["evaluated"] is None:
        return "The number of people is withheld, and with it every total."
    sexes = ("male", "female", "unknown")
    counts = np.array([getattr(change.people, sex) for sex in sexes], dtype=np.int64)
    shown = protect(Table("people", (Dimension.flat("sex", sexes),), counts))
    said = [(shown.count(sex=sex), sex) for sex in ("All", *sexes)]
    all_, *each = [CONFIDENTIAL if count is None else f"{count:,}" for count, _sex in said]
    return f"{all_} people: " + ", ".join(f"{n} {sex}" for n, sex in zip(each, sexes, strict=True)) + "."


def _harm(harm: HarmWeighted | None) -> str:
    if harm is None or harm.per_person is None or harm.low is None or harm.high is None:
        return "not weighed"
    return f"{harm.per_person:,.0f} ({harm.low:,.0f} to {harm.high:,.0f})"


def few_or(count: int) -> str:
    """A count that stands alone, as it may leave."""
    shown = single_count(count, DEFAULT)
    return "A few" if shown is None else f"{shown:,}"


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:.2f}"
