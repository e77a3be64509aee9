"""Need to know: what somebody is shown of a record, decided from postings, grants, limits and agreements.

The database decides the same in row security (service/access/sql); a test holds the two against each other over
thousands of invented schemes. This is the text to read and to change first.

1. A grant opens a person, or everybody at some stages in a scheme's area, in the compartments that it names.
2. It opens them to a user or to a team, and an allocation also to whoever supervises the team or covers for the user.
3. An exclusion, a restriction or stealth takes away what grants give, whoever gave it. Emergency access passes a
   restriction and nothing else.
4. Whoever works in the scheme in a role that may know of a record is told that one is held, unless by stealth; anybody
   else is told nothing, so a record that is hidden and one that does not exist are the same to them.
5. Of what is shown, an agency reads the kinds of record that its sharing agreement names, and its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from trellis.rules.access import can
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Compartment, GrantBasis, LimitKind, Permission, Role, Sight, Stage

EMERGENCY_MINUTES = 60
"""How long emergency access lasts."""

MOST_UNREVIEWED = 2
"""After so many uses on one record that wait for review, nobody opens it so again."""

BREAKABLE = frozenset({Compartment.CORE, Compartment.HEALTH, Compartment.INTELLIGENCE, Compartment.PSYCHOLOGY})
"""What emergency access opens. Victim safety is never broken open, whatever the reason, and staff need no hurry."""

MONTHS_TO_REVIEW = 6
"""A limit is looked at again within so many months."""

WHOLE_RECORD = "*"
"""Stands in an agreement for every kind of record."""


@dataclass(frozen=True, slots=True)
class Post:
    """A user's role in an agency, from a day until, but not on, another."""

    user: int
    agency: int
    role: Role
    starts: date
    ends: date | None = None
    scheme: int | None = None
    team: int | None = None
    supervises: bool = False

    def is_live(self, today: date) -> bool:
        """Whether it is in force."""
        return self.starts <= today and (self.ends is None or self.ends > today)


@dataclass(frozen=True, slots=True)
class Cover:
    """One officer stands in for another at an agency, from a day until, but not on, another."""

    user: int
    covered_by: int
    agency: int
    starts: date
    ends: date

    def is_live(self, today: date) -> bool:
        """Whether it is in force."""
        return self.starts <= today < self.ends


@dataclass(frozen=True, slots=True)
class Opening:
    """A grant: to a user or a team, of one person or of stages in a scheme's area. None stands for any scheme or area.

    `agency` is the one that the user must act for, or None. Without an end it lasts.
    """

    compartments: frozenset[Compartment]
    basis: GrantBasis
    starts: datetime
    ends: datetime | None = None
    user: int | None = None
    team: int | None = None
    agency: int | None = None
    person: int | None = None
    stages: frozenset[Stage] = frozenset()
    scheme: int | None = None
    area: str | None = None
    """The path of the area in the tree, such as "/1/4/"."""

    def is_live(self, now: datetime) -> bool:
        """Whether it is in force."""
        return self.starts <= now and (self.ends is None or self.ends > now)


@dataclass(frozen=True, slots=True)
class Limit:
    """A restriction on one person's record, with the users and teams that it names. It lasts until it is lifted."""

    person: int
    kind: LimitKind
    users: frozenset[int] = frozenset()
    teams: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person stands: their scheme, stage and the path of their area, or None where it is not known."""

    person: int
    scheme: int
    stage: Stage
    area: str | None


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who looks, acting for one agency. A part of the system passes limits."""

    user: int
    agency: int | None
    is_live: bool = True
    is_system: bool = False
    teams: frozenset[int] = frozenset()
    stands_in_for: frozenset[int] = frozenset()
    roles: frozenset[tuple[Role, int | None]] = field(default=frozenset())
    """Each role held today at the agency, with its scheme."""

    def may(self, permission: Permission, scheme: int) -> bool:
        """Whether a role held in the scheme allows the act."""
        return any(can([role], permission) for role, where in self.roles if where == scheme)


