"""Who may see whom, worked out from plain facts and apart from the product: the sweeps believe this alone."""

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
    basis: str = ""
    agency: int | None = None


@dataclass(frozen=True)
class Place:
    """An agency's place in a scheme's sharing agreement: the kinds of record that it may read."""

    agency: int
    scheme: int
    shares: frozenset[str]


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
    users: frozenset[int]
    teams: frozenset[int]


@dataclass
class Oracle:
    """All the facts, and what follows from them at a moment."""

    now: datetime
    people: dict[int, Whom] = field(default_factory=dict)
    openings: list[Opening] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    limits: list[Limited] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    # Who has been asked for a view of which referral, and may still give it.
    asked: set[tuple[int, int]] = field(default_factory=set)

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
        whom, teams = self.people[person], self._teams(user)
        return any(
            compartment in one.compartments
            and (one.user == user or one.team in teams)
            and self._is_live(one)
            and one.agency in {None, self.acts_for(user)}
            and (one.person == person or _covers(one, whom))
            for one in self.openings
        )

    def sight(self, user: int, person: int | None, compartment: str = "core") -> Sight:
        """What the user is shown of a person. Nobody knows of a person who is not there."""
        if person is None or person not in self.people:
            return Sight.HIDDEN
        barring = self.barring(user, person)
        if self.opens(user, person, compartment) and not barring:
            return Sight.SHOWN
        scheme = self.people[person].scheme
        roles = [post.role for post in self.posts_of(user) if post.scheme == scheme]
        told = any(Permission.SEE_PRESENCE in PERMISSIONS[role] for role in roles)
        return Sight.PRESENCE if told and "stealth" not in barring else Sight.HIDDEN

    def barring(self, user: int, person: int) -> set[str]:
        """The kinds of limit that keep the user from the person's record."""
        teams, found = self._teams(user), set()
        for limit in self.limits:
            named = user in limit.users or bool(teams & limit.teams)
            if limit.person == person and (named if limit.kind == "exclusion" else not named):
                found.add(limit.kind)
        return found

    def reads(self, user: int, model: str, name: str = "") -> bool:
        """Whether the agency acted for may read a kind of record, or one field of it, that another recorded."""
        posts = self.posts_of(user)
        agency, schemes = {post.agency for post in posts}, {post.scheme for post in posts}
        for place in self.places:
            if place.agency in agency and place.scheme in schemes:
                if {"*", model, f"{model}.{name}"} & place.shares:
                    return True
                if not name and any(shared.startswith(f"{model}.") for shared in place.shares):
                    return True
        return False

    def acts_for(self, user: int) -> int | None:
        """The agency that a user acts for."""
        return next((post.agency for post in self.posts_of(user)), None)

    def _teams(self, user: int) -> set[int]:
        return {post.team for post in self.posts_of(user) if post.team is not None}

    def _is_live(self, one: Opening) -> bool:
        return one.starts <= self.now and (one.ends is None or one.ends > self.now)

    def sees_cell(self, user: int, scheme: int, stage: str, path: str) -> bool:
        """Whether a grant of stages covers that place in a scheme."""
        return any(
            "core" in one.compartments
            and one.user == user
            and one.person is None
            and self._is_live(one)
            and _covers(one, Whom(scheme, stage, path))
            for one in self.openings
        )


def _covers(one: Opening, whom: Whom) -> bool:
    if one.person is not None or whom.stage not in one.stages:
        return False
    return one.scheme in {None, whom.scheme} and (not one.path or (bool(whom.path) and whom.path.startswith(one.path)))


Sees = Callable[[Oracle, int, Any], bool]
"""(facts, the user's id, a row) to whether the user may read it."""
