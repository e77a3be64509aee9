"""Before and after one person, one day and one offence at a time: slow and obvious."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from trellis.evaluation.before_after import Phase, PhaseRules
from trellis.rules.dates import add_months
from trellis.rules.intervals import Interval, union

Spell = tuple[int, date, date | None]
Offence = tuple[int, date, date | None, str]
Window = tuple[Phase, list[date]]


def windows_of(person: int, managed: list[Spell], rules: PhaseRules, until: date, data_end: date) -> list[Window]:
    """Every day of each window of a person."""
    spells = union(
        Interval(start, min(end or data_end, data_end))
        for who, start, end in managed
        if who == person and start < min(end or data_end, data_end)
    )
    selected = spells[0].starts
    first, last = (add_months(selected, -rules.gap_months - months) for months in (rules.baseline_months, 0))
    windows = [(Phase.BEFORE, days(first, last, until))]
    for place, spell in enumerate(spells):
        assert spell.ends is not None
        windows.append((Phase.DURING, days(spell.starts, spell.ends, until)))
        followed = add_months(spell.ends, rules.after_months) if rules.after_months else until
        following = spells[place + 1].starts if place + 1 < len(spells) else until
        windows.append((Phase.AFTER, days(spell.ends, min(followed, following), until)))
    return windows


def counted(
    person: int, inside: list[date], offences: list[Offence], rules: PhaseRules, data_end: date
) -> Counter[str]:
    """How often each code counts in these days of a person."""
    found = Counter[str]()
    for who, happened, known, code in offences:
        if who != person or happened not in inside or known is None or not happened <= known < data_end:
            continue
        if rules.proof_months is None or known < add_months(happened, rules.proof_months):
            found[code] += 1
    return found


def at_risk(person: int, inside: list[date], custody: list[Spell]) -> int:
    """How many of these days a person was not held."""
    held = [Interval(start, end) for who, start, end in custody if who == person and start != end]
    return sum(not any(spell.contains(day) for spell in held) for day in inside)


def days(first: date, after_last: date, until: date) -> list[date]:
    """Every day from the first, none on or after the other two."""
    return [first + timedelta(days=n) for n in range((min(after_last, until) - first).days)]
