"""How a person is shown at the head of a page about them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from trellis.rules.vocabulary import AlertKind, IdentifierKind
from trellis.service.people.birth import age_words, born_words
from trellis.service.people.models import Alert, Identifier, Person

# Whoever meets the person must know these before anything else.
DANGERS = {AlertKind.RISK_TO_STAFF, AlertKind.WEAPONS, AlertKind.DANGEROUS_ANIMAL}
KINDS = [kind.value for kind in IdentifierKind]


def header(person: Person, alerts: Iterable[Alert] = ()) -> dict[str, Any]:
    """What the header macro draws: one query, for the identifiers."""
    # Two sources may hold the same number: it is shown once.
    held = {(row.kind, row.value) for row in Identifier.objects.current().filter(person=person)}
    identifiers = sorted(held, key=lambda number: (KINDS.index(number[0]), number[1]))
    return {
        "name": str(person),
        "born": born_words(person),
        "age": age_words(person) or None,
        "identifiers": [{"label": kind, "value": value} for kind, value in identifiers],
        "status": person.get_stage_display(),
        "alerts": [_alert(alert) for alert in alerts],
    }


def _alert(alert: Alert) -> dict[str, str]:
    severity = "danger" if alert.kind in DANGERS else "warning"
    return {"text": f"{alert.get_kind_display()}: {alert.reason}", "severity": severity}
