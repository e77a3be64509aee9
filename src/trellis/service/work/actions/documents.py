"""Keeping documents: added, brought up to date by another version, opened, and withdrawn."""

from __future__ import annotations

from hashlib import sha256

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from trellis.rules.documents import DocumentKind, file_kind
from trellis.rules.errors import Refused
from trellis.rules.tasks import check_why
from trellis.rules.vocabulary import Compartment, Marking, Permission
from trellis.service.access.models import User
from trellis.service.access.permitted import acting_agency, check_permitted
from trellis.service.common.encryption import field_keys
from trellis.service.people.models import Person
from trellis.service.work.models import Document, DocumentVersion
from trellis.service.work.queries.documents import compartments_open, why_not_change
from trellis.service.work.scanning import scanned


@transaction.atomic
def add_document(
    *,
    by: User,
    person: Person,
    kind: DocumentKind,
    title: str,
    content: bytes,
    marking: Marking = Marking.OFFICIAL_SENSITIVE,
    compartment: Compartment = Compartment.CORE,
) -> Document:
    """Keep a file as a new document of the agency acted for.

    Raises Refused for a file of a kind that is not kept, with macros or too large; for one that the scanner refuses;
    without a title; and for a compartment of this person that the writer does not hold.
    """
    check_permitted(by, Permission.KEEP_DOCUMENTS)
    if not title.strip():
        raise Refused("Give the document a title by which a colleague finds it.")
    if compartment not in compartments_open(person.pk):
        raise Refused("You may not read or write documents of that kind about this person. Choose another.")
    document = Document(
        person=person, agency_id=acting_agency(by), kind=kind, title=title.strip(), marking=marking,
        compartment=compartment, recorded_by=by,
    )  # fmt: skip
    version = _version(document, content, by, number=1, note="")
    document.save(force_insert=True)
    version.save(force_insert=True)
    return document


@transaction.atomic
def add_version(*, by: User, document: Document, content: bytes, note: str) -> DocumentVersion:
    """Keep a file as the next version of a document of one's own agency; the earlier ones stay.

    Raises Refused as `add_document` does, without a note of what changed, and for the same file again.
    """
    check_permitted(by, Permission.KEEP_DOCUMENTS)
    check_why(note, "Say in a few words what has changed.")
    standing = _changeable(document, by)
    latest = standing.versions.order_by("-number").first()
    version = _version(standing, content, by, number=1, note=note.strip())
    if latest is not None and latest.digest == version.digest:
        raise Refused("This is the very file that is kept already. Choose the new one.")
    version.number = (standing.versions.aggregate(most=Max("number"))["most"] or 0) + 1
    version.save(force_insert=True)
    return version


@transaction.atomic
def withdraw_document(*, by: User, document: Document, why: str) -> None:
    """Take a document of one's own agency off the record, for a reason; it is kept, and opened by nobody from then."""
    check_permitted(by, Permission.KEEP_DOCUMENTS)
    check_why(why, "Say in a few words why it is withdrawn.")
    standing = _changeable(document, by)
    standing.withdrawn_at, standing.withdrawn_by, standing.withdrawn_why = timezone.now(), by, why.strip()
    standing.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_why"])


def _version(document: Document, content: bytes, by: User, *, number: int, note: str) -> DocumentVersion:
    kind = file_kind(content)
    version = DocumentVersion(
        document=document, person_id=document.person_id, number=number, file_kind=kind, size=len(content),
        digest=sha256(content).hexdigest(), scan=scanned(content), note=note, recorded_by=by,
    )  # fmt: skip
    version.sealed = field_keys().encrypt_bytes(content, row=version.seal)
    return version


def _changeable(document: Document, by: User) -> Document:
    standing: Document = Document.objects.select_for_update(of=("self",)).select_related("agency").get(pk=document.pk)
    if refusal := why_not_change(standing, acting_agency(by)):
        raise Refused(refusal)
    return standing
