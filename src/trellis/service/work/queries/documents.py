"""Documents about a person, as the reader's grants and their agency's agreement show them."""

from __future__ import annotations

from hashlib import sha256

from django.db import connection
from django.db.models import Prefetch, QuerySet

from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Compartment
from trellis.service.common.encryption import Undecipherable, field_keys
from trellis.service.work.models import Document, DocumentVersion


def documents_about(person_id: int) -> QuerySet[Document]:
    """Documents about a person that stand, the latest first, each with its versions, the newest first."""
    versions = DocumentVersion.objects.select_related("recorded_by").order_by("-number")
    found = Document.objects.filter(person_id=person_id, withdrawn_at=None).select_related("agency", "recorded_by")
    return found.prefetch_related(Prefetch("versions", versions))


def compartments_open(person_id: int) -> list[Compartment]:
    """The compartments of a person that the reader's grants open, the core record first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT actor_compartments_of(%s, now())", [person_id])
        held = set(cursor.fetchone()[0])
    return [one for one in Compartment if one in held and one is not Compartment.STAFF]


def why_not_change(document: Document, agency_id: int | None) -> str:
    """Why an agency may not bring a document up to date or withdraw it, in a sentence; nothing when it may."""
    if document.withdrawn_at is not None:
        return "This document has been withdrawn. Add the new file as a document of its own."
    if document.agency_id != agency_id:
        return f"This document is {document.agency}’s. Ask them to bring it up to date."
    return ""


def content_of(version: DocumentVersion) -> bytes:
    """What a version's file holds. Raises Refused where no key in use opens it, or it is not what was kept."""
    try:
        content = field_keys().decrypt_bytes(bytes(version.sealed), row=version.seal)
    except Undecipherable as fault:
        raise _damaged() from fault
    if sha256(content).hexdigest() != version.digest:
        raise _damaged()
    return content


def _damaged() -> Refused:
    return Refused("This file cannot be opened: its key is not in use, or it was altered. Tell your administrator.")
