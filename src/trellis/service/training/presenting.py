"""How training is shown: one row a course, and the team's list with its counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from trellis.rules.training import stands
from trellis.rules.vocabulary import CourseStanding
from trellis.service.schemes.definitions.courses import CourseSetDefinition
from trellis.service.training.models import Completion
from trellis.service.training.queries.records import Line

COLOURS = {
    CourseStanding.HELD: "green",
    CourseStanding.EXPIRING: "yellow",
    CourseStanding.UNCONFIRMED: "blue",
    CourseStanding.NOT_YET_COMPETENT: "orange",
    CourseStanding.EXPIRED: "red",
    CourseStanding.MISSING: "red",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One course as a row: its name, whether the role asks for it, its standing as a tag, and the completion."""

    name: str
    required: bool
    standing: CourseStanding
    sentence: str
    row: Completion | None = None

    @property
    def tag(self) -> tuple[str, str]:
        """The standing's words and colour."""
        return self.standing.label, COLOURS[self.standing]

    @property
    def may_confirm(self) -> bool:
        """Whether somebody's word is still missing."""
        return self.standing in {CourseStanding.UNCONFIRMED, CourseStanding.NOT_YET_COMPETENT}


@dataclass(frozen=True, slots=True)
class Filter:
    """The team's lines that are asked for, what is asked, and the counts that ask it."""

    lines: Sequence[Line]
    showing: str
    tiles: list[dict[str, Any]]


def shown_courses(
    line: Line | None, rows: Sequence[Completion], courses: CourseSetDefinition, today: date
) -> list[Shown]:
    """Every course that the role asks for, then whatever else was taken."""
    soon = timedelta(courses.remind_days)
    asked = {one.course.key for one in line.required} if line else set()
    shown = []
    for definition in courses.courses:
        course = definition.course()
        stood = stands(course, [row.taken() for row in rows], today, soon)
        if course.key in asked or stood.taken:
            row = next((row for row in rows if stood.taken and row.taken() == stood.taken), None)
            shown.append(Shown(course.name, course.key in asked, stood.standing, stood.sentence, row))
    return sorted(shown, key=lambda one: not one.required)


def filters(lines: Sequence[Line], waiting: Iterable[int], asked: str, address: str) -> Filter:
    """The counts of a team's list as links, and the lines that one of them asks for; all where it asks for none."""
    known = set(waiting)
    kinds = {
        "lacking": ("Lack a course", [line for line in lines if line.lacking]),
        "expiring": ("Have a course that ends soon", [line for line in lines if line.expiring]),
        "waiting": ("Wait for your word", [line for line in lines if line.user.pk in known]),
        "insufficient": (
            "Say it is not enough",
            [line for line in lines if line.need is not None and not line.need.sufficient],
        ),
    }
    tiles = [
        {"count": len(found), "text": text, "href": f"{address}?show={key}", "urgent": key == "lacking" and bool(found)}
        for key, (text, found) in kinds.items()
    ]
    text, found = kinds.get(asked, ("", list(lines)))
    return Filter(found, text, tiles)
