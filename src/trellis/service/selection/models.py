"""From candidate to managed person: scores, proposals, referrals, agencies' views, decisions, membership, leads."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils import timezone

from trellis.rules.vocabulary import Band, LeadKind, PanelOutcome, Permission, ReferralSource, Stage
from trellis.service.access.models import User
from trellis.service.audit.seen import ShowsPerson
from trellis.service.common.register import (
    BY_SYSTEM,
    EVERYBODY,
    Category,
    Register,
    Retention,
    Rows,
    about_person,
    by_actor,
    by_permission,
    of_person,
    once,
    reads,
)
from trellis.service.people.history import SPELL, Spell, history_register, no_overlap
from trellis.service.people.models import Person
from trellis.service.schemes.models import Agency, Area, Cohort, Scheme


class Run(models.Model):
    """One run of scores and eligibility rules over everybody known to a scheme, with what came of it."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="runs")
    as_at = models.DateField()
    parameters = models.CharField(max_length=30)
    ran_at = models.DateTimeField(default=timezone.now)
    ran_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    # Numbers of people, by what became of them; nobody is named.
    counts = models.JSONField()

    register = Register(
        rows=Rows(see=EVERYBODY, write=BY_SYSTEM),
        retention=Retention.CASE,
        fields={
            Category.KEY: ("id", "scheme"),
            Category.REFERENCE: ("counts",),
            Category.PROVENANCE: ("as_at", "parameters", "ran_at", "ran_by"),
        },
    )

    class Meta:
        ordering = ("-ran_at", "-id")
        indexes = [models.Index(fields=("scheme", "ran_at"), name="run_scheme")]

    def __str__(self) -> str:
        return f"Run of {self.ran_at:%d/%m/%Y %H:%M}"


class Score(ShowsPerson):
    """A predictor's result for a person, with every input and term that made it. Never altered."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="scores")
    predictor = models.CharField(max_length=20)
    parameters = models.CharField(max_length=30)
    scored_at = models.DateTimeField(default=timezone.now)
    scored_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    # The day that the score speaks of; what was known is that of `scored_at`.
    as_at = models.DateField()
    inputs = models.JSONField()
    terms = models.JSONField()
    percent_1y = models.PositiveSmallIntegerField()
    percent_2y = models.PositiveSmallIntegerField()
    band = models.CharField(max_length=10, choices=Band.choices())

    register = Register(
        rows=about_person(author=by_actor("scored_by_id")),
        retention=Retention.CASE,
        subject="person_id",
        fields={
            Category.KEY: ("id", "person"),
            Category.OFFENDING: ("predictor", "parameters", "inputs", "terms", "percent_1y", "percent_2y", "band"),
            Category.PROVENANCE: ("scored_at", "scored_by", "as_at"),
        },
    )

    class Meta:
        ordering = ("-scored_at", "-id")
        indexes = [models.Index(fields=("person", "scored_at"), name="score_person")]

    def __str__(self) -> str:
        return f"{self.predictor}: {self.percent_2y} % in two years, {self.get_band_display().lower()}"


class Proposal(ShowsPerson):
    """What a rule says of somebody for a cohort: proposed, with its reasons, or held up by what nobody recorded.

    Nobody is adopted by it. `fired` is empty where something is missing and nothing is proposed.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="proposals")
    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="+")
    score = models.ForeignKey(Score, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    # Set when a later run no longer proposes, or a decision has answered it.
    closed_at = models.DateTimeField(null=True)
    rule = models.CharField(max_length=100)
    rule_version = models.CharField(max_length=20)
    fired = models.CharField(max_length=200, blank=True)
    reasons = models.JSONField(default=list)
    missing = models.JSONField(default=list)

    register = Register(
        rows=about_person(
            author=BY_SYSTEM,
            permission=Permission.DECIDE,
            update=("closed_at",),
            refuse=(once("closed_at", "A proposal is closed"),),
        ),
        retention=Retention.CASE,
        subject="person_id",
        fields={
            Category.KEY: ("id", "person", "cohort", "score"),
            Category.CASE: ("proposed_at", "closed_at", "rule", "rule_version", "fired", "reasons", "missing"),
        },
    )

    class Meta:
        ordering = ("-proposed_at", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=("person", "cohort"), condition=models.Q(closed_at=None), name="one_open_proposal"
            )
        ]

    def __str__(self) -> str:
        return f"Proposed for {self.cohort}: {self.fired}" if self.fired else f"Not enough known for {self.cohort}"

    @property
    def proposes(self) -> bool:
        """Whether the rule holds; otherwise the row says what must be known before it can be asked."""
        return bool(self.fired)


