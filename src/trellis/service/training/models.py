"""Courses that staff completed, and what they say of their training. Staff records: nothing here is about a person."""
# ruff: noqa: S608  # conditions of row security, made of our own words alone

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from trellis.rules.training import Taken
from trellis.rules.vocabulary import Permission
from trellis.service.access.models import User
from trellis.service.common.register import BY_SYSTEM, Category, Register, Retention, Rows, by_actor, in_scheme, once
from trellis.service.schemes.models import Scheme

ME = "(SELECT actor_id())"


def in_charge_of(column: str) -> str:
    """The condition that the actor looks after somebody's training: their supervisor, coordinator or administrator."""
    return (
        f"({in_scheme('scheme_id', Permission.ALLOCATE)} OR {in_scheme('scheme_id', Permission.MANAGE_USERS)}"
        f" OR {column} IN (SELECT o.user_id FROM access_posting o"
        " JOIN actor_postings() mine ON mine.team_id = o.team_id WHERE mine.supervises"
        " AND o.starts <= actor_today() AND (o.ends IS NULL OR o.ends > actor_today())))"
    )


class Completion(models.Model):
    """One course that a user completed. Until somebody else has confirmed it, it does not count.

    `expires_on` is the day from which it counts no more. What was entered in error is withdrawn, never removed.
    """

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="completions")
    # A key of the scheme's set of courses, and its name as it was.
    course = models.SlugField()
    course_name = models.CharField(max_length=150)
    completed_on = models.DateField()
    expires_on = models.DateField(null=True)
    evidence = models.CharField(max_length=300)
    # Whether they can do the work, of a course that judges it, in the view of whoever confirmed it.
    competent = models.BooleanField(default=False)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.CharField(max_length=300, blank=True)

    register = Register(
        rows=Rows(
            see=f"user_id = {ME} OR {in_charge_of('user_id')}",
            write=f"{by_actor('recorded_by_id')} AND (user_id = {ME} OR {in_charge_of('user_id')})"
            f" AND (confirmed_by_id IS NULL OR {by_actor('confirmed_by_id')}) AND withdrawn_by_id IS NULL",
            change=in_charge_of("user_id"),
            update=("competent", "confirmed_by_id", "confirmed_at", "withdrawn_by_id", "withdrawn_at", "withdrawn_why"),
            refuse=(
                once("confirmed_at", "A course is confirmed"),
                once("withdrawn_at", "A course is withdrawn"),
                (
                    "Who confirms or withdraws a course does so in their own name",
                    "(NEW.confirmed_by_id IS DISTINCT FROM OLD.confirmed_by_id AND NEW.confirmed_by_id <> actor_id())"
                    " OR (NEW.withdrawn_by_id IS DISTINCT FROM OLD.withdrawn_by_id"
                    " AND NEW.withdrawn_by_id <> actor_id())",
                ),
                (
                    "Nobody says of themselves that they are competent",
                    "NEW.competent IS DISTINCT FROM OLD.competent AND NEW.user_id = actor_id()",
                ),
            ),
        ),
        retention=Retention.ACCOUNT,
        fields={
            Category.KEY: ("id", "scheme", "user"),
            Category.STAFF: (
                *("course", "course_name", "completed_on", "expires_on", "evidence", "competent", "withdrawn_why"),
            ),
            Category.PROVENANCE: (
                *("recorded_by", "recorded_at", "confirmed_by", "confirmed_at", "withdrawn_by", "withdrawn_at"),
            ),
        },
    )

    class Meta:
        ordering = ("-completed_on", "-id")
        indexes = [models.Index(fields=("user", "course"), name="completion_user")]
        constraints = [
            models.CheckConstraint(
                name="completion_confirmed_by_another", condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("user"))
            ),
            models.CheckConstraint(
                name="completion_confirmed_when",
                condition=Q(confirmed_by=None, confirmed_at=None, competent=False)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="completion_withdrawn_says_why",
                condition=Q(withdrawn_by=None, withdrawn_at=None)
                | (Q(withdrawn_by__isnull=False, withdrawn_at__isnull=False) & ~Q(withdrawn_why="")),
            ),
            models.CheckConstraint(
                name="completion_ends_after", condition=Q(expires_on=None) | Q(expires_on__gt=F("completed_on"))
            ),
        ]

    def __str__(self) -> str:
        return self.course_name

    def taken(self) -> Taken:
        """As the rules read it."""
        return Taken(
            self.course, self.completed_on, self.expires_on, self.confirmed_by_id is not None, competent=self.competent
        )


class TrainingNeed(models.Model):
    """What a user says of their training: the latest is what they think now, the earlier ones stay."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="+")
    made_by = models.ForeignKey(User, models.PROTECT, related_name="training_needs")
    made_at = models.DateTimeField(default=timezone.now)
    trained = models.BooleanField()
    sufficient = models.BooleanField()
    # Keys of courses that would help them.
    courses = ArrayField(models.SlugField(), default=list, blank=True)
    wish = models.CharField(max_length=500, blank=True)

    register = Register(
        rows=Rows(
            see=f"made_by_id = {ME} OR {in_charge_of('made_by_id')}",
            write=f"{BY_SYSTEM} OR made_by_id = {ME}",
        ),
        retention=Retention.ACCOUNT,
        fields={
            Category.KEY: ("id", "scheme"),
            Category.STAFF: ("trained", "sufficient", "courses", "wish"),
            Category.PROVENANCE: ("made_by", "made_at"),
        },
    )

    class Meta:
        ordering = ("-made_at", "-id")
        indexes = [models.Index(fields=("made_by", "-made_at"), name="training_need_user")]

    def __str__(self) -> str:
        return f"Training need of {self.made_at:%d %B %Y}"
