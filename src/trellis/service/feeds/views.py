"""Pages of feeds: files and their progress, rows that wait, and questions of who somebody is."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Permission
from trellis.service.access.models import User
from trellis.service.access.queries import signed_in
from trellis.service.access.views import needs
from trellis.service.audit.seen import note_detail
from trellis.service.feeds import queries
from trellis.service.feeds.actions import answer_who, dismiss_row, mend_row, receive_file, replay_file
from trellis.service.feeds.forms import AnswerForm, DismissForm, LoadForm, MendForm
from trellis.service.feeds.jobs import apply_file
from trellis.service.feeds.mapping import mapping
from trellis.service.feeds.models import FeedFile, WaitingRow
from trellis.service.schemes.models import Scheme
from trellis.service.ui.filters import plural
from trellis.service.ui.views import Page, paginate

WORKING = {FeedFile.State.RECEIVED, FeedFile.State.APPLYING}


@needs(Permission.IMPORT_FEEDS, Permission.MEND_QUARANTINE)
def files(request: HttpRequest) -> HttpResponse:
    """List what has been received, latest first; with `?show=waiting` only files of which rows wait."""
    scheme = _scheme(request)
    waiting = request.GET.get("show") == "waiting"
    page: Page[FeedFile] = paginate(request, queries.files_of(scheme, waiting=waiting))
    context = {
        "title": "Feeds",
        "waiting": waiting,
        "page": page,
        "names": {file.pk: queries.feed_name(file.feed) for file in page.items},
        "questions": queries.questions(scheme).count(),
        "may_load": signed_in(request).may(Permission.IMPORT_FEEDS),
        "may_answer": signed_in(request).may(Permission.ANSWER_IDENTITY_QUESTIONS),
    }
    return render(request, "feeds/files.html", context)


@needs(Permission.IMPORT_FEEDS)
def load(request: HttpRequest) -> HttpResponse:
    """Take a file in, and have it applied."""
    form = LoadForm(_sent(request), request.FILES or None, offered=queries.feeds_offered())
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            file, is_new = receive_file(
                by=_user(request),
                feed=form.cleaned_data["feed"],
                scheme=_scheme(request),
                name=sent.name,
                content=sent.read(),
            )
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            if is_new:
                apply_file.defer(file_id=file.pk)
            else:
                messages.info(request, "This file was received before. Nothing has been applied a second time.")
            return redirect("feeds:file", file.pk)
    context = {"title": "Load a file", "form": form, "submit": "Load the file", "back": reverse("feeds:files")}
    return render(request, "feeds/load.html", context)


@needs(Permission.IMPORT_FEEDS, Permission.MEND_QUARANTINE)
def file(request: HttpRequest, file_id: int) -> HttpResponse:
    """Show how far a file is, and what of it waits."""
    found = _file(request, file_id)
    asked = request.GET.get("kind", "")
    kind = asked if asked in WaitingRow.Kind else ""
    page: Page[WaitingRow] = paginate(request, queries.waiting_rows(found, kind))
    counts = queries.waiting_counts(found)
    context = {
        "title": f"{queries.feed_name(found.feed)}, received {found.received_at:%d/%m/%Y}",
        "file": found,
        "feed": queries.feed_name(found.feed),
        "working": found.state in WORKING,
        "through": max(found.applied_through - 1, 0),
        "page": page,
        "told": queries.told_of(page.items),
        "kind": kind,
        "kinds": [(one.value, one.label, counts.get(one.value, 0)) for one in WaitingRow.Kind if one.value in counts],
        "waiting": sum(counts.values()),
        "may_mend": signed_in(request).may(Permission.MEND_QUARANTINE),
        "back": reverse("feeds:files"),
    }
    return render(request, "feeds/file.html", context)


@needs(Permission.MEND_QUARANTINE)
@require_POST
def replay(request: HttpRequest, file_id: int) -> HttpResponse:
    """Try a file's waiting rows again."""
    found = _file(request, file_id)
    try:
        applied = replay_file(by=_user(request), file=found)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        if applied:
            messages.success(request, f"{plural(applied, 'row')} went in.")
        else:
            messages.info(request, "Every row waits still: nothing that they lack has come.")
    return redirect("feeds:file", found.pk)


