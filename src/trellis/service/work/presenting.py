"""How tasks are laid out: tabs, counts and rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Self
from urllib.parse import urlencode

from django.urls import reverse

from trellis.rules.dates import how_long, long_date
from trellis.rules.tasks import Standing, TaskKind, TaskState, standing
from trellis.service.work.models import Task
from trellis.service.work.queries.tasks import GIVEN, MINE, ROLE, TEAM, Counts, TabCounts

TABS = {MINE: "Mine", ROLE: "For my role", TEAM: "My team", GIVEN: "Given by me"}
WHEN = {"overdue": "Overdue", "today": "Due today", "soon": "In the next week", "later": "Later", "snoozed": "Snoozed"}
COLOURS = {Standing.OVERDUE: "red", Standing.TODAY: "yellow", Standing.SOON: "blue", Standing.LATER: "grey"}

ENDED = {TaskState.SNOOZED: "purple", TaskState.DONE: "green", TaskState.WITHDRAWN: "grey"}


@dataclass(frozen=True, slots=True)
class Tile:
    """A count of tasks that links to them."""

    text: str
    count: int
    href: str
    when: str
    urgent: bool = False
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """One task as a row shows it: `due` is the day in words, `tag` how it stands with its colour."""

    task: Task
    due: str
    tag: tuple[str, str]
    kind: str

    @classmethod
    def of(cls, task: Task, today: date) -> Self:
        """A task as it stands today."""
        state = task.state_on(today)
        until = f". Snoozed until {long_date(task.snoozed_until)}" if task.snoozed_until else ""
        if state is not TaskState.OPEN:
            tag = (state.label, ENDED[state])
        else:
            how = standing(task.due_on, today)
            tag = (WHEN[how] if how in (Standing.OVERDUE, Standing.TODAY) else "To do", COLOURS[how])
        due = f"{long_date(task.due_on)}, {how_long(task.due_on, today)}"
        return cls(task, due + (until if state is TaskState.SNOOZED else ""), tag, TaskKind(task.kind).label)


def usual_tab(counts: TabCounts) -> str:
    """The tab shown unasked: the reader's own, unless nothing is there and something is at their role."""
    return ROLE if not counts[MINE] and counts.get(ROLE) else MINE


def tabs_of(counts: TabCounts, tab: str) -> list[dict[str, Any]]:
    """The tabs with how many open tasks each has."""
    return [
        {"text": f"{TABS[name]} ({count})", "href": f"{reverse('work:tasks')}?whose={name}", "active": name == tab}
        for name, count in counts.items()
    ]


def tiles_of(counts: Counts, tab: str, when: str) -> list[Tile]:
    """How a tab's tasks stand, each count a link to them; the one that is shown links back to all."""
    tiles = []
    for name, text in WHEN.items():
        query = {"whose": tab} | ({} if name == when else {"when": name})
        href = f"{reverse('work:tasks')}?{urlencode(query)}"
        detail = "Shown below" if name == when else ""
        tiles.append(Tile(text, getattr(counts, name), href, name, name == "overdue", detail))
    return tiles