# Whoever referred sees their own referral, whatever becomes of the record. Unless a limit keeps the person from
# them, so does whoever is asked for a view of it, sees the person, or sees the scheme's referrals in that area.
REFERRAL = (
    "referred_by_id = (SELECT actor_id())"  # noqa: S608
    " OR (person_id IS NULL OR person_id <> ALL ((SELECT actor_barred())::bigint[])) AND ("
    "cell = ANY ((SELECT actor_cells('core'))::text[])"
    f" OR (person_id IS NOT NULL AND {of_person()} AND {reads('selection.Referral')})"
    " OR id IN (SELECT v.referral_id FROM selection_viewrequest v WHERE v.user_id = (SELECT actor_id())"
    " AND v.ends_at > statement_timestamp()))"
)


class Referral(ShowsPerson):
    """Somebody's request that a person be considered. A partner gives a name; a coordinator says who it is."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="referrals")
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="referrals")
    # As the referrer gave them; the record of the person may differ.
    given_name = models.CharField(max_length=250)
    given_birth = models.DateField(null=True, blank=True)
    given_identifier = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=30, choices=ReferralSource.choices())
    reason = models.TextField()
    cohort = models.ForeignKey(Cohort, models.PROTECT, null=True, blank=True, related_name="+")
    referred_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    referred_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)
    # What the referrer is told when nobody could be found, or it was withdrawn.
    closing = models.CharField(max_length=300, blank=True)
    cell = models.GeneratedField(
        expression=Concat(
            Cast("scheme_id", models.CharField()),
            Value(f"/{Stage.REFERRAL}/"),
            Cast(Coalesce(F("area_id"), 0), models.CharField()),
        ),
        output_field=models.CharField(max_length=60),
        db_persist=True,
    )

    register = Register(
        rows=Rows(
            see=REFERRAL,
            by_agreement=True,
            write=f"{by_permission(Permission.REFER)} AND {by_actor('referred_by_id')}"
            f" AND ({BY_SYSTEM} OR agency_id = actor_agency_id())"
            # Who refers by number refers somebody they see: a refusal must not tell who else has been referred.
            f" AND (person_id IS NULL OR {of_person()})",
            change=f"({REFERRAL}) AND {by_permission(Permission.DECIDE)} AND (person_id IS NULL OR {of_person()})",
            update=("person_id", "closed_at", "closing", "area_id"),
            refuse=(once("person_id", "A referral is matched"), once("closed_at", "A referral is closed")),
        ),
        retention=Retention.CASE,
        subject="person_id",
        fields={
            Category.KEY: ("id", "scheme", "area", "person", "cohort", "agency", "cell"),
            Category.IDENTITY: ("given_name", "given_birth", "given_identifier"),
            Category.CASE: ("source", "reason", "closed_at", "closing"),
            Category.PROVENANCE: ("referred_by", "referred_at"),
        },
    )

    class Meta:
        ordering = ("referred_at", "id")
        indexes = [models.Index(fields=("scheme", "closed_at", "referred_at"), name="referral_open")]
        constraints = [
            models.UniqueConstraint(
                fields=("person",), condition=models.Q(closed_at=None, person__isnull=False), name="one_open_referral"
            )
        ]

    def __str__(self) -> str:
        return f"Referral of {self.given_name}"


class ViewRequest(models.Model):
    """A request that somebody give their agency's view of a referral. It opens the referral to them and no record."""

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="requests")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField()

    # Referrals read this table to decide who sees them, so neither sight nor writing of it may read referrals.
    register = Register(
        rows=Rows(
            see="user_id = (SELECT actor_id()) OR asked_by_id = (SELECT actor_id())"
            " OR EXISTS (SELECT 1 FROM access_posting m WHERE m.user_id = asked_by_id"
            " AND m.scheme_id = ANY ((SELECT actor_schemes('coordinator'))::bigint[])) OR (SELECT actor_is_system())",
            write="asked_by_id = (SELECT actor_id()) AND (SELECT actor_has_role('coordinator'))"
            " AND actor_sees_referral(referral_id)",
        ),
        retention=Retention.CASE,
        fields={
            Category.KEY: ("id", "referral", "user", "agency"),
            Category.PROVENANCE: ("asked_by", "asked_at", "ends_at"),
        },
    )

    class Meta:
        ordering = ("asked_at", "id")
        indexes = [models.Index(fields=("user", "ends_at"), name="view_request_user")]

    def __str__(self) -> str:
        return f"{self.agency} asked for a view"


