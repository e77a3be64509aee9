"""Documents about a person: listed, added, opened, brought up to date and withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from trellis.rules.documents import FileKind, Scan
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Permission
from trellis.service.access.queries import signed_in
from trellis.service.access.views import needs
from trellis.service.audit.seen import note_detail
from trellis.service.common.exports import file_name
from trellis.service.people.opening import person_or_refusal
from trellis.service.work.actions.documents import add_document, add_version, withdraw_document
from trellis.service.work.forms.documents import DocumentForm, FileForm, VersionForm, WithdrawForm
from trellis.service.work.models import Document, DocumentVersion
from trellis.service.work.queries.documents import compartments_open, content_of, documents_about, why_not_change

SANDBOX = "default-src 'none'; sandbox"


@needs(Permission.KEEP_DOCUMENTS)
def documents(request: HttpRequest, person_id: int) -> HttpResponse:
    """Show the documents about a person, each with its versions."""
    person = person_or_refusal(request, person_id)
    signed = signed_in(request)
    found = list(documents_about(person.pk))
    context = {
        "title": "Documents",
        "person": person,
        "documents": [(one, why_not_change(one, signed.agency_id)) for one in found],
        "unscanned": any(version.scan == Scan.UNSCANNED for one in found for version in one.versions.all()),
        "back": reverse("home:person", args=[person.pk]),
    }
    return render(request, "work/documents.html", context)


@needs(Permission.KEEP_DOCUMENTS)
def add(request: HttpRequest, person_id: int) -> HttpResponse:
    """Add a document about a person."""
    person = person_or_refusal(request, person_id)
    by = signed_in(request).user
    form = DocumentForm(request.POST or None, request.FILES or None, offered=compartments_open(person.pk))
    return _asked(
        request, person.pk, form, lambda: add_document(by=by, person=person, **form.asked()),
        title="Add a document", submit="Add the document", caption=str(person), done="The document is kept.",
    )  # fmt: skip


@needs(Permission.KEEP_DOCUMENTS)
def update(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Add the next version of a document."""
    document = _changeable(request, document_id)
    by = signed_in(request).user
    form = VersionForm(request.POST or None, request.FILES or None)
    return _asked(
        request, document.person_id, form,
        lambda: add_version(by=by, document=document, content=form.content(), note=form.cleaned_data["note"]),
        title="Add a version", submit="Add the version", caption=str(document),
        done="The new version is kept, and the earlier ones with it.",
    )  # fmt: skip


@needs(Permission.KEEP_DOCUMENTS)
def withdraw(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Withdraw a document."""
    document = _changeable(request, document_id)
    by = signed_in(request).user
    form = WithdrawForm(request.POST or None)
    return _asked(
        request, document.person_id, form,
        lambda: withdraw_document(by=by, document=document, why=form.cleaned_data["why"]),
        title="Withdraw a document", submit="Withdraw the document", caption=str(document),
        done="The document is withdrawn. The trail keeps who withdrew it and why.",
    )  # fmt: skip


@needs(Permission.KEEP_DOCUMENTS)
def download(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Hand out the file of one version, to be saved: a browser shows none of it in the name of this service."""
    version = get_object_or_404(DocumentVersion.objects.select_related("document"), pk=version_id)
    person_or_refusal(request, version.person_id)
    if version.document.withdrawn_at is not None:
        raise PermissionDenied("This document has been withdrawn, so it is not handed out any more.")
    try:
        content = content_of(version)
    except Refused as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    note_detail(document=str(version.document_id), version=version.number)
    kind = FileKind(version.file_kind)
    response = HttpResponse(content, content_type=kind.media_type)
    name = file_name(version.document.kind.replace("_", "-"), str(version.pk), kind.value, version.document.marking)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _asked(
    request: HttpRequest,
    person_id: int,
    form: FileForm | WithdrawForm,
    act: Callable[[], object],
    *,
    done: str,
    **words: str,
) -> HttpResponse:
    """Draw a form about a person's documents, and do what it asks."""
    back = reverse("work:documents", args=[person_id])
    if form.is_valid():
        try:
            act()
        except Refused as refusal:
            form.add_error("file" if "file" in form.fields else None, str(refusal))
        else:
            messages.success(request, done)
            return redirect(back)
    return render(request, "ui/form.html", {"form": form, "back": back, "cancel": back} | words)


def _changeable(request: HttpRequest, document_id: UUID) -> Document:
    document: Document = get_object_or_404(Document.objects.select_related("agency"), pk=document_id)
    person_or_refusal(request, document.person_id)
    if refusal := why_not_change(document, signed_in(request).agency_id):
        raise PermissionDenied(refusal)
    return document