@needs(Permission.MEND_QUARANTINE, Permission.ANSWER_IDENTITY_QUESTIONS)
def row(request: HttpRequest, row_id: int) -> HttpResponse:
    """Show a waiting row as sent, with what is wrong; take its mend."""
    found = _row(request, row_id)
    form = MendForm(_sent(request), row=found)
    if request.method == "POST" and form.is_valid():
        try:
            done = mend_row(by=_user(request), row=found, cells=form.cells())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _after(request, found, done=done)
    return render(request, "feeds/row.html", _row_context(request, found) | {"form": form})


@needs(Permission.MEND_QUARANTINE)
def dismiss(request: HttpRequest, row_id: int) -> HttpResponse:
    """Set a row aside."""
    found = _row(request, row_id)
    form = DismissForm(_sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            dismiss_row(by=_user(request), row=found, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Line {found.line} is set aside.")
            return redirect("feeds:file", found.file_id)
    context = {
        "title": f"Set line {found.line} aside",
        "form": form,
        "submit": "Set the row aside",
        "lede": queries.told_of([found])[found.pk].sentence,
        "back": reverse("feeds:row", args=[found.pk]),
    }
    return render(request, "ui/form.html", context)


@needs(Permission.ANSWER_IDENTITY_QUESTIONS)
def questions(request: HttpRequest) -> HttpResponse:
    """List the questions of who somebody is."""
    page: Page[WaitingRow] = paginate(request, queries.questions(_scheme(request)))
    context = {
        "title": "Who is this?",
        "page": page,
        "told": queries.told_of(page.items),
        "names": {one.pk: queries.feed_name(one.file.feed) for one in page.items},
        "back": reverse("feeds:files"),
    }
    return render(request, "feeds/questions.html", context)


@needs(Permission.ANSWER_IDENTITY_QUESTIONS)
def question(request: HttpRequest, row_id: int) -> HttpResponse:
    """Show a row beside the people it might be about; take the answer."""
    found = _row(request, row_id)
    people = queries.candidates_of(found)
    # Whom the reader cannot see might be the one: then nobody new is made of the row.
    new = mapping(found.file.feed).shape.names and len(people) == len(found.candidates)
    form = AnswerForm(_sent(request), candidates=people, new=new)
    if request.method == "POST" and form.is_valid():
        try:
            done = answer_who(by=_user(request), row=found, person=form.person())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _after(request, found, done=done)
    context = _row_context(request, found) | {
        "title": f"Who is this? Line {found.line}",
        "form": form,
        "people": people,
    }
    return render(request, "feeds/question.html", context)


def _after(request: HttpRequest, found: WaitingRow, *, done: bool) -> HttpResponse:
    if done:
        messages.success(request, f"Line {found.line} went in.")
        return redirect("feeds:file", found.file_id)
    messages.warning(request, f"Line {found.line} waits still. Read what it says now.")
    return redirect("feeds:row", found.pk)


def _row_context(request: HttpRequest, found: WaitingRow) -> dict[str, object]:
    signed = signed_in(request)
    sent = [(column, cell, column == found.column) for column, cell in found.latest.items()]
    return {
        "title": f"Line {found.line}",
        "row": found,
        "told": queries.told_of([found])[found.pk],
        "feed": queries.feed_name(found.file.feed),
        "sent": sent,
        "waits": found.state == WaitingRow.State.WAITING,
        "asks": found.kind in queries.ASKED,
        "may_mend": signed.may(Permission.MEND_QUARANTINE),
        "may_answer": signed.may(Permission.ANSWER_IDENTITY_QUESTIONS),
        "back": reverse("feeds:file", args=[found.file_id]),
    }


def _file(request: HttpRequest, file_id: int) -> FeedFile:
    return get_object_or_404(queries.files_of(_scheme(request)), pk=file_id)


def _row(request: HttpRequest, row_id: int) -> WaitingRow:
    rows = WaitingRow.objects.select_related("file").defer("file__content").filter(file__scheme=_scheme(request))
    found = get_object_or_404(rows, pk=row_id)
    note_detail(feed_row=found.pk)
    return found


def _scheme(request: HttpRequest) -> Scheme:
    scheme = signed_in(request).scheme
    if scheme is None:
        raise Http404("You work in no scheme.")
    return scheme


def _sent(request: HttpRequest) -> QueryDict | None:
    # An empty form that was sent is not the same as none.
    return request.POST if request.method == "POST" else None


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)
