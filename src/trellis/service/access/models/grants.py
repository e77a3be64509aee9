"""Who may see whom, until when and on what basis; and who stands in for whom."""
# ruff: noqa: S608  # conditions of row security, made of our own words alone

from __future__ import annotations

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from trellis.rules.need_to_know import EMERGENCY_MINUTES
from trellis.rules.vocabulary import Compartment, GrantBasis, Permission, Stage
from trellis.service.access.models.users import User
from trellis.service.common.register import Category, Register, Retention, Rows, by_actor, in_scheme, once
from trellis.service.schemes.models import Agency, Area, Scheme, Team

PASSING = [basis.value for basis in GrantBasis if basis.has_end]
EMERGENCY = timedelta(minutes=EMERGENCY_MINUTES)


class Grant(models.Model):
    """Permission to see: one person, or everybody at some stages in a scheme's area; until when and on what basis."""

    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="grants")
    team = models.ForeignKey(Team, models.PROTECT, null=True)
    # People stand above this app, so a plain number.
    person_id = models.BigIntegerField(null=True)
    # The agency that its user must act for; without one, whichever they act for.
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+")
    scheme = models.ForeignKey(Scheme, models.PROTECT, null=True)
    stages = ArrayField(models.CharField(max_length=20, choices=Stage.choices()), default=list)
    area = models.ForeignKey(Area, models.PROTECT, null=True)
    compartments = ArrayField(models.CharField(max_length=20, choices=Compartment.choices()))
    basis = models.CharField(max_length=20, choices=GrantBasis.choices())
    reason = models.TextField(blank=True)
    granted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True)

    register = Register(
        rows=Rows(
            see="granted_by_id = (SELECT actor_id()) OR user_id = (SELECT actor_id()) OR actor_may_grant(person_id)"
            f" OR (basis = '{GrantBasis.BREAK_GLASS}' AND {in_scheme('scheme_id', Permission.REVIEW_EMERGENCIES)})",
            write=f"{by_actor('granted_by_id')} AND CASE basis"
            f" WHEN '{GrantBasis.BREAK_GLASS}' THEN user_id = (SELECT actor_id())"
            " AND scheme_id = actor_scheme_of(person_id) AND actor_may_break(person_id, compartments, ends_at)"
            f" WHEN '{GrantBasis.REQUEST}' THEN actor_may_allow(user_id, person_id, compartments, ends_at)"
            " ELSE actor_may_open(user_id, team_id, person_id, compartments, ends_at) END",
            change="actor_may_grant(person_id) OR user_id = (SELECT actor_id()) OR (basis IN"
            f" ('{GrantBasis.BREAK_GLASS}', '{GrantBasis.REQUEST}')"
            f" AND {in_scheme('scheme_id', Permission.DECIDE_ACCESS)})",
            update=("ends_at",),
            refuse=(
                (
                    "A grant may end sooner, never later",
                    "OLD.ends_at IS DISTINCT FROM NEW.ends_at AND (NEW.ends_at > OLD.ends_at OR NEW.ends_at IS NULL)",
                ),
            ),
            force=False,
        ),
        retention=Retention.CASE,
        subject="person_id",
        fields={
            Category.KEY: ("id", "user", "team", "person_id", "agency", "scheme", "area", "granted_by"),
            Category.CASE: ("stages", "compartments", "basis", "reason", "starts_at", "ends_at"),
        },
    )

    class Meta:
        indexes = [
            models.Index(fields=("user", "person_id"), name="grant_user"),
            models.Index(fields=("team", "person_id"), name="grant_team"),
            models.Index(fields=("person_id",), name="grant_person"),
        ]
        constraints = [
            models.CheckConstraint(
                name="grant_to_a_user_or_a_team",
                condition=Q(user=None, team__isnull=False) | Q(user__isnull=False, team=None),
            ),
            models.CheckConstraint(
                name="grant_of_a_person_or_of_stages",
                condition=Q(person_id__isnull=False, stages=[]) | (Q(person_id=None) & ~Q(stages=[])),
            ),
            models.CheckConstraint(
                name="grant_ends_after_it_starts", condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at"))
            ),
            models.CheckConstraint(
                name="passing_grant_says_when_it_ends", condition=Q(ends_at__isnull=False) | ~Q(basis__in=PASSING)
            ),
            models.CheckConstraint(
                name="emergency_is_short_and_has_a_reason",
                condition=~Q(basis=GrantBasis.BREAK_GLASS)
                | (Q(ends_at__lte=F("starts_at") + EMERGENCY) & ~Q(reason="") & Q(scheme__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_basis_display()}: {self.person_id or ', '.join(self.stages)}"


class Cover(models.Model):
    """A colleague stands in for an officer on these days: whom the officer is allocated, they see."""

    user = models.ForeignKey(User, models.PROTECT, related_name="covers")
    covered_by = models.ForeignKey(User, models.PROTECT, related_name="covering")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="+")
    starts = models.DateField()
    ends = models.DateField()
    reason = models.CharField(max_length=300)
    arranged_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    arranged_at = models.DateTimeField(default=timezone.now)

    register = Register(
        rows=Rows(
            see="user_id = (SELECT actor_id()) OR covered_by_id = (SELECT actor_id())"
            f" OR {in_scheme('scheme_id', Permission.ARRANGE_COVER)}",
            write=f"{in_scheme('scheme_id', Permission.ARRANGE_COVER)} AND {by_actor('arranged_by_id')}"
            " AND (covered_by_id <> (SELECT actor_id()) OR (SELECT actor_is_system()))"
            " AND actor_are_colleagues(user_id, covered_by_id, agency_id, scheme_id)",
            change=in_scheme("scheme_id", Permission.ARRANGE_COVER),
            update=("ends",),
            refuse=(("Cover may end sooner, never later", "NEW.ends > OLD.ends"),),
            force=False,
        ),
        retention=Retention.ACCOUNT,
        fields={
            Category.KEY: ("id", "user", "covered_by", "agency", "scheme"),
            Category.STAFF: ("starts", "ends", "reason"),
            Category.PROVENANCE: ("arranged_by", "arranged_at"),
        },
    )

    class Meta:
        ordering = ("-starts", "id")
        constraints = [
            models.CheckConstraint(name="cover_ends_after_it_starts", condition=Q(ends__gte=F("starts"))),
            models.CheckConstraint(name="nobody_covers_for_themselves", condition=~Q(user=F("covered_by"))),
        ]

    def __str__(self) -> str:
        return f"{self.covered_by} for {self.user}"


# Whom an exclusion names does not decide who else sees the record.
DECIDES = (
    f"{in_scheme('scheme_id', Permission.DECIDE_ACCESS)}"
    " AND person_id <> ALL ((SELECT actor_barred_by('{exclusion}'))::bigint[])"
)


class AccessRequest(models.Model):
    """Somebody asks to see a record that they know is held. Granted or refused by another, with a reason."""

    person_id = models.BigIntegerField()
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="access_requests")
    asked_at = models.DateTimeField(default=timezone.now)
    compartments = ArrayField(models.CharField(max_length=20, choices=Compartment.choices()))
    reason = models.TextField()
    days = models.PositiveSmallIntegerField(default=14)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    allowed = models.BooleanField(null=True)
    answer = models.TextField(blank=True)

    register = Register(
        rows=Rows(
            see=f"actor_knows_of(person_id) AND (asked_by_id = (SELECT actor_id()) OR ({DECIDES}))",
            write="asked_by_id = (SELECT actor_id()) AND agency_id = actor_agency_id()"
            f" AND {in_scheme('scheme_id', Permission.ASK_FOR_ACCESS)} AND scheme_id = actor_scheme_of(person_id)",
            change=f"decided_by_id = (SELECT actor_id()) AND {DECIDES}",
            update=("decided_by_id", "decided_at", "allowed", "answer"),
            refuse=(once("decided_at", "A request is decided"),),
            force=False,
        ),
        retention=Retention.CASE,
        subject="person_id",
        fields={
            Category.KEY: ("id", "person_id", "scheme", "agency"),
            Category.CASE: ("compartments", "reason", "days", "allowed", "answer"),
            Category.PROVENANCE: ("asked_by", "asked_at", "decided_by", "decided_at"),
        },
    )

    class Meta:
        ordering = ("asked_at", "id")
        constraints = [
            models.CheckConstraint(
                name="nobody_decides_their_own_request",
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
            ),
            models.CheckConstraint(name="request_lasts_a_while", condition=Q(days__gte=1, days__lte=90)),
        ]

    def __str__(self) -> str:
        return f"{self.asked_by} asks"


class EmergencyReview(models.Model):
    """What the information officer found of one use of emergency access."""

    grant = models.OneToOneField(Grant, models.PROTECT, related_name="review")
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="+")
    justified = models.BooleanField()
    note = models.TextField()
    reviewed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(default=timezone.now)

    register = Register(
        rows=Rows(
            see=f"{in_scheme('scheme_id', Permission.REVIEW_EMERGENCIES)}"
            " OR EXISTS (SELECT 1 FROM access_grant g WHERE g.id = grant_id AND g.user_id = (SELECT actor_id()))",
            write=f"{in_scheme('scheme_id', Permission.REVIEW_EMERGENCIES)}"
            " AND reviewed_by_id = (SELECT actor_id()) AND EXISTS (SELECT 1 FROM access_grant g WHERE g.id = grant_id"
            f" AND g.basis = '{GrantBasis.BREAK_GLASS}' AND g.user_id <> (SELECT actor_id())"
            " AND g.scheme_id = {table}.scheme_id)",
            force=False,
        ),
        retention=Retention.CASE,
        fields={
            Category.KEY: ("id", "grant", "scheme"),
            Category.CASE: ("justified", "note"),
            Category.PROVENANCE: ("reviewed_by", "reviewed_at"),
        },
    )

    class Meta:
        ordering = ("-reviewed_at",)

    def __str__(self) -> str:
        return f"Review of emergency access {self.grant_id}"
