"""What two people decide about an account, and what one may decide alone."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from trellis.rules.vocabulary import Permission, Role, Word
from trellis.service.access.models import User
from trellis.service.common.register import Category, Register, Retention, Rows, by_actor, in_scheme, once
from trellis.service.schemes.models import Agency, Area, Scheme, Team


class RequestKind(Word):
    """What widens somebody's access, and so takes two people."""

    INVITE = "invite", "New account"
    POSTING = "posting", "Another role"
    ENABLE = "enable", "Enable a disabled account"
    LINK = "link", "A new link for signing in the first time"


class AccountRequest(models.Model):
    """A change that widens access: one person asks, another approves or refuses, and only then is it made."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=RequestKind.choices())
    # Whose account; an invitation has none until it is approved.
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="account_requests")
    username = models.CharField(max_length=150, blank=True)
    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    # The local unit worked for; none is the whole scheme.
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=30, choices=Role.choices(), blank=True)
    supervises = models.BooleanField(default=False)
    starts = models.DateField(null=True)
    ends = models.DateField(null=True)
    reason = models.TextField()
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    approved = models.BooleanField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision = models.TextField(blank=True)

    register = Register(
        rows=Rows(
            see=in_scheme("scheme_id", Permission.APPROVE_ACCOUNTS),
            write=f"{in_scheme('scheme_id', Permission.MANAGE_USERS)} AND {by_actor('asked_by_id')}"
            " AND decided_by_id IS NULL",
            change=f"{in_scheme('scheme_id', Permission.APPROVE_ACCOUNTS)} AND {by_actor('decided_by_id')}",
            update=("user_id", "approved", "decided_by_id", "decided_at", "decision"),
            refuse=(
                once("approved", "A request is decided"),
                once("decided_by_id", "A request is decided"),
                once("user_id", "A request is given its account"),
            ),
        ),
        retention=Retention.ACCOUNT,
        fields={
            Category.KEY: ("id", "scheme", "user", "agency", "team", "area"),
            Category.STAFF: (
                *("kind", "username", "name", "email", "role", "supervises", "starts", "ends"),
                *("reason", "approved", "decision"),
            ),
            Category.PROVENANCE: ("asked_by", "asked_at", "decided_by", "decided_at"),
        },
    )

    class Meta:
        ordering = ("asked_at", "id")
        constraints = [
            models.CheckConstraint(
                name="request_approved_by_another",
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="request_never_about_oneself",
                condition=Q(user=None) | (~Q(user=F("asked_by")) & (Q(decided_by=None) | ~Q(user=F("decided_by")))),
            ),
            models.CheckConstraint(
                name="request_decided_whole",
                condition=Q(decided_by=None, decided_at=None, approved=None)
                | Q(decided_by__isnull=False, decided_at__isnull=False, approved__isnull=False),
            ),
            models.CheckConstraint(
                name="request_says_what_it_asks",
                condition=(Q(kind="invite") & ~Q(username="") & ~Q(name="") & ~Q(email=""))
                | (~Q(kind="invite") & Q(user__isnull=False)),
            ),
            models.CheckConstraint(
                name="request_names_the_whole_posting",
                condition=~Q(kind__in=("invite", "posting"))
                | (Q(agency__isnull=False, starts__isnull=False) & ~Q(role="")),
            ),
            models.CheckConstraint(
                name="request_ends_after_it_starts", condition=Q(ends=None) | Q(ends__gt=F("starts"))
            ),
            models.UniqueConstraint(
                Lower("username"), condition=Q(kind="invite", decided_at=None), name="one_open_invitation_a_username"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether it waits for a decision."""
        return self.decided_at is None

    @property
    def last_day(self) -> date | None:
        """The last day of the role asked for; `ends` is the first day without it."""
        return self.ends - timedelta(days=1) if self.ends else None

    @property
    def whose(self) -> str:
        """The name of whose account it is."""
        return str(self.user) if self.user is not None else self.name


class DecisionKind(Word):
    """What one person may decide about an account, because it narrows access or leaves it as it is."""

    DISABLE = "disable", "Disabled"
    KEEP = "keep", "Still needed"


class AccountDecision(models.Model):
    """A decision about one account by one administrator. Never altered."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="account_decisions")
    kind = models.CharField(max_length=10, choices=DecisionKind.choices())
    reason = models.TextField()
    # The last day that the account is said to be needed, where it is kept.
    until = models.DateField(null=True)
    # When they had last signed in, as the page showed it to whoever decided.
    last_sign_in = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)

    register = Register(
        rows=Rows(
            see=in_scheme("scheme_id", Permission.APPROVE_ACCOUNTS),
            write=f"{in_scheme('scheme_id', Permission.MANAGE_USERS)} AND {by_actor('decided_by_id')}",
        ),
        retention=Retention.ACCOUNT,
        fields={
            Category.KEY: ("id", "scheme", "user"),
            Category.STAFF: ("kind", "reason", "until", "last_sign_in"),
            Category.PROVENANCE: ("decided_by", "decided_at"),
        },
    )

    class Meta:
        ordering = ("-decided_at", "-id")
        indexes = [models.Index(fields=("user", "decided_at"), name="account_decision_user")]
        constraints = [
            models.CheckConstraint(name="nobody_decides_about_themselves", condition=~Q(user=F("decided_by"))),
            models.CheckConstraint(
                name="kept_until_a_day", condition=Q(kind="keep", until__isnull=False) | Q(kind="disable", until=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"
