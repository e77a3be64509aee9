"""Who signs in, for which agency and in which roles, and who may see whom."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from trellis.rules.vocabulary import Compartment, Role, Stage
from trellis.service.common.register import (
    ADMINISTERS,
    BY_SYSTEM,
    EVERYBODY,
    Category,
    Register,
    Retention,
    Rows,
    by_actor,
)
from trellis.service.schemes.models import Agency, Area, Scheme, Team


class UserManager(BaseUserManager["User"]):
    """Makes users; sign-in reads them before anybody is the actor, so they stand outside row security."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        """Make a user; without a password the account cannot sign in by password."""
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """Find a user by name, whatever its case."""
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """Someone, or some named part of the system, who acts."""

    username = models.CharField(max_length=150, unique=True)
    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)
    # A named system actor never signs in and holds grants of its own.
    is_system = models.BooleanField(default=False)
    joined_at = models.DateTimeField(default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    register = Register(
        # Signing in reads accounts before anybody is named, and notes the time (and a stronger hash) as nobody.
        rows=Rows(
            see=EVERYBODY,
            write=f"{ADMINISTERS} AND NOT is_system",
            change=f"{ADMINISTERS} OR id = (SELECT actor_id()) OR (SELECT actor_is_anonymous())",
            update=("*",),
            refuse=(
                ("Nobody becomes a system actor", "OLD.is_system IS DISTINCT FROM NEW.is_system"),
                (
                    "Only an administrator changes whose account it is",
                    "(OLD.username, OLD.name, OLD.email, OLD.is_active) IS DISTINCT FROM"
                    " (NEW.username, NEW.name, NEW.email, NEW.is_active) AND NOT actor_may_administer()",
                ),
            ),
            force=False,
        ),
        retention=Retention.ACCOUNT,
        fields={
            Category.KEY: ("id",),
            Category.STAFF: ("username", "name", "email", "is_active", "is_system", "joined_at", "last_login"),
            Category.SECRET: ("password",),
        },
    )

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        """The name on the screen."""
        return str(self)


class PostingQuerySet(models.QuerySet["Posting"]):
    """Postings by their dates."""

    def live(self) -> PostingQuerySet:
        """Those in force today."""
        today = timezone.localdate()
        return self.filter(Q(ends=None) | Q(ends__gt=today), starts__lte=today)


class Posting(models.Model):
    """A user's role in an agency's team, from a date to a date. One agency at a time acts; its roles add up."""

    user = models.ForeignKey(User, models.PROTECT, related_name="postings")
    agency = models.ForeignKey(Agency, models.PROTECT)
    team = models.ForeignKey(Team, models.PROTECT, null=True)
    scheme = models.ForeignKey(Scheme, models.PROTECT, null=True)
    role = models.CharField(max_length=30, choices=Role.choices())
    # Part of a full-time post, for capacity: 0.5 is half.
    share = models.DecimalField(max_digits=3, decimal_places=2, default=1)
    starts = models.DateField()
    ends = models.DateField(null=True)

    objects = PostingQuerySet.as_manager()

    register = Register(
        # Whoever hands out access does not hold it: an administrator gives no role to themselves.
        rows=Rows(
            see=EVERYBODY,
            write=f"{BY_SYSTEM} OR ({ADMINISTERS} AND user_id <> (SELECT actor_id()))",
            update=("ends",),
            force=False,
        ),
        retention=Retention.ACCOUNT,
        fields={
            Category.KEY: ("id", "user", "agency", "team", "scheme"),
            Category.STAFF: ("role", "share", "starts", "ends"),
        },
    )

    class Meta:
        ordering = ("user", "id")

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"


class Grant(models.Model):
    """Permission to see: one person, or everybody at some stages in a scheme's area; until when and on what basis."""

    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="grants")
    team = models.ForeignKey(Team, models.PROTECT, null=True)
    # People stand above this app, so a plain number.
    person_id = models.BigIntegerField(null=True)
    scheme = models.ForeignKey(Scheme, models.PROTECT, null=True)
    stages = ArrayField(models.CharField(max_length=20, choices=Stage.choices()), default=list)
    area = models.ForeignKey(Area, models.PROTECT, null=True)
    compartments = ArrayField(models.CharField(max_length=20, choices=Compartment.choices()))
    basis = models.CharField(max_length=100)
    reason = models.TextField(blank=True)
    granted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True)

    register = Register(
        rows=Rows(
            see="granted_by_id = (SELECT actor_id()) OR user_id = (SELECT actor_id()) OR actor_may_grant(person_id)",
            write="actor_may_open(user_id, team_id, person_id, compartments, ends_at) AND " + by_actor("granted_by_id"),
            change="actor_may_grant(person_id)",
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
            Category.KEY: ("id", "user", "team", "person_id", "scheme", "area", "granted_by"),
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
                name="grant_ends_after_it_starts", condition=Q(ends_at=None) | Q(ends_at__gte=models.F("starts_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.basis} of {self.person_id or ', '.join(self.stages)}"
