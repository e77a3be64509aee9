"""How a person is shown at the head of a page about them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from trellis.service.people.birth import age_words, born_words
from trellis.service.people.models import Alert, Identifier, Person


def header(person: Person, alerts: Iterable[Alert] = ()) -> dict[str, Any]:
    """What the header macro draws: one query, for the identifiers."""
    # Two sources may hold the same number: it is shown once.
    identifiers = dict.fromkeys((row.kind, row.value) for row in Identifier.objects.current().filter(person=person))
    return {
        "name": str(person),
        "born": born_words(person),
        "age": age_words(person) or None,
        "identifiers": [{"label": kind, "value": value} for kind, value in identifiers],
        "status": person.get_stage_display(),
        "alerts": [{"text": f"{alert.get_kind_display()}: {alert.reason}"} for alert in alerts],
    }