@dataclass(frozen=True, slots=True)
class Agreement:
    """A party's place in a sharing agreement: what its scheme shares with the agency, and until when nothing new."""

    scheme: int
    agency: int
    shares: frozenset[str]
    starts: date
    review_on: date
    ends: date | None = None

    def is_in_force(self, today: date) -> bool:
        """Whether what it shares may be read: a missed review takes nothing away from who relies on it."""
        return self.starts <= today and (self.ends is None or self.ends > today)

    def opens_new(self, today: date) -> bool:
        """Whether anything new may be shared under it: past its review nothing may."""
        return self.is_in_force(today) and self.review_on >= today


def viewer(
    *, user: int, agency: int | None, is_live: bool, is_system: bool, posts: Iterable[Post], covers: Iterable[Cover],
    today: date,
) -> Viewer:  # fmt: skip
    """Who somebody is today when they act for an agency: their teams and roles there, and for whom they stand in."""
    live = [post for post in posts if post.is_live(today)]
    # A disabled account does nothing, from the next request on.
    own = [post for post in live if is_live and post.user == user and post.agency == agency]
    supervised = {post.team for post in own if post.supervises and post.team is not None}
    officers = {post.user for post in live if post.team in supervised}
    covered = {
        cover.user for cover in covers if cover.covered_by == user and cover.agency == agency and cover.is_live(today)
    }
    return Viewer(
        user=user,
        agency=agency,
        is_live=is_live,
        is_system=is_system,
        teams=frozenset(post.team for post in own if post.team is not None),
        stands_in_for=frozenset((officers | covered) - {user}),
        roles=frozenset((post.role, post.scheme) for post in own),
    )


def sight(
    *, of: Standing, by: Viewer, compartment: Compartment, openings: Iterable[Opening], limits: Iterable[Limit],
    now: datetime,
) -> Sight:  # fmt: skip
    """What a viewer is shown of a person's compartment at a moment. No compartment opens without the core record."""
    openings = list(openings)
    limits = list(limits)
    opened = all(_opened(of, by, one, openings, now) for one in (Compartment.CORE, compartment))
    if opened and not is_barred(of=of, by=by, compartment=compartment, openings=openings, limits=limits, now=now):
        return Sight.SHOWN
    return Sight.PRESENCE if knows_of(of, by, limits) else Sight.HIDDEN


def knows_of(of: Standing, by: Viewer, limits: Iterable[Limit]) -> bool:
    """Whether a viewer may be told that a record is held, though they may not open it: never by stealth."""
    stealthy = any(
        limit.person == of.person and limit.kind is LimitKind.STEALTH and not _names(limit, by) for limit in limits
    )
    return by.is_live and by.may(Permission.SEE_PRESENCE, of.scheme) and not stealthy


def is_barred(
    *,
    of: Standing,
    by: Viewer,
    compartment: Compartment,
    openings: Iterable[Opening],
    limits: Iterable[Limit],
    now: datetime,
) -> bool:
    """Whether a limit takes away what grants give of a compartment.

    Emergency access passes a restriction for what it opens, and not for what other grants would give beyond that.
    """
    if by.is_system:
        return False
    emergency = any(
        one.basis is GrantBasis.BREAK_GLASS
        and one.user == by.user
        and one.agency in {None, by.agency}
        and one.person == of.person
        and one.is_live(now)
        and compartment in BREAKABLE
        for one in openings
    )
    return any(_bars(limit, by, emergency) for limit in limits if limit.person == of.person)


def may_break_glass(of: Standing, by: Viewer, limits: Iterable[Limit]) -> bool:
    """Whether a viewer may open a person's record in an emergency: never past an exclusion, and never by stealth."""
    absolute = [limit for limit in limits if limit.person == of.person and limit.kind is not LimitKind.RESTRICTION]
    return (
        by.is_live
        and by.may(Permission.BREAK_GLASS, of.scheme)
        and not any(_bars(limit, by, emergency=False) for limit in absolute)
    )


