"""Who has seen one person's record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from trellis.rules.reasons import ReasonKind
from trellis.rules.vocabulary import Permission
from trellis.service.access.exporting import MOST_ROWS, attachment
from trellis.service.access.reasons import ask_reason
from trellis.service.access.stepping_up import recently_proved
from trellis.service.access.views import needs
from trellis.service.audit.queries import Days
from trellis.service.common.exports import Table
from trellis.service.oversight.forms import DaysFilter, ExportForm
from trellis.service.oversight.queries.readers import WEEKS, Readers, Reading, basis_words, readers_of
from trellis.service.oversight.words import outcome_words, page_words, purpose_words
from trellis.service.people.opening import person_or_refusal
from trellis.service.ui.filters import short_date
from trellis.service.ui.views import chosen

SHOWN = 500
HEADINGS = ("When", "Who", "Acting for", "Page", "People on the page", "Outcome", "Purpose", "Reason", "Basis")


@needs(Permission.SEE_READERS)
def readers(request: HttpRequest, person_id: int) -> HttpResponse:
    """Show who saw the record in the days asked for, grouped by reader, by week and one by one."""
    person = person_or_refusal(request, person_id)
    if page := ask_reason(request, ReasonKind.READERS, about=f"person {person_id}"):
        return page
    form = DaysFilter(request.GET)
    days = _days(form)
    told = readers_of(person, days)
    context = {
        "title": "Who has seen this record",
        "person": person,
        "back": reverse("home:person", args=[person_id]),
        "form": form,
        "selected": chosen(form, request.GET),
        "span": days.span,
        "told": told,
        "weeks": [{"label": f"Week of {short_date(day)}", "value": count} for day, count in told.weeks(days)],
        "rows_told": [_row(told, reading) for reading in told.readings[:SHOWN]],
        "shown": SHOWN,
        "query": request.GET.urlencode(),
    }
    return render(request, "oversight/readers.html", context)


@needs(Permission.SEE_READERS)
@recently_proved
@needs(Permission.EXPORT)
def export_readers(request: HttpRequest, person_id: int) -> HttpResponse:
    """Take out who saw the record, for the reason given."""
    person = person_or_refusal(request, person_id)
    form = ExportForm(request.POST or None)
    days = _days(DaysFilter(request.GET))
    if request.method == "POST" and form.is_valid():
        told = readers_of(person, days, MOST_ROWS)
        rows = [list(_row(told, reading).values()) for reading in told.readings]
        table = Table("Who has seen a record", HEADINGS, rows)
        return attachment(request, [table], what="who has seen a record", reason=form.reason_given())
    since, until = days.span
    context = {
        "form": form,
        "title": "Export who has seen this record",
        "caption": str(person),
        "lede": f"From {short_date(since)} to {short_date(until)}, as a file that spreadsheets open.",
        "submit": "Export",
        "back": reverse("oversight:readers", args=[person_id]),
    }
    return render(request, "oversight/export.html", context)


def _days(form: DaysFilter) -> Days:
    """The days asked for, or the last twelve weeks."""
    form.is_valid()
    until = form.cleaned_data.get("until")
    first = (until or timezone.localdate()) - timedelta(weeks=WEEKS)
    return Days(since=form.cleaned_data.get("since") or first, until=until)


def _row(told: Readers, reading: Reading) -> dict[str, Any]:
    """One reading in words, in the order of HEADINGS."""
    cells = (
        reading.at,
        told.name(reading),
        told.agency(reading),
        page_words(reading.page),
        reading.others + (not (reading.refused or reading.told_only)),
        outcome_words(reading.status, reading.method, reading.detail),
        purpose_words(reading.detail),
        reading.detail.get("reason", ""),
        ", ".join(basis_words(basis) for basis in reading.bases),
    )
    return dict(zip(HEADINGS, cells, strict=True))
