"""Restricted records: who is kept from one, or who alone may open it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from trellis.rules.vocabulary import LimitKind, LimitReason, Permission
from trellis.service.access.models.users import User
from trellis.service.common.register import (
    BY_SYSTEM,
    Category,
    Register,
    Retention,
    Rows,
    by_actor,
    in_scheme,
    once,
)
from trellis.service.schemes.models import Scheme, Team

RESTRICTS = in_scheme("scheme_id", Permission.RESTRICT_RECORDS)
# A limit by stealth is known to whom it names, to who set it and to the information officer; an exclusion to nobody
# whom it names, in whatever role.
KNOWN = (
    f"set_by_id = (SELECT actor_id()) OR actor_is_named(id) OR {in_scheme('scheme_id', Permission.REVIEW_EMERGENCIES)}"
)
# Whom an exclusion names has to do with no limit on that record, but with those they set themselves.
EXCLUDES_ACTOR = (
    f"set_by_id <> (SELECT actor_id())"
    f" AND person_id = ANY ((SELECT actor_barred_by('{{{LimitKind.EXCLUSION}}}'))::bigint[])"
)
A_USER_OR_A_TEAM = Q(user=None, team__isnull=False) | Q(user__isnull=False, team=None)


class Limit(models.Model):
    """One limit on who may open a person's record. It is in force when it is set, and until two people lift it.

    Another person approves it; past its review date it stays in force and shows as overdue.
    """

    person_id = models.BigIntegerField()
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=LimitKind.choices())
    reason_code = models.CharField(max_length=30, choices=LimitReason.choices())
    reason = models.TextField()
    review_on = models.DateField()
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=timezone.now)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    # Lifting takes two: one asks, saying why, and another lifts.
    lift_asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    lift_asked_at = models.DateTimeField(null=True)
    lift_reason = models.TextField(blank=True)
    lifted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)

    register = Register(
        rows=Rows(
            see=f"(({KNOWN}) OR (kind <> '{LimitKind.STEALTH}' AND {RESTRICTS})) AND NOT ({EXCLUDES_ACTOR})",
            write=f"{RESTRICTS} AND {by_actor('set_by_id')} AND ({BY_SYSTEM} OR scheme_id = actor_scheme_of(person_id))"
            " AND approved_by_id IS NULL AND lift_asked_by_id IS NULL AND lifted_by_id IS NULL",
            change=f"{RESTRICTS} AND NOT ({EXCLUDES_ACTOR})",
            update=(
                *("review_on", "approved_by_id", "approved_at", "lift_asked_by_id", "lift_asked_at", "lift_reason"),
                *("lifted_by_id", "lifted_at"),
            ),
            refuse=(
                once("approved_at", "A limit is approved"),
                once("lifted_at", "A limit is lifted"),
                (
                    "Who approves, asks or lifts does so in their own name",
                    "(NEW.approved_by_id IS DISTINCT FROM OLD.approved_by_id AND NEW.approved_by_id <> actor_id())"
                    " OR (NEW.lift_asked_by_id IS DISTINCT FROM OLD.lift_asked_by_id"
                    " AND NEW.lift_asked_by_id <> actor_id())"
                    " OR (NEW.lifted_by_id IS DISTINCT FROM OLD.lifted_by_id AND NEW.lifted_by_id <> actor_id())",
                ),
            ),
            force=False,
        ),
        retention=Retention.CASE,
        subject="person_id",
        fields={
            Category.KEY: ("id", "person_id", "scheme"),
            Category.CASE: ("kind", "reason_code", "reason", "review_on", "lift_reason"),
            Category.PROVENANCE: (
                *("set_by", "set_at", "approved_by", "approved_at"),
                *("lift_asked_by", "lift_asked_at", "lifted_by", "lifted_at"),
            ),
        },
    )

    class Meta:
        ordering = ("review_on", "id")
        indexes = [models.Index(fields=("person_id",), condition=Q(lifted_at=None), name="limit_in_force")]
        constraints = [
            models.UniqueConstraint(
                fields=("person_id", "kind"), condition=Q(lifted_at=None), name="one_limit_of_a_kind"
            ),
            models.CheckConstraint(
                name="limit_approved_by_another", condition=Q(approved_by=None) | ~Q(approved_by=F("set_by"))
            ),
            models.CheckConstraint(
                name="limit_lifted_by_another",
                condition=Q(lifted_by=None) | (Q(lift_asked_by__isnull=False) & ~Q(lifted_by=F("lift_asked_by"))),
            ),
            models.CheckConstraint(
                name="limit_says_who_and_when",
                condition=Q(approved_by=None, approved_at=None)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="lift_says_who_and_when",
                condition=Q(lifted_by=None, lifted_at=None) | Q(lifted_by__isnull=False, lifted_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display()).partition(":")[0]


class LimitName(models.Model):
    """A user or a team that a limit names, until the name is taken off it."""

    limit = models.ForeignKey(Limit, models.PROTECT, related_name="names")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    named_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    named_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True)

    register = Register(
        rows=Rows(
            see="EXISTS (SELECT 1 FROM access_limit l WHERE l.id = limit_id)",
            write=f"{by_actor('named_by_id')} AND (actor_may_name(limit_id, user_id)"
            " OR actor_agreed_to_name(limit_id, user_id, team_id, true))",
            change=f"{BY_SYSTEM} OR actor_agreed_to_name(limit_id, user_id, team_id, false)",
            update=("ends_at",),
            refuse=(
                (
                    "A name on a limit ends no later than it was to",
                    "OLD.ends_at IS NOT NULL AND (NEW.ends_at IS NULL OR NEW.ends_at > OLD.ends_at)",
                ),
            ),
            force=False,
        ),
        retention=Retention.CASE,
        fields={
            Category.KEY: ("id", "limit", "user", "team"),
            Category.CASE: ("ends_at",),
            Category.PROVENANCE: ("named_by", "named_at"),
        },
    )

    class Meta:
        ordering = ("named_at", "id")
        constraints = [
            models.CheckConstraint(name="limit_names_a_user_or_a_team", condition=A_USER_OR_A_TEAM),
        ]

    def __str__(self) -> str:
        return str(self.user or self.team)


class NameChange(models.Model):
    """Somebody asks that a limit name a user or a team, or name them no more; another agrees or does not.

    It changes nothing before it is agreed to: a limit that two have approved is not widened by one.
    """

    limit = models.ForeignKey(Limit, models.PROTECT, related_name="name_changes")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    # Whether the limit is to name them, or to name them no more.
    adds = models.BooleanField()
    reason = models.TextField()
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    agreed = models.BooleanField(null=True)

    register = Register(
        rows=Rows(
            see="EXISTS (SELECT 1 FROM access_limit l WHERE l.id = limit_id"
            " AND NOT (l.kind = 'exclusion' AND actor_is_meant(user_id, team_id)))",
            write=f"{by_actor('asked_by_id')} AND actor_restricts(limit_id) AND answered_by_id IS NULL",
            change=f"actor_restricts(limit_id) AND {by_actor('answered_by_id')}"
            " AND NOT (agreed AND (asked_by_id = (SELECT actor_id()) OR actor_is_meant(user_id, team_id)))",
            update=("answered_by_id", "answered_at", "agreed"),
            refuse=(once("answered_at", "A change of names is answered"),),
            force=False,
        ),
        retention=Retention.CASE,
        fields={
            Category.KEY: ("id", "limit", "user", "team"),
            Category.CASE: ("adds", "reason", "agreed"),
            Category.PROVENANCE: ("asked_by", "asked_at", "answered_by", "answered_at"),
        },
    )

    class Meta:
        ordering = ("asked_at", "id")
        constraints = [
            models.CheckConstraint(name="change_names_a_user_or_a_team", condition=A_USER_OR_A_TEAM),
            models.CheckConstraint(
                name="change_of_names_answered_whole",
                condition=Q(answered_by=None, answered_at=None, agreed=None)
                | Q(answered_by__isnull=False, answered_at__isnull=False, agreed__isnull=False),
            ),
            models.CheckConstraint(
                name="change_of_names_agreed_by_another", condition=~Q(agreed=True) | ~Q(answered_by=F("asked_by"))
            ),
        ]

    def __str__(self) -> str:
        return f"{'Name' if self.adds else 'No longer name'} {self.user or self.team}"