def check_emergency(reason: str) -> None:
    """Refuse emergency access without words that a reviewer can weigh."""
    if len(reason.split()) < 3:
        raise Refused("Say what the emergency is and why it cannot wait, in a sentence that a reviewer can weigh.")


def shares(by: Viewer, model: str, agreements: Iterable[Agreement], today: date) -> bool:
    """Whether the viewer's agency reads a kind of record, such as "record.Arrest", that others own."""
    return by.is_system or any(
        listed in {WHOLE_RECORD, model} or listed.startswith(f"{model}.")
        for agreement in _in_force(by, agreements, today)
        for listed in agreement.shares
    )


def shares_field(by: Viewer, model: str, name: str, agreements: Iterable[Agreement], today: date) -> bool:
    """Whether the viewer's agency reads one field of a kind of record."""
    return by.is_system or any(
        {WHOLE_RECORD, model, f"{model}.{name}"} & agreement.shares for agreement in _in_force(by, agreements, today)
    )


def may_share_with(by: Viewer, theirs: Iterable[int], agreements: Iterable[Agreement], today: date) -> bool:
    """Whether anything new may be opened to somebody of these agencies: one's own, or under a reviewed agreement."""
    schemes = {scheme for _, scheme in by.roles}
    open_to = {one.agency for one in agreements if one.scheme in schemes and one.opens_new(today)}
    return any(agency == by.agency or agency in open_to for agency in theirs)


def check_sharing(agency: str, review_on: date | None, today: date) -> None:
    """Refuse to share anything new with an agency that has no agreement in force, or one past its review."""
    if review_on is None:
        raise Refused(f"{agency} is no party to a sharing agreement in force, so nothing may be shared with it.")
    if review_on < today:
        raise Refused(
            f"The sharing agreement with {agency} was due for review on {review_on:%-d %B %Y}. What was shared stays"
            " shared; nothing new is until the agreement has been reviewed."
        )


def review_by(today: date) -> date:
    """The last day on which a limit set today may be due for review: six months of 31 days at most."""
    return today + timedelta(days=31 * MONTHS_TO_REVIEW)


def _in_force(by: Viewer, agreements: Iterable[Agreement], today: date) -> list[Agreement]:
    schemes = {scheme for _, scheme in by.roles}
    return [one for one in agreements if one.agency == by.agency and one.scheme in schemes and one.is_in_force(today)]


def _opened(of: Standing, by: Viewer, compartment: Compartment, openings: Iterable[Opening], now: datetime) -> bool:
    # Nobody sees anybody but in a post of the agency that acts: a grant outlives no role.
    return (
        by.is_live
        and (by.is_system or bool(by.roles))
        and any(
            compartment in one.compartments and one.is_live(now) and _is_to(one, by) and _is_of(one, of)
            for one in openings
        )
    )


def _is_to(one: Opening, by: Viewer) -> bool:
    if one.agency is not None and one.agency != by.agency:
        return False
    stood_in_for = one.basis is GrantBasis.ALLOCATED and one.user in by.stands_in_for
    return one.user == by.user or one.team in by.teams or stood_in_for


def _is_of(one: Opening, of: Standing) -> bool:
    if one.person is not None:
        return one.person == of.person
    # An area that has no place in the tree yet opens nothing rather than everything.
    here = one.area is None or (one.area != "/" and of.area is not None and of.area.startswith(one.area))
    return of.stage in one.stages and one.scheme in {None, of.scheme} and here


def _names(limit: Limit, by: Viewer) -> bool:
    return by.user in limit.users or bool(by.teams & limit.teams)


def _bars(limit: Limit, by: Viewer, emergency: bool) -> bool:
    if limit.kind is LimitKind.EXCLUSION:
        return _names(limit, by)
    passed = emergency and limit.kind is LimitKind.RESTRICTION
    return not _names(limit, by) and not passed
