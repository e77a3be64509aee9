"""An evaluation as JSON. The names at the top are stable: docs/how-to/evaluate-a-scheme.md lists them."""

from __future__ import annotations

from dataclasses import asdict
from math import isfinite
from typing import Any

from trellis.evaluation.before_after import BeforeAfter
from trellis.evaluation.report import words
from trellis.evaluation.result import NOT_ATTRIBUTABLE, Evaluation, Found, Interval, Method

DIGITS = 6


def shape(found: Evaluation) -> dict[str, Any]:
    """The whole evaluation in plain values. An effect is null unless every gate let it through."""
    inside = found.found
    return {
        "verdict": found.verdict,
        "sentences": list(words.sentences(found)),
        "headline": _ratio(found.headline) if found.headline is not None else None,
        "methods": [_method(each) for each in inside.methods] if inside is not None else [],
        "natural_fall": _number(inside.natural_fall.value) if inside is not None else None,
        "saving": _saving(found),
        "gates": [{"name": gate.name, "state": str(gate.state), "sentence": gate.sentence} for gate in found.gates],
        "warnings": list(found.warnings),
        "limits": list(found.limits),
        "provisional": {"people": found.flow.immature, "in_headline": False},
        "flow": asdict(found.flow),
        **(_inside(inside) if inside is not None else {}),
        "e_value": _e_value(found),
        "not_estimated": list(found.refusals),
        "files": found.files,
        "protocol": {**asdict(found.protocol.protocol), "sha256": found.protocol.sha256},
        "protocol_changes": [asdict(each) for each in found.protocol.changes],
        "reproduction": found.reproduction,
    }


def _inside(inside: Found) -> dict[str, Any]:
    return {
        "natural_fall_interval": _ratio_of(inside.natural_fall, "share"),
        "change": {**_ratio(inside.change), "words": NOT_ATTRIBUTABLE},
        "per_100_reoffending": {k: _number(v) for k, v in asdict(inside.binary).items()},
        "smallest_fall_it_could_find": _number(inside.smallest_fall),
        "measures": _rounded(asdict(inside.together)),
        "asked_otherwise": [{**_rounded(asdict(each)), "headline": False} for each in inside.otherwise],
        "before_and_since": _change(inside.change_table),
        "balance": [
            {k: _number(v) if isinstance(v, float) else v for k, v in asdict(each).items()} for each in inside.likeness
        ],
    }


def _e_value(found: Evaluation) -> dict[str, Any] | None:
    if found.headline is None or found.found is None or found.found.e_value is None:
        return None
    return _rounded(asdict(found.found.e_value))


def _change(change: BeforeAfter | None) -> dict[str, Any] | None:
    if change is None:
        return None
    table = change.table
    return {
        "offences": [table.offences.before, table.offences.after],
        "cost": None if table.cost is None else [table.cost.before, table.cost.after],
        "rows": [list(row) for row in (table.header, *table.rows)],
        "words": list(table.words),
    }


def _rounded(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _rounded(value) if isinstance(value, dict) else _number(value) if isinstance(value, float) else value
        for name, value in values.items()
    }


def _saving(found: Evaluation) -> dict[str, Any] | None:
    if found.headline is None or found.found is None or found.found.saving is None:
        return None
    saving = found.found.saving
    return {**_ratio_of(saving.amount, "amount"), "prices": saving.prices, "offences_not_costed": saving.not_costed}


def _method(method: Method) -> dict[str, Any]:
    return {
        "name": method.name,
        "rate_ratio": _number(method.rate_ratio),
        "low": _number(method.low),
        "high": _number(method.high),
        "evidence_level": method.level,
        "headline": method.headline,
        "attributable": method.attributable,
    }


def _ratio(interval: Interval) -> dict[str, Any]:
    return _ratio_of(interval, "rate_ratio")


def _ratio_of(interval: Interval, name: str) -> dict[str, Any]:
    return {name: _number(interval.value), "low": _number(interval.low), "high": _number(interval.high)}


def _number(value: float) -> float | None:
    return round(float(value), DIGITS) if isfinite(value) else None
