"""Invented schemes in which anybody may be posted, granted, limited or disabled: the same facts for rules and rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.db import connections, transaction
from django.utils import timezone

from trellis.rules import need_to_know as rules
from trellis.rules.vocabulary import Compartment, GrantBasis, LimitKind, Role, Stage
from trellis.service.access.actor import acting, system_actor_id
from trellis.service.access.models import (
    AgreementParty,
    Cover,
    Grant,
    Limit,
    LimitName,
    Posting,
    SharingAgreement,
    User,
)
from trellis.service.people.models import Person, SensitiveNote
from trellis.service.record.models import Arrest
from trellis.service.schemes.models import Agency, Area, Scheme, Team

SHARES = ("*", "record.Arrest", "record.Arrest.outcome", "people.SensitiveNote", "people.Address")
SPANS = ((-30, None), (-30, 30), (-30, 0), (0, None), (0, 1), (1, None))
HOURS = ((-48, None), (-48, 48), (-48, -2), (2, 48))


@dataclass
class Invented:
    """What the database holds, as the rules see it."""

    now: datetime
    users: list[User] = field(default_factory=list)
    agencies: list[Agency] = field(default_factory=list)
    standings: list[rules.Standing] = field(default_factory=list)
    owners: dict[int, int] = field(default_factory=dict)
    posts: list[rules.Post] = field(default_factory=list)
    covers: list[rules.Cover] = field(default_factory=list)
    openings: list[rules.Opening] = field(default_factory=list)
    limits: list[rules.Limit] = field(default_factory=list)
    agreements: list[rules.Agreement] = field(default_factory=list)

    @property
    def today(self) -> date:
        """Today, where the service stands."""
        return timezone.localdate(self.now)

    def viewer(self, user: User, agency: int | None) -> rules.Viewer:
        """Who that user is when they act for that agency."""
        return rules.viewer(
            user=user.pk, agency=agency, is_live=user.is_active, is_system=user.is_system,
            posts=self.posts, covers=self.covers, today=self.today,
        )  # fmt: skip


class Inventor:
    """Makes one world from a seed, committed: what only the owner may write is written as the owner."""

    def __init__(self, seed: int, *, people: int = 24, users: int = 9) -> None:
        self.random = Random(seed)
        self.world = Invented(now=timezone.now())
        self.tag = f"w{seed}"
        with acting("setup") as actor:
            self.setup = actor.user_id
            self._places()
            self._people(people)
        with transaction.atomic("owner"):
            with connections["owner"].cursor() as cursor:
                cursor.execute("SELECT set_config('trellis.actor', %s, true)", [str(self.setup)])
            self._users(users)
            self._agreements()
            self._postings()
            self._covers()
            self._grants(9 * users)
            self._limits(people // 2)
        self._system_actors()

    def _places(self) -> None:
        self.areas = [Area.objects.create(slug=f"{self.tag}-{n}", name=f"Area {n}", boundary="district") for n in "abc"]
        for area, parent in zip(self.areas, (None, self.areas[0], None), strict=True):
            area.parent = parent
            area.path = f"{parent.path if parent else '/'}{area.pk}/"
            area.save()
        # One that has no place in the tree yet.
        self.areas.append(Area.objects.create(slug=f"{self.tag}-d", name="Nowhere", boundary="district"))
        self.schemes = [
            Scheme.objects.create(
                slug=f"{self.tag}-{n}", name=f"Scheme {n}", national_label="IOM", area=self.areas[0],
                priority_grid="hm_2014", people_per_officer=20, starts=date(2020, 1, 1),
            )
            for n in "xy"
        ]  # fmt: skip
        kinds = ("police", "probation", "housing")
        self.world.agencies = [Agency.objects.create(slug=f"{self.tag}-{k}", name=k, kind=k) for k in kinds]
        self.teams = [
            Team.objects.create(
                slug=f"{self.tag}-t{n}", name=f"Team {n}", agency=self.random.choice(self.world.agencies)
            )
            for n in range(3)
        ]

    def _people(self, count: int) -> None:
        for number in range(count):
            area = self.random.choice([*self.areas, None])
            person = Person.objects.create(
                family_name=f"Invented {number}", scheme=self.random.choice(self.schemes), area=area,
                stage=self.random.choice(list(Stage)),
            )  # fmt: skip
            owner = self.random.choice(self.world.agencies)
            self.world.owners[person.pk] = owner.pk
            self.world.standings.append(
                rules.Standing(person.pk, person.scheme_id, Stage(person.stage), area.path if area else None)
            )
            about: dict[str, Any] = {
                "person": person, "agency": owner, "recorded_by_id": self.setup, "happened_on": self.world.today,
            }  # fmt: skip
            Arrest.objects.create(ho_code="00100", **about)
            for one in Compartment:
                if one is not Compartment.CORE:
                    SensitiveNote.objects.create(compartment=one, text="A note", **about)

    def _users(self, count: int) -> None:
        self.world.users = [
            User.objects.using("owner").create(
                username=f"{self.tag}-u{number}", name=f"User {number}", password="!",
                is_active=self.random.random() > 0.1,
            )
            for number in range(count)
        ]  # fmt: skip

    def _agreements(self) -> None:
        for scheme in self.schemes:
            for _ in range(2):
                starts, ends = self._days()
                review = self.world.today + timedelta(self.random.choice((-5, 0, 5)))
                agreement = SharingAgreement.objects.using("owner").create(
                    scheme_id=scheme.pk, name="Agreement", purpose="x", powers="x", starts=starts, ends=ends,
                    review_on=review, recorded_by_id=self.setup,
                )  # fmt: skip
                for agency in self.random.sample(self.world.agencies, 2):
                    shares = self.random.sample(SHARES, self.random.randint(0, 2))
                    AgreementParty.objects.using("owner").create(
                        agreement_id=agreement.pk, agency_id=agency.pk, regime="general", shares=shares
                    )
                    self.world.agreements.append(
                        rules.Agreement(scheme.pk, agency.pk, frozenset(shares), starts, review, ends)
                    )

    def _postings(self) -> None:
        for user in self.world.users:
            for _ in range(self.random.randint(1, 5)):
                team = self.random.choice([*self.teams, None])
                agency = team.agency if team else self.random.choice(self.world.agencies)
                starts, ends = self._days()
                scheme = self.random.choice([*self.schemes, None])
                role, supervises = self.random.choice(list(Role)), bool(team) and self.random.random() > 0.6
                Posting.objects.using("owner").create(
                    user_id=user.pk, agency_id=agency.pk, team_id=team.pk if team else None,
                    scheme_id=scheme.pk if scheme else None, role=role, supervises=supervises,
                    starts=starts, ends=ends,
                )  # fmt: skip
                self.world.posts.append(
                    rules.Post(
                        user.pk, agency.pk, role, starts, ends, scheme.pk if scheme else None,
                        team.pk if team else None, supervises,
                    )
                )  # fmt: skip

    def _covers(self) -> None:
        for _ in range(3):
            one, other = self.random.sample(self.world.users, 2)
            agency = self.random.choice(self.world.agencies)
            starts, ends = self._days()
            ends = ends or starts + timedelta(60)
            Cover.objects.using("owner").create(
                user_id=one.pk, covered_by_id=other.pk, agency_id=agency.pk, scheme_id=self.schemes[0].pk,
                starts=starts, ends=ends, reason="leave", arranged_by_id=self.setup,
            )  # fmt: skip
            self.world.covers.append(rules.Cover(one.pk, other.pk, agency.pk, starts, ends))

    def _grants(self, count: int) -> None:
        for _ in range(count):
            facts = self._grant()
            basis = facts["basis"]
            Grant.objects.using("owner").create(granted_by_id=self.setup, reason="x", **facts)
            area = next((one.path for one in self.areas if one.pk == facts["area_id"]), None)
            self.world.openings.append(
                rules.Opening(
                    compartments=frozenset(facts["compartments"]), basis=basis, starts=facts["starts_at"],
                    ends=facts["ends_at"], user=facts["user_id"], team=facts["team_id"], agency=facts["agency_id"],
                    person=facts["person_id"], stages=frozenset(facts["stages"]), scheme=facts["scheme_id"], area=area,
                )
            )  # fmt: skip

    def _grant(self) -> dict[str, Any]:
        starts, ends = (
            None if hours is None else self.world.now + timedelta(hours=hours) for hours in self.random.choice(HOURS)
        )
        user = self.random.choice([*self.world.users, *self.world.users, None])
        of_one = self.random.random() > 0.4
        basis = self.random.choice([one for one in GrantBasis if one is not GrantBasis.SYSTEM])
        if basis is GrantBasis.BREAK_GLASS:
            of_one, user = True, user or self.world.users[0]
            starts, ends = self.world.now - timedelta(minutes=5), self.world.now + timedelta(minutes=50)
        elif basis.has_end and ends is None:
            ends = self.world.now + timedelta(hours=48)
        scheme = self.random.choice([*self.schemes, None]) if basis is not GrantBasis.BREAK_GLASS else self.schemes[0]
        return {
            "user_id": user.pk if user else None,
            "team_id": None if user else self.random.choice(self.teams).pk,
            "agency_id": self.random.choice([None, None, self.random.choice(self.world.agencies).pk]),
            "person_id": self.random.choice(self.world.standings).person if of_one else None,
            "stages": [] if of_one else self.random.sample(list(Stage), self.random.randint(1, 4)),
            "scheme_id": scheme.pk if scheme else None,
            "area_id": None if of_one else self.random.choice([None, *(one.pk for one in self.areas)]),
            "compartments": self.random.sample(list(Compartment), self.random.randint(1, 4)),
            "basis": basis,
            "starts_at": starts,
            "ends_at": ends,
        }

    def _limits(self, count: int) -> None:
        another = self.world.users[0].pk
        for standing in self.random.sample(self.world.standings, count):
            kind, lifted = self.random.choice(list(LimitKind)), self.random.random() > 0.8
            lift = {"lift_asked_by_id": self.setup, "lifted_by_id": another, "lifted_at": self.world.now}
            limit = Limit.objects.using("owner").create(
                person_id=standing.person, scheme_id=standing.scheme, kind=kind, reason_code="high_profile", reason="x",
                review_on=self.world.today, set_by_id=self.setup,
                **(lift if lifted else {}),
            )  # fmt: skip
            users, teams = set(), set()
            for _ in range(self.random.randint(0, 3)):
                ended = self.world.now - timedelta(hours=1) if self.random.random() > 0.7 else None
                user = self.random.choice([*self.world.users, None])
                team = None if user else self.random.choice(self.teams)
                LimitName.objects.using("owner").create(
                    limit_id=limit.pk,
                    user_id=user.pk if user else None,
                    team_id=team.pk if team else None,
                    named_by_id=self.setup,
                    ends_at=ended,
                )
                if ended is None:
                    (users if user else teams).add(user.pk if user else team.pk)  # type: ignore[union-attr]
            if not lifted:
                self.world.limits.append(rules.Limit(standing.person, kind, frozenset(users), frozenset(teams)))

    def _system_actors(self) -> None:
        with acting("setup"):
            feeds = User.objects.get(pk=system_actor_id("feeds"))
            for grant in Grant.objects.filter(user=feeds):
                self.world.openings.append(
                    rules.Opening(
                        compartments=frozenset(map(Compartment, grant.compartments)), basis=GrantBasis.SYSTEM,
                        starts=grant.starts_at, ends=None, user=feeds.pk, stages=frozenset(map(Stage, grant.stages)),
                    )
                )  # fmt: skip
        self.world.users.append(feeds)

    def _days(self) -> tuple[date, date | None]:
        starts, ends = self.random.choice(SPANS)
        return self.world.today + timedelta(starts), None if ends is None else self.world.today + timedelta(ends)
