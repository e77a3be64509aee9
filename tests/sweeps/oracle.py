"""Who may see whom, worked out from plain facts and apart from the product: the sweeps believe this and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from trellis.rules.access import PERMISSIONS
from trellis.rules.vocabulary import Permission, Role, Sight


@dataclass(frozen=True)
class Whom:
    """A person as the oracle knows them. `path` is the area's, "" for none."""

    scheme: int
    stage: str
    path: str


@dataclass(frozen=True)
class Opening:
    """One grant: to a user or a team, of a person or of stages in a scheme's area."""

    user: int | None
    team: int | None
    person: int | None
    scheme: int | None
    stages: tuple[str, ...]
    path: str
    compartments: tuple[str, ...]
    starts: datetime
    ends: datetime | None


@dataclass(frozen=True)
class Post:
    """One posting."""

    user: int
    agency: int
    team: int | None
    scheme: int | None
    role: Role
    starts: date
    ends: date | None


@dataclass(frozen=True)
class Limited:
    """A limit on a person's record, with those it names."""

    person: int
    kind: str
    names: frozenset[int]


@dataclass
class Oracle:
    """All the facts, and what follows from them at a moment."""

    now: datetime
    people: dict[int, Whom] = field(default_factory=dict)
    openings: list[Opening] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    limits: list[Limited] = field(default_factory=list)

    def posts_of(self, user: int) -> list[Post]:
        """The postings of today at the agency that acts: that of the first."""
        today = self.now.date()
        live = [
            post
            for post in self.posts
            if post.user == user and post.starts <= today and (post.ends is None or post.ends > today)
        ]
        return [post for post in live if post.agency == live[0].agency]

    def may(self, user: int, *permissions: Permission) -> bool:
        """Whether one of the user's roles allows one of the acts."""
        return any(permission in PERMISSIONS[post.role] for post in self.posts_of(user) for permission in permissions)

    def opens(self, user: int, person: int, compartment: str = "core") -> bool:
        """Whether a live grant opens that compartment of the person to the user."""
        whom = self.people[person]
        teams = {post.team for post in self.posts_of(user)} - {None}
        return any(
            compartment in one.compartments
            and (one.user == user or one.team in teams)
            and one.starts <= self.now
            and (one.ends is None or one.ends > self.now)
            and (one.person == person or _covers(one, whom))
            for one in self.openings
        )

    def sight(self, user: int, person: int | None, compartment: str = "core") -> Sight:
        """What the user is shown of a person. Nobody knows of a person who is not there."""
        if person is None or person not in self.people or not self.opens(user, person):
            return Sight.HIDDEN
        if limited := self._limited(user, person):
            told = limited != "stealth" and self.may(user, Permission.SEE_PRESENCE)
            return Sight.PRESENCE if told else Sight.HIDDEN
        return Sight.SHOWN if self.opens(user, person, compartment) else Sight.HIDDEN

    def sees_cell(self, user: int, scheme: int, stage: str, path: str) -> bool:
        """Whether a grant of stages covers that place in a scheme."""
        return any(
            "core" in one.compartments
            and one.user == user
            and one.person is None
            and one.starts <= self.now
            and (one.ends is None or one.ends > self.now)
            and _covers(one, Whom(scheme, stage, path))
            for one in self.openings
        )

    def _limited(self, user: int, person: int) -> str:
        """The kind of limit that bars the user from the person, the most secret first; empty for none."""
        mine = [one for one in self.limits if one.person == person]
        for kind in ("stealth", "restriction"):
            barring = [one for one in mine if one.kind == kind]
            if barring and not any(user in one.names for one in mine if one.kind in {"stealth", "restriction"}):
                return kind
        return "exclusion" if any(one.kind == "exclusion" and user in one.names for one in mine) else ""


def _covers(one: Opening, whom: Whom) -> bool:
    if one.person is not None or whom.stage not in one.stages:
        return False
    return one.scheme in {None, whom.scheme} and (not one.path or (bool(whom.path) and whom.path.startswith(one.path)))


Sees = Callable[[Oracle, int, Any], bool]
"""(facts, the user's id, a row) to whether the user may read it."""
