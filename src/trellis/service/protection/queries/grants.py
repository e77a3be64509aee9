"""Who may see one record: every live grant that opens it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone

from trellis.rules.vocabulary import Compartment, GrantBasis
from trellis.service.access.models import AgreementParty, Cover, Grant, Posting
from trellis.service.people.models import Person
from trellis.service.protection.queries.people import users_of
from trellis.service.ui.filters import date as long_date
from trellis.service.ui.filters import date_and_time

WHAT_IS_ALLOCATED = "What is allocated to the officer"
PART_OF_SYSTEM = GrantBasis.SYSTEM.label
OPENING = "SELECT * FROM actor_told_of_grants(%s)"


def grants_opening(person_id: int) -> list[Grant]:
    """Every live grant that opens the record, whatever limits take away: none for who may not be told."""
    return list(
        Grant.objects.raw(OPENING, [person_id]).prefetch_related("user", "team", "agency", "granted_by", "area")
    )


def openers_of(person_id: int) -> frozenset[int]:
    """The ids of the users to whom a grant opens the record, by themselves or in a team."""
    grants = grants_opening(person_id)
    users = [grant.user_id for grant in grants if grant.user_id]
    return users_of(users, [grant.team_id for grant in grants if grant.team_id])


@dataclass(frozen=True, slots=True)
class Sees:
    """One way by which somebody sees a record: who, on what basis, what it opens, from and until when, and by whom."""

    who: str
    basis: str
    opens: str
    starts: date | datetime
    until: str
    by: str


def who_sees(person_id: int) -> list[Sees]:
    """Everybody whose grants open the record, and who supervises and covers for the officers it is allocated to."""
    grants = grants_opening(person_id)
    rows = [_in_words(grant) for grant in grants]
    officers = {grant.user_id for grant in grants if grant.user_id and grant.basis == GrantBasis.ALLOCATED}
    # The system's own parts come last: nobody looks for them.
    return sorted([*rows, *_supervisors(officers), *_covering(officers)], key=lambda one: one.basis == PART_OF_SYSTEM)


def _in_words(grant: Grant) -> Sees:
    who = str(grant.user) if grant.user else f"Everybody in {grant.team}"
    where = f" of {grant.area}" if grant.area else ""
    basis = GrantBasis(grant.basis).label + (where if grant.person_id is None else "")
    opens = ", ".join(Compartment(one).label for one in grant.compartments)
    agency = f", {grant.agency}" if grant.agency else ""
    return Sees(who + agency, basis, opens, grant.starts_at, date_and_time(grant.ends_at), str(grant.granted_by))


def _supervisors(officers: set[int]) -> list[Sees]:
    teams = Posting.objects.live().filter(user__in=officers, team__isnull=False).values("team")
    found = Posting.objects.live().filter(supervises=True, team__in=teams, user__is_active=True)
    found = found.exclude(user__in=officers).select_related("user", "team", "agency").order_by("user__name", "pk")
    return [
        Sees(
            f"{one.user}, {one.agency}",
            f"Supervises {one.team}",
            WHAT_IS_ALLOCATED,
            one.starts,
            long_date(one.ends),
            "",
        )
        for one in found
    ]


def _covering(officers: set[int]) -> list[Sees]:
    today = timezone.localdate()
    found = Cover.objects.filter(user__in=officers, starts__lte=today, ends__gt=today)
    found = found.select_related("user", "covered_by", "agency", "arranged_by").order_by("ends", "pk")
    return [
        Sees(
            f"{one.covered_by}, {one.agency}",
            f"Covers for {one.user}",
            WHAT_IS_ALLOCATED,
            one.starts,
            long_date(one.ends),
            str(one.arranged_by),
        )
        for one in found
    ]


def agreements_of(person: Person) -> list[AgreementParty]:
    """What each agency may read of others' records by the agreements in force in the person's scheme."""
    today = timezone.localdate()
    parties = AgreementParty.objects.filter(agreement__scheme=person.scheme_id, agreement__starts__lte=today)
    parties = parties.filter(Q(agreement__ends=None) | Q(agreement__ends__gt=today))
    return list(parties.select_related("agency", "agreement").order_by("agency__name", "pk"))
