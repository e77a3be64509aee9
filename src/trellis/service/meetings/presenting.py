"""How an agenda is laid out: the items in their order, so that the next is one key away."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from django.urls import reverse

from trellis.service.meetings.queries.agenda import Agenda

# Where the browser puts the cursor by itself, without scripts.
FIRST_BOX = "id_decision"


@dataclass(frozen=True, slots=True)
class Step:
    """One item of an agenda as its list at the side shows it: `key` is its place on the page."""

    key: str
    text: str
    href: str
    minuted: bool


def steps_of(agenda: Agenda, *, to_form: bool) -> list[Step]:
    """Every item in the order in which it is talked about; `to_form`: each leads into the first box of its form."""

    def step(kind: str, number: int, text: str, minuted: bool) -> Step:
        key = f"{kind}-{number}"
        return Step(key, text, f"{reverse(f'meetings:{kind}', args=[number])}#{FIRST_BOX if to_form else key}", minuted)

    return [
        *(step("general", one.item.pk, one.item.title, bool(one.lines)) for one in agenda.general),
        *(step("item", one.item.pk, str(one.person), bool(one.lines)) for one in agenda.people),
    ]


def beside(steps: list[Step], key: str) -> tuple[Step | None, Step | None]:
    """The items before and after one, where there are any."""
    before = {later.key: earlier for earlier, later in pairwise(steps)}
    after = {earlier.key: later for earlier, later in pairwise(steps)}
    return before.get(key), after.get(key)
