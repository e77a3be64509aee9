"""Whose cases a page is of: the reader's own, their team's, their area's, or everybody's whom they may see."""

from __future__ import annotations

from dataclasses import dataclass

from trellis.rules.vocabulary import Permission, Role
from trellis.service.access.models import Posting
from trellis.service.access.queries import Signed
from trellis.service.schemes.models import Area

MINE, TEAM, AREA, ALL = "mine", "team", "area", "all"
LEADING = frozenset({Role.POLICE_OFFENDER_MANAGER, Role.PROBATION_OFFENDER_MANAGER})
TITLES = {MINE: "My cases", TEAM: "My team", AREA: "My area", ALL: "Everybody"}


@dataclass(frozen=True, slots=True)
class Scope:
    """Officers and areas whose cases are meant: no officers for any, no areas for all."""

    name: str
    within: tuple[int, ...] | None = None
    areas: tuple[int, ...] = ()

    @property
    def title(self) -> str:
        """What its tab is called."""
        return TITLES[self.name]


def tabs_of(signed: Signed) -> list[str]:
    """The scopes that the reader has, by their roles and postings."""
    found = [MINE] if signed.roles & LEADING else []
    found += [TEAM] if any(posting.team_id for posting in signed.postings) else []
    found += [AREA] if _area_ids(signed) else []
    return [*found, ALL]


def scope_of(signed: Signed, asked: str) -> Scope:
    """The scope asked for, or the reader's usual one: a supervisor's team, their own cases, or everybody's."""
    tabs = tabs_of(signed)
    name = asked if asked in tabs else _usual(signed, tabs)
    if name == MINE:
        return Scope(MINE, within=(signed.user.pk,))
    if name == TEAM:
        return Scope(TEAM, within=team_of(signed))
    return Scope(AREA, areas=_within(_area_ids(signed))) if name == AREA else Scope(ALL)


def supervises(signed: Signed) -> bool:
    """Whether the reader answers for others' caseloads: they supervise a team, or allocate the scheme's cases."""
    return signed.may(Permission.ALLOCATE) or _has_a_team(signed)


def team_of(signed: Signed) -> tuple[int, ...]:
    """Everybody posted to the reader's teams today: one query."""
    teams = {posting.team_id for posting in signed.postings if posting.team_id is not None}
    posted = Posting.objects.live().filter(team__in=teams).order_by("user_id")
    return tuple(dict.fromkeys(posted.values_list("user_id", flat=True)))


def _usual(signed: Signed, tabs: list[str]) -> str:
    if _has_a_team(signed):
        return TEAM
    return MINE if MINE in tabs else ALL


def _has_a_team(signed: Signed) -> bool:
    return any(posting.supervises for posting in signed.postings)


def _area_ids(signed: Signed) -> set[int]:
    """Areas of the reader's postings and teams, but the scheme's own: that is everybody's."""
    whole = signed.scheme.area_id if signed.scheme else None
    ids = {posting.area_id or (posting.team.area_id if posting.team else None) for posting in signed.postings}
    return {number for number in ids if number is not None and number != whole}


def _within(numbers: set[int]) -> tuple[int, ...]:
    """These areas, what lies within them, and what they span of another kind."""
    asked = list(Area.objects.filter(pk__in=numbers))
    spanned = {number for area in asked for number in area.covers}
    paths = [area.path for area in (*asked, *Area.objects.filter(pk__in=spanned))]
    found = [area.pk for area in Area.objects.all() if any(area.path.startswith(path) for path in paths)]
    return tuple(found)
