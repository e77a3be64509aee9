"""An evaluation in words: three sentences first, everything else after them."""

from __future__ import annotations

from trellis.evaluation.attribution import signed_percent
from trellis.evaluation.result import Evaluation, Found, Interval


def sentences(found: Evaluation) -> tuple[str, ...]:
    """The three sentences: what can be said, what happened, and what would have happened anyway."""
    if found.found is None:
        failed = next(gate for gate in found.gates if gate.state == "fail")
        return (
            "Whether the scheme made a difference is not assessed.",
            failed.sentence,
            "No effect, no change and no saving is shown, since none could be told from chance or from what would have come anyway.",
        )
    inside = found.found
    return _verdict(found, inside), _happened(inside), _anyway(inside)


def _verdict(found: Evaluation, inside: Found) -> str:
    shown = found.headline
    if shown is None:
        failed = next(gate for gate in found.gates if gate.state == "fail")
        return f"We cannot tell whether the scheme made a difference: {failed.sentence}"
    ratio = f"95 % interval {change(shown)}"
    if found.verdict == "fewer":
        return f"People managed offended less than they would have without the scheme: {percent(shown.value - 1)} ({ratio})."
    if found.verdict == "more":
        return f"People managed offended more than they would have without the scheme: {percent(shown.value - 1)} ({ratio})."
    return (
        f"We cannot tell whether the scheme made a difference: the estimate is {percent(shown.value - 1)} ({ratio}), and a fall "
        f"of less than {100 * inside.smallest_fall:.0f} % would most likely have gone unseen."
    )


def _happened(inside: Found) -> str:
    return (
        f"For any 100 people managed, {inside.binary.managed:.0f} reoffended within twelve months; {inside.binary.expected:.0f} would "
        f"be expected to, had there been no scheme."
    )


def _anyway(inside: Found) -> str:
    return (
        f"Offending by time at liberty changed by {percent(inside.change.value - 1)} from the year before selection to the year after; "
        f"this change is not attributable to the scheme, since {percent(-inside.natural_fall.value)} "
        f"({percent(-inside.natural_fall.high)} to {percent(-inside.natural_fall.low)}) would be expected with no scheme at all."
    )


def text(found: Evaluation) -> str:
    """The readable report."""
    parts = [
        "Does the scheme work? " + found.verdict.capitalize() + ".",
        *sentences(found),
        "",
        "Gates",
        *_gates(found),
    ]
    if found.found is not None:
        parts += ["", "Methods (rate ratio, 95 % interval, evidence level of 5)", *_methods(found.found)]
        parts += ["", saving(found)]
    parts += ["", "People", *(f"  {label}: {count}" for label, count in flow(found))]
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


def _gates(found: Evaluation) -> list[str]:
    return [f"  {gate.name}: {gate.state}. {gate.sentence}" for gate in found.gates]


def _methods(inside: Found) -> list[str]:
    return [
        f"  {each.name}: {each.rate_ratio:.2f} ({each.low:.2f} to {each.high:.2f}), level {each.level}{', headline' if each.headline else ''}"
        for each in inside.methods
    ]


def saving(found: Evaluation) -> str:
    """The saving with its interval, or why there is none."""
    inside = found.found
    if found.headline is None or inside is None or inside.saving is None:
        return "No saving is shown."
    made = inside.saving
    shown = f"{pounds(made.amount.value)} (95 % interval {pounds(made.amount.low)} to {pounds(made.amount.high)})"
    unpriced = f" {made.not_costed} offences have no price and are in neither sum." if made.not_costed else ""
    caution = " It cannot be told from nothing." if made.amount.low <= 0 <= made.amount.high else ""
    return (
        f"Cost of offences expected with no scheme less cost of those committed, in the year after selection: {shown}.{caution} "
        f"{made.prices}.{unpriced}"
    )


def flow(found: Evaluation) -> list[tuple[str, str]]:
    """The flow of people; counts below five are withheld."""
    steps = found.flow
    counts = [
        ("Ever managed", steps.submitted),
        ("Selected outside the window", steps.outside),
        ("Selected with less than a year of history", steps.too_early),
        ("Selected too lately for a final figure (provisional)", steps.immature),
        ("Evaluated", steps.evaluated),
    ]
    counts += (
        [("Of these, found a match in the matched comparison", steps.matched)] if steps.matched is not None else []
    )
    return [(label, "fewer than 5" if 0 < count < 5 else f"{count:,}") for label, count in counts]


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
