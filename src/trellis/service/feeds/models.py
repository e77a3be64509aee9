"""Files that agencies send, the rows that wait, and the questions that a person must answer."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from trellis.rules.vocabulary import CustodyKind, Permission, Word
from trellis.service.access.models import User
from trellis.service.common.register import BY_SYSTEM, Category, Register, Retention, Rows, by_actor, in_scheme
from trellis.service.people.history import EVENT, Event, history_register
from trellis.service.schemes.models import Scheme

# Files and waiting rows hold whole extracts: only those may read them who import for the scheme.
IMPORTERS = in_scheme("scheme_id", Permission.IMPORT_FEEDS)
OF_FILE = "(SELECT actor_is_system()) OR EXISTS (SELECT 1 FROM feeds_feedfile f WHERE f.id = file_id)"


class FeedFile(models.Model):
    """One file received, kept whole, and how far it has been applied."""

    class State(models.TextChoices):
        """Where a file is on its way in."""

        RECEIVED = "received", "Waiting to be read"
        APPLYING = "applying", "Being applied"
        APPLIED = "applied", "Applied"
        REFUSED = "refused", "Refused"

    feed = models.SlugField()
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    received_at = models.DateTimeField(default=timezone.now)
    received_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    mapping_version = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    refusal = models.TextField(blank=True)
    lines = models.PositiveIntegerField(default=0)
    # Everything up to and including this line of the file is in the database; the next chunk starts after it.
    applied_through = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    corrected = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    waiting = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    register = Register(
        rows=Rows(
            see=IMPORTERS,
            write=f"{IMPORTERS} AND {by_actor('received_by_id')}",
            change=IMPORTERS,
            update=(
                *("state", "refusal", "lines", "applied_through", "added", "corrected", "unchanged", "waiting"),
                "finished_at",
            ),
        ),
        retention=Retention.FEED,
        # A trail of images would hold the file again at every step of its progress.
        audited=False,
        fields={
            Category.KEY: ("id", "scheme"),
            Category.IDENTITY: ("content",),
            Category.REFERENCE: ("feed", "name", "mapping_version"),
            Category.PROVENANCE: (
                *("sha256", "received_at", "received_by", "state", "refusal", "lines", "applied_through"),
                *("added", "corrected", "unchanged", "waiting", "finished_at"),
            ),
        },
    )

    class Meta:
        ordering = ("-received_at", "-id")
        constraints = [
            models.UniqueConstraint(fields=("feed", "scheme", "sha256"), name="the_same_file_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def applied(self) -> int:
        """How many rows are on the record: pages do not tell which were new, since that tells who was known before."""
        return self.added + self.corrected + self.unchanged


class WaitingRow(models.Model):
    """A row that was not applied: bad, or about somebody whom only a person can recognise. Kept as it was sent."""

    class Kind(models.TextChoices):
        """Why it waits."""

        FAULT = "fault", "Something in the row is wrong"
        IDENTITY = "identity", "Who this is needs a person’s answer"
        UNKNOWN = "unknown", "Nobody on the record has its identifiers yet"
        CLASH = "clash", "It does not fit with what else is known"

    class State(models.TextChoices):
        """What has become of it."""

        WAITING = "waiting", "Waiting"
        APPLIED = "applied", "Applied later"
        DISMISSED = "dismissed", "Set aside with a reason"

    file = models.ForeignKey(FeedFile, models.PROTECT, related_name="waiting_rows")
    line = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    column = models.CharField(max_length=100, blank=True)
    value = models.TextField(blank=True)
    sentence = models.TextField()
    # The row as pairs of column and cell, in order; as sent, and as mended when somebody mended it.
    cells = models.JSONField()
    mended = models.JSONField(null=True)
    # People the row might be about, by id.
    candidates = ArrayField(models.BigIntegerField(), default=list)
    # The row's identifiers as "PNC 2002/3186819R": when somebody comes who has one, the row is tried again.
    identifiers = ArrayField(models.CharField(max_length=60), default=list)
    # Of the cells: the same row in a later file does not wait a second time.
    digest = models.CharField(max_length=32)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    register = Register(
        rows=Rows(
            see=OF_FILE,
            write=BY_SYSTEM,
            change=f"({OF_FILE}) AND {by_actor('answered_by_id')}",
            update=(
                *("kind", "state", "column", "value", "sentence", "mended", "candidates", "identifiers"),
                *("answer", "answered_by_id", "answered_at"),
            ),
        ),
        retention=Retention.FEED,
        fields={
            Category.KEY: ("id", "file"),
            Category.IDENTITY: ("cells", "mended", "candidates", "identifiers", "value"),
            Category.PROVENANCE: (
                *("line", "kind", "state", "column", "sentence", "digest", "answer", "answered_by", "answered_at"),
            ),
        },
    )

    class Meta:
        ordering = ("file", "line", "id")
        indexes = [
            models.Index(fields=("state", "kind"), name="waiting_state"),
            models.Index(fields=("digest",), name="waiting_digest"),
        ]
        constraints = [models.UniqueConstraint(fields=("file", "line"), name="a_line_waits_once")]

    def __str__(self) -> str:
        return self.sentence

    @property
    def sent(self) -> dict[str, str]:
        """The cells by column, as sent."""
        return dict(self.cells)

    @property
    def latest(self) -> dict[str, str]:
        """The cells by column, as mended last."""
        return dict(self.mended or self.cells)


class Direction(Word):
    """Which way a movement goes."""

    IN = "in", "Admission"
    OUT = "out", "Release"


class Movement(Event):
    """One admission to prison or release from it, as sent. Custody spells are made from all that are known."""

    direction = models.CharField(max_length=3, choices=Direction.choices())
    kind = models.CharField(max_length=20, choices=CustodyKind.choices(), blank=True)
    prison = models.CharField(max_length=100, blank=True)
    reason = models.CharField(max_length=60, blank=True)
    expected_release = models.DateField(null=True)

    register = history_register(case=("direction", "kind", "prison", "reason", "expected_release", *EVENT))

    class Meta(Event.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.get_direction_display()} on {self.happened_on}"