class AgencyView(models.Model):
    """What one agency says about a referral before the panel. A later view adds to an earlier one."""

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="views")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    supports = models.BooleanField(null=True)
    text = models.TextField()
    given_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    given_at = models.DateTimeField(default=timezone.now)

    # A view is one agency's to give and the panel's to read: its author, or whoever sees the person.
    register = Register(
        rows=Rows(
            see="given_by_id = (SELECT actor_id()) OR EXISTS (SELECT 1 FROM selection_referral r"
            " JOIN people_person p ON p.id = r.person_id WHERE r.id = referral_id)",
            write=f"given_by_id = (SELECT actor_id()) AND agency_id = actor_agency_id()"
            f" AND {by_permission(Permission.GIVE_VIEW)} AND actor_sees_referral(referral_id)",
        ),
        retention=Retention.CASE,
        fields={
            Category.KEY: ("id", "referral", "agency"),
            Category.CASE: ("supports", "text"),
            Category.PROVENANCE: ("given_by", "given_at"),
        },
    )

    class Meta:
        ordering = ("given_at", "id")

    def __str__(self) -> str:
        return f"{self.agency}: {self.text[:60]}"


class PanelDecision(ShowsPerson):
    """What a panel decided about a referral, why, who was there and what they had before them. Immutable."""

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="decisions")
    person = models.ForeignKey(Person, models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=20, choices=PanelOutcome.choices())
    cohort = models.ForeignKey(Cohort, models.PROTECT, null=True, related_name="+")
    rationale = models.TextField()
    # The names and agencies of those present, as typed: some have no account.
    present = models.JSONField()
    # What was on the screen, copied, with the moment that "as known on" reads.
    evidence = models.JSONField()
    known_at = models.DateTimeField()
    decided_on = models.DateField()
    review_on = models.DateField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    register = Register(
        rows=about_person(author=by_actor("decided_by_id"), permission=Permission.DECIDE),
        retention=Retention.CASE,
        subject="person_id",
        fields={
            Category.KEY: ("id", "referral", "person", "cohort"),
            Category.CASE: ("outcome", "rationale", "present", "evidence", "decided_on", "review_on"),
            Category.PROVENANCE: ("known_at", "decided_by", "recorded_at"),
        },
    )

    class Meta:
        ordering = ("-recorded_at", "-id")

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}, {self.decided_on}"


class CohortMembership(Spell):
    """Time in a cohort, from adoption to leaving."""

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="memberships")
    decision = models.ForeignKey(PanelDecision, models.PROTECT, null=True, related_name="+")
    leaving_reason = models.CharField(max_length=200, blank=True)

    register = history_register(Permission.DECIDE, case=("leaving_reason", *SPELL), key=("cohort", "decision"))
    timeline_label = "Cohort"

    class Meta(Spell.Meta):
        constraints = [*Spell.Meta.constraints, no_overlap("membership_never_overlaps")]

    def __str__(self) -> str:
        return str(self.cohort)


class Lead(Spell):
    """Time for which one officer leads a person's case for their service."""

    kind = models.CharField(max_length=10, choices=LeadKind.choices())
    officer = models.ForeignKey(User, models.PROTECT, related_name="leads")
    reason = models.TextField(blank=True)

    register = history_register(Permission.ALLOCATE, case=("kind", "reason", *SPELL), key=("officer",))
    timeline_label = "Lead officer"

    class Meta(Spell.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.officer}"
