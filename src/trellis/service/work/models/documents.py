"""Documents about a person, and their versions. What a file holds is sealed; what it is stands in the open."""
# ruff: noqa: S608  # conditions of row security, made of our own words alone

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from trellis.rules.documents import DocumentKind, FileKind, Scan
from trellis.rules.vocabulary import Compartment, Marking, Permission
from trellis.service.access.models import User
from trellis.service.audit.seen import ShowsPerson
from trellis.service.common.register import (
    BY_SYSTEM,
    Category,
    Register,
    Retention,
    Rows,
    by_actor,
    by_permission,
    of_person,
    once,
    reads,
)
from trellis.service.people.models import IN_COMPARTMENT, Person
from trellis.service.schemes.models import Agency

KEEPS = by_permission(Permission.KEEP_DOCUMENTS)
IN_SIGHT = f"((compartment = '{Compartment.CORE}' AND {of_person()}) OR {IN_COMPARTMENT})"
OURS = "agency_id = actor_agency_id()"


class Document(ShowsPerson):
    """A document about a person: an agreement, a licence, a court paper. It is withdrawn, never removed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="documents")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=DocumentKind.choices())
    title = models.CharField(max_length=150)
    marking = models.CharField(max_length=30, choices=Marking.choices())
    compartment = models.CharField(max_length=20, choices=Compartment.choices(), default=Compartment.CORE)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    withdrawn_why = models.CharField(max_length=300, blank=True)

    register = Register(
        rows=Rows(
            see=f"{IN_SIGHT} AND ({reads()} OR {OURS})",
            write=f"{KEEPS} AND {IN_SIGHT} AND {by_actor('recorded_by_id')} AND ({OURS} OR (SELECT actor_is_system()))",
            change=f"{KEEPS} AND {IN_SIGHT} AND ({OURS} OR (SELECT actor_is_system()))",
            update=("withdrawn_at", "withdrawn_by_id", "withdrawn_why"),
            refuse=(
                once("withdrawn_at", "A document is withdrawn"),
                (
                    "Who withdraws a document does so in their own name",
                    "NEW.withdrawn_by_id IS DISTINCT FROM OLD.withdrawn_by_id"
                    " AND NEW.withdrawn_by_id IS DISTINCT FROM actor_id()",
                ),
            ),
            by_agreement=True,
        ),
        retention=Retention.CASE,
        subject="person_id",
        fields={
            Category.KEY: ("id", "person", "agency"),
            Category.CASE: ("kind", "title", "marking", "compartment", "withdrawn_why"),
            Category.PROVENANCE: ("recorded_by", "recorded_at", "withdrawn_at", "withdrawn_by"),
        },
    )

    class Meta:
        ordering = ("-recorded_at", "id")
        indexes = [models.Index(fields=("person", "-recorded_at"), name="document_person")]
        constraints = [
            models.CheckConstraint(
                name="withdrawal_says_who_and_why",
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_why="")),
            )
        ]

    def __str__(self) -> str:
        return self.title


class VersionManager(models.Manager["DocumentVersion"]):
    """Reads versions without what their files hold: a list of them must not carry megabytes."""

    def get_queryset(self) -> models.QuerySet[DocumentVersion]:
        """Leave the content where it is until somebody opens one."""
        return super().get_queryset().defer("sealed")


class DocumentVersion(ShowsPerson):
    """One file of a document. The latest number is the document as it stands; the earlier ones are kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    document = models.ForeignKey(Document, models.PROTECT, related_name="versions")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    file_kind = models.CharField(max_length=10, choices=FileKind.choices())
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    scan = models.CharField(max_length=10, choices=Scan.choices())
    # What changed, for a reader of several versions.
    note = models.CharField(max_length=300, blank=True)
    sealed = models.BinaryField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    objects = VersionManager()

    register = Register(
        rows=Rows(
            see="EXISTS (SELECT 1 FROM work_document d WHERE d.id = document_id)",
            write=f"{KEEPS} AND {by_actor('recorded_by_id')} AND EXISTS (SELECT 1 FROM work_document d"
            " WHERE d.id = document_id AND d.person_id = {table}.person_id AND d.withdrawn_at IS NULL"
            " AND (d.agency_id = actor_agency_id() OR (SELECT actor_is_system())))",
            # The system alone, to seal the same content with a newer key.
            change=BY_SYSTEM,
            update=("sealed",),
        ),
        retention=Retention.CASE,
        subject="person_id",
        fields={
            Category.KEY: ("id", "document", "person", "number"),
            Category.CASE: ("file_kind", "size", "digest", "scan", "note"),
            Category.PROVENANCE: ("recorded_by", "recorded_at"),
            # Sealed with the field key, and left out of the trail's images.
            Category.SECRET: ("sealed",),
        },
    )

    class Meta:
        ordering = ("document", "-number")
        constraints = [models.UniqueConstraint(fields=("document", "number"), name="one_version_a_number")]

    def __str__(self) -> str:
        return f"Version {self.number}"

    @property
    def seal(self) -> str:
        """What its content is sealed for."""
        return f"work_documentversion/{self.pk}"
