"""Who signs in, for which agency and in which roles."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone

from trellis.rules.vocabulary import Role
from trellis.service.common.register import (
    ADMINISTERS,
    BY_SYSTEM,
    EVERYBODY,
    Category,
    Register,
    Retention,
    Rows,
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
        # Signing in reads accounts before anybody is named. What it writes, it writes in the user's own name. What
        # opens something, an account or its roles, is made by the system on the word of two people.
        rows=Rows(
            see=EVERYBODY,
            write=f"{BY_SYSTEM} AND NOT is_system",
            change=f"{ADMINISTERS} OR id = (SELECT actor_id())",
            update=("*",),
            refuse=(
                ("Nobody becomes a system actor", "OLD.is_system IS DISTINCT FROM NEW.is_system"),
                (
                    "An account is opened again on the word of two",
                    "NEW.is_active AND NOT OLD.is_active AND NOT actor_is_system()",
                ),
                (
                    "Nobody sets another's password or sign-in",
                    "(OLD.password, OLD.last_login) IS DISTINCT FROM (NEW.password, NEW.last_login)"
                    " AND NEW.id IS DISTINCT FROM actor_id() AND NOT actor_is_system()",
                ),
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
    # The local unit that somebody works for; without one they work for the whole scheme (GOV-04).
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")
    # A supervisor sees whom the team's officers are allocated, for as long as both postings last.
    supervises = models.BooleanField(default=False)
    # Part of a full-time post, for capacity: 0.5 is half.
    share = models.DecimalField(max_digits=3, decimal_places=2, default=1)
    starts = models.DateField()
    ends = models.DateField(null=True)

    objects = PostingQuerySet.as_manager()

    register = Register(
        # Whoever hands out access does not hold it: an administrator gives no role to themselves.
        rows=Rows(
            see=EVERYBODY,
            write=BY_SYSTEM,
            change=ADMINISTERS,
            update=("ends",),
            refuse=(
                (
                    "A role may end sooner, never later",
                    "OLD.ends IS DISTINCT FROM NEW.ends AND (NEW.ends > OLD.ends OR NEW.ends IS NULL)",
                ),
            ),
            force=False,
        ),
        retention=Retention.ACCOUNT,
        fields={
            Category.KEY: ("id", "user", "agency", "team", "scheme", "area"),
            Category.STAFF: ("role", "supervises", "share", "starts", "ends"),
        },
    )

    class Meta:
        ordering = ("user", "id")
        constraints = [
            models.CheckConstraint(name="supervisor_has_a_team", condition=Q(supervises=False) | Q(team__isnull=False))
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"
