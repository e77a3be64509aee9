"""What leaves in a file: the trail, and a person's whole record for inspection."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from trellis.rules.reasons import ReasonKind
from trellis.rules.vocabulary import Permission
from trellis.service.access.exporting import MOST_ROWS, attachment
from trellis.service.access.queries import signed_in
from trellis.service.access.reasons import ask_reason, note_reason
from trellis.service.access.stepping_up import recently_proved
from trellis.service.access.views import needs
from trellis.service.audit.queries import change_events
from trellis.service.audit.seen import note_detail, note_person
from trellis.service.common.exports import Table, cell_text, plain
from trellis.service.oversight.forms import FILES, ExportForm, InspectionForm, TrailFilter
from trellis.service.oversight.queries.inspection import record_of
from trellis.service.oversight.queries.trail import Kind, access_events
from trellis.service.oversight.views.trail import PAGES, filter_of
from trellis.service.oversight.words import ToldChange, ToldEvent, told_changes, told_events
from trellis.service.people.models import Person
from trellis.service.people.opening import person_or_refusal
from trellis.service.ui.filters import short_date

EVENT_HEADINGS = (
    *(
        "When",
        "Who",
        "User name",
        "Agency",
        "Page",
        "Outcome",
        "People, by number",
        "How many people",
        "More",
        "Request",
    ),
)
CHANGE_HEADINGS = ("When", "Who", "What was done", "Record", "Number", "Columns", "Person, by number", "Request")


@needs(Permission.READ_TRAIL)
@recently_proved
@needs(Permission.EXPORT)
def export_trail(request: HttpRequest) -> HttpResponse:
    """Take out the events that the filter shows, of the kind `?kind=`, for the reason given."""
    if page := ask_reason(request, ReasonKind.TRAIL):
        return page
    asked = request.GET.get("kind", "")
    kind = Kind(asked) if asked in Kind.__members__.values() else Kind.SEEN
    events = filter_of(request, kind, reads_all=True)
    form = ExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        table = _changes(events) if kind is Kind.CHANGES else _events(events, kind)
        if len(table.rows) <= MOST_ROWS:
            return attachment(request, [table], what=f"trail {kind.value}", reason=form.reason_given())
        form.add_error(None, f"That is more than {MOST_ROWS:,} events. Go back and ask for fewer days.")
    since, until = (events.asked_changes() if kind is Kind.CHANGES else events.asked()).span
    context = {
        "form": form,
        "title": "Export the trail",
        "lede": f"{kind.label}, from {since:%-d %B %Y} to {until:%-d %B %Y}, as the filter shows it.",
        "submit": "Export",
        "back": f"{reverse(PAGES[kind])}?{request.GET.urlencode()}",
    }
    return render(request, "oversight/export.html", context)


@needs(Permission.EXPORT)
@recently_proved
def inspection(request: HttpRequest, person_id: int) -> HttpResponse:
    """Take out one person's whole record, on a page to print or in files, for the reason given.

    The page answers the POST, so it has no address at which it could be opened again without a reason.
    """
    person = person_or_refusal(request, person_id, Person.objects.select_related("scheme", "area"))
    form = InspectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        tables = record_of(person)
        if form.cleaned_data["how"] == FILES:
            return attachment(request, tables, what="record for inspection", reason=form.reason_given())
        return _print(request, person, tables, form)
    context = {
        "form": form,
        "title": "A whole record, for inspection",
        "caption": str(person),
        "submit": "Go on",
        "back": reverse("home:person", args=[person_id]),
    }
    return render(request, "oversight/inspect.html", context)


def _print(request: HttpRequest, person: Person, tables: list[Table], form: InspectionForm) -> HttpResponse:
    reason = form.reason_given()
    note_reason(reason)
    note_detail(export="record for inspection", rows=sum(len(table.rows) for table in tables), file="a page to print")
    signed = signed_in(request)
    context = {
        "title": "A whole record, for inspection",
        "person": person,
        "back": reverse("home:person", args=[person.pk]),
        "own": list(zip(tables[0].headings, _texts(tables[0])[0], strict=True)),
        "tables": [{"name": one.name, "headings": one.headings, "rows": _texts(one)} for one in tables[1:]],
        "by": signed.user,
        "agency": signed.agency,
        "at": timezone.localtime(),
        "reason": reason.words if reason else "",
        "reference": request.trellis_request_id,  # type: ignore[attr-defined]
    }
    return render(request, "oversight/inspection.html", context)


def _texts(table: Table) -> list[list[str]]:
    """The cells as a page shows them: days and times as people write them."""
    return [[_text(cell) for cell in row] for row in table.rows]


def _text(cell: Any) -> str:
    if isinstance(cell, datetime):
        return f"{short_date(timezone.localtime(cell).date())}, {timezone.localtime(cell):%H:%M}"
    return short_date(cell) if isinstance(cell, date) else plain(cell_text(cell))


def _events(events: TrailFilter, kind: Kind) -> Table:
    """The access events; each person they name is named by this request too, for their numbers leave with it."""
    found = told_events(access_events(events.asked(), kind).order_by("-at", "-pk")[: MOST_ROWS + 1])
    for person_id in {person_id for one in found for person_id in one.event.person_ids}:
        note_person(person_id)
    return Table(f"Trail, {kind.label.lower()}", EVENT_HEADINGS, [_event_row(one) for one in found])


def _event_row(one: ToldEvent) -> list[Any]:
    event = one.event
    numbers = " ".join(str(number) for number in event.person_ids)
    told = [event.at, one.who, one.username, one.agency, one.page, one.outcome, numbers, len(event.person_ids)]
    return [*told, one.detail, event.request_id]


def _changes(events: TrailFilter) -> Table:
    found = told_changes(change_events(events.asked_changes()).order_by("-at", "-pk")[: MOST_ROWS + 1])
    for person_id in {one.event.person_id for one in found}:
        note_person(person_id)
    return Table("Trail, what was changed", CHANGE_HEADINGS, [_change_row(one) for one in found])


def _change_row(one: ToldChange) -> list[Any]:
    event = one.event
    return [event.at, one.who, one.did, one.what, event.row, one.columns, event.person_id, event.request_id]
