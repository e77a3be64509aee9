"""The data of the journeys: the demonstration itself, smaller."""

from __future__ import annotations

from trellis.service.demo.loading import load_demonstration

PEOPLE = 300
MANAGED = 30


def load_scene() -> None:
    """Make the demonstration in the database of the connections."""
    load_demonstration(say=lambda _: None, people=PEOPLE, managed=MANAGED)
