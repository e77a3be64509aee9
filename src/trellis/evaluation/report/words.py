"""An evaluation in words: three sentences first, everything else after them."""

from __future__ import annotations

from trellis.disclosure import CONFIDENTIAL
from trellis.evaluation.attribution import signed_percent
from trellis.evaluation.before_after import BeforeAfter
from trellis.evaluation.flow_counts import shown_flow
from trellis.evaluation.report import beside
from trellis.evaluation.result import Evaluation, Found, Interval
from trellis.evaluation.survival import Curve
from trellis.evaluation.world.lives import YEAR


def sentences(found: Evaluation) -> tuple[str, ...]:
    """The three sentences: what can be said, what happened, and what would have happened anyway."""
    if found.found is None:
        return (
            "Whether the scheme made a difference is not assessed.",
            _failed(found),
            "No effect, no change and no saving is shown, since none could be told from what would have come anyway.",
        )
    inside = found.found
    return _verdict(found, inside), _happened(inside), _anyway(inside)


def _verdict(found: Evaluation, inside: Found) -> str:
    shown = found.headline
    if shown is None:
        return f"We cannot tell whether the scheme made a difference: {_failed(found)}"
    ratio, shown_change = f"95 % interval {change(shown)}", percent(shown.value - 1)
    if found.verdict == "fewer":
        return f"People managed offended less than they would have without the scheme: {shown_change} ({ratio})."
    if found.verdict == "more":
        return f"People managed offended more than they would have without the scheme: {shown_change} ({ratio})."
    return (
        f"We cannot tell whether the scheme made a difference: the estimate is {shown_change} ({ratio}), and a "
        f"fall of less than {100 * inside.smallest_fall:.0f} % would most likely have gone unseen."
    )


def _happened(inside: Found) -> str:
    share, would = beside.share(inside), f"{inside.binary.expected:.0f}"
    if share is None:
        return (
            f"Of any 100 people managed, {would} would be expected to reoffend within twelve months, had there been no "
            f"scheme; how many did is withheld, since it would tell of a few people."
        )
    return (
        f"For any 100 people managed, {share} reoffended within twelve months; "
        f"{would} would be expected to, had there been no scheme."
    )


def _anyway(inside: Found) -> str:
    fall = inside.natural_fall
    return (
        f"Offending by time at liberty changed by {percent(inside.change.value - 1)} from the year before selection to "
        f"the year after; this change is not attributable to the scheme, since {percent(-fall.value)} "
        f"({percent(-fall.high)} to {percent(-fall.low)}) would be expected with no scheme at all."
    )


def text(found: Evaluation) -> str:
    """The readable report."""
    parts = [
        "Does the scheme work? " + found.verdict.capitalize() + ".",
        *sentences(found),
        "",
        "Gates",
        *(f"  {name}: {state.lower()}. {said}" for name, state, said in gates(found)),
    ]
    if found.found is not None:
        parts += ["", "Methods (rate ratio, 95 % interval, evidence level of 5)", *_methods(found.found)]
        parts += ["", "Whether, how often and how seriously (managed; expected with no scheme)"]
        parts += [f"  {what}: {own}; {then}" for what, own, then in beside.together_rows(found.found)]
        parts += [f"  {each}" for each in beside.together_notes(found.found)]
        parts += ["", "The same question asked otherwise (none is the headline)"]
        parts += [
            f"  {name}: {r} ({low} to {high})" for name, r, low, high, _left in beside.otherwise_rows(found.found)
        ]
        parts += [f"  {each}" for each in beside.otherwise_notes(found, found.found)]
        parts += ["", saving(found), *_change(found, found.found.change_table)]
    parts += [
        "",
        "People",
        *(f"  {label}: {count}" for label, count in flow(found)),
        *(f"  {each}" for each in flow_notes(found)),
    ]
    parts += [
        "",
        "Warnings",
        *(f"  - {each}" for each in found.warnings),
        "",
        "Limits",
        *(f"  - {each}" for each in found.limits),
    ]
    parts += [f"  - {each}" for each in found.refusals]
    parts += ["", f"Protocol {found.protocol.sha256}, seed {found.protocol.protocol.seed}."]
    parts += [f"  Changed since it was recorded: {each.part}" for each in found.protocol.changes]
    return "\n".join(parts)


