"""How an agenda is laid out: the items in their order, so that the next is one key away."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from django.urls import reverse

from trellis.service.meetings.queries.agenda import Agenda


@dataclass(frozen=True, slots=True)
class Step:
    """One item of an agenda as its list at the side shows it: `key` is its place on the page."""

    key: str
    text: str
    href: str
    minuted: bool


def steps_of(agenda: Agenda) -> list[Step]:
    """Every item in the order in which it is talked about."""
    general = [
        Step(f"general-{one.item.pk}", one.item.title, _at("general", one.item.pk), bool(one.lines))
        for one in agenda.general
    ]
    people = [
        Step(f"item-{one.item.pk}", str(one.person), _at("item", one.item.pk), bool(one.lines))
        for one in agenda.people
    ]  # fmt: skip
    return [*general, *people]


def _at(kind: str, number: int) -> str:
    return f"{reverse(f'meetings:{kind}', args=[number])}#{kind}-{number}"


def beside(steps: list[Step], key: str) -> tuple[Step | None, Step | None]:
    """The items before and after one, where there are any."""
    before = {later.key: earlier for earlier, later in pairwise(steps)}
    after = {earlier.key: later for earlier, later in pairwise(steps)}
    return before.get(key), after.get(key)