def _change(found: Evaluation, table: BeforeAfter | None) -> list[str]:
    if table is None:
        return []
    head = beside.change_head(table)[1:]
    rows = [
        f"  {row[0]}: " + "; ".join(f"{name} {cell}" for name, cell in zip(head, row[1:], strict=True))
        for row in beside.change_rows(found, table)
    ]
    first, fall, *notes = (f"  {each}" for each in beside.change_notes(found, table))
    return ["", "Before the scheme and since: a change, not attributable", first, fall, *rows, *notes]


def _methods(inside: Found) -> list[str]:
    return [
        f"  {each.name}: {each.rate_ratio:.2f} ({each.low:.2f} to {each.high:.2f}), level {each.level}"
        f"{', headline' if each.headline else ''}"
        for each in inside.methods
    ]


def saving(found: Evaluation) -> str:
    """The saving with its interval, or why there is none."""
    inside = found.found
    if found.headline is None or inside is None or inside.saving is None:
        return "No saving is shown."
    made = inside.saving
    shown = f"{pounds(made.amount.value)} (95 % interval {pounds(made.amount.low)} to {pounds(made.amount.high)})"
    unpriced = (
        f" {beside.few_or(made.not_costed)} offences have no price and are in neither sum." if made.not_costed else ""
    )
    caution = " It cannot be told from nothing." if made.amount.low <= 0 <= made.amount.high else ""
    return (
        f"Cost of offences expected with no scheme less cost of those committed, in the year after selection: {shown}."
        f"{caution} {made.prices}.{unpriced}"
    )


def gates(found: Evaluation) -> list[tuple[str, str, str]]:
    """Each gate's name, result and sentence, with counts as they may leave."""
    counts = shown_flow(found.flow).words
    return [(gate.name.capitalize(), str(gate.state).capitalize(), gate.told(counts)) for gate in found.gates]


def flow(found: Evaluation) -> list[tuple[str, str]]:
    """The flow of people, with counts as they may leave."""
    return shown_flow(found.flow).rows


def flow_notes(found: Evaluation) -> tuple[str, ...]:
    """How the counts of the flow were protected."""
    return shown_flow(found.flow).sentences


def _failed(found: Evaluation) -> str:
    return next(said for _name, state, said in gates(found) if state == "Fail")


def percent(share: float) -> str:
    """`−12 %`, `+4 %`, `0 %`."""
    return signed_percent(round(share, 2)).replace(".0 %", " %")


def change(interval: Interval) -> str:
    """A ratio's interval as changes."""
    return f"{percent(interval.low - 1)} to {percent(interval.high - 1)}"


def pounds(amount: float) -> str:
    """`£1,234,000`, to the nearest thousand: more figures would not be sure."""
    rounded = round(amount, -3)
    return f"{'−' if rounded < 0 else ''}£{abs(rounded):,.0f}"


MONTHS = (3, 6, 9, 12)
METHOD_HEAD = ("Method", "Rate ratio", "Low", "High", "Evidence level")
LIKENESS_HEAD = ("What", "Before", "After", "Was it balanced?")


def short(name: str) -> str:
    """A method's name for a picture's axis."""
    for long, brief in (
        ("Same rule", "Same rule, earlier years"),
        ("Placebo", "The same, unadjusted"),
        ("Linear", "Credibility"),
    ):
        if name.startswith(long):
            return brief
    return name.partition(" (")[0].replace("Matched comparison, risk sets, g-computation", "Matched comparison")


def method_rows(inside: Found) -> list[tuple[str, ...]]:
    """The methods with their evidence level."""
    return [
        (
            f"{each.name}{' (headline)' if each.headline else ''}",
            f"{each.rate_ratio:.2f}",
            f"{each.low:.2f}",
            f"{each.high:.2f}",
            f"{each.level} of 5",
        )
        for each in inside.methods
    ]


def survival_rows(inside: Found) -> list[tuple[str, str, str]]:
    """Months, and of every 100 people how many had no proven reoffence: managed (withheld where few), expected."""
    people = inside.together.binary.of

    def left(curve: Curve, month: int) -> float:
        return curve.at(min(month * YEAR / 12, YEAR - 1))[0]

    def told(kept: float) -> str:
        hidden = beside.few(round(kept * people)) or beside.few(round((1 - kept) * people))
        return CONFIDENTIAL if hidden else f"{100 * kept:.0f}"

    return [
        (str(month), told(left(inside.managed_curve, month)), f"{100 * left(inside.expected_curve, month):.0f}")
        for month in MONTHS
    ]


def likeness_rows(inside: Found) -> list[tuple[str, ...]]:
    """The standardised differences."""
    return [
        (each.name, _signed(each.before), _signed(each.after), "yes" if each.balanced else "no: a check")
        for each in inside.likeness
    ]


def _signed(value: float) -> str:
    return f"{round(value, 2) + 0.0:+.2f}".replace("-", "−")


def smallest(inside: Found) -> str:
    """The minimum detectable effect, beside every result."""
    return (
        f"With these people the smallest fall that would be found four times in five is "
        f"{100 * inside.smallest_fall:.0f} %. A smaller one may be there and go unseen."
    )


def anyway_short(inside: Found) -> str:
    """The natural fall beside any sum of money."""
    return (
        f"The saving is measured against the fall of {100 * inside.natural_fall.value:.0f} % that would be expected "
        f"with no scheme at all; the whole change from before to after is not attributable to the scheme."
    )


def file_rows(found: Evaluation) -> list[tuple[str, ...]]:
    """Rows used, set aside and said twice, file by file."""
    rows, aside, twice = (_numbers(found.files[name]) for name in ("rows", "set_aside", "said_twice"))
    # The rows of managed.csv are about as many as the people ever managed.
    hidden = "managed.csv" if shown_flow(found.flow).counts["submitted"] is None else ""
    return [
        (name, CONFIDENTIAL if name == hidden else f"{rows[name]:,}", f"{aside[name]:,}", f"{twice[name]:,}")
        for name in rows
    ]


def file_notes(found: Evaluation) -> list[str]:
    """The first rows set aside, and columns that nothing reads."""
    first, unused = found.files["first_set_aside"], found.files["unused_columns"]
    notes = (
        [f"{row['file']}, line {row['line']}: {row['what']}. {row['mend']}" for row in first]
        if isinstance(first, list)
        else []
    )
    if isinstance(unused, dict):
        notes += [
            f"{name}: {', '.join(columns)} is not among the five files' columns and was not read."
            for name, columns in unused.items()
        ]
    return notes


def protocol_rows(found: Evaluation) -> list[tuple[str, str]]:
    """The plan, part by part."""
    plan = found.protocol.protocol
    return [
        ("Question", plan.question),
        ("Index date", plan.index_rule),
        ("Events", plan.event_type),
        ("Custody", plan.custody_rule),
        ("Follow-up", plan.follow_up),
        ("Comparison", plan.comparison),
        ("Balanced on", "; ".join(plan.covariates)),
        ("Headline measures", "; ".join(plan.headline_measures)),
        ("Headline method", plan.headline_method),
        ("Other methods", "; ".join(plan.other_methods)),
        ("Asked otherwise", "; ".join(plan.asked_otherwise)),
        ("Shown beside", "; ".join(plan.shown_beside)),
        ("Resamples and seed", f"{plan.replicates:,}; {plan.seed}"),
        ("Files as at", plan.dated),
    ]


def _numbers(value: object) -> dict[str, int]:
    return {str(name): int(count) for name, count in value.items()} if isinstance(value, dict) else {}
