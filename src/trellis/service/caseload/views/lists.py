"""The one list of people managed: mine, my team's, my area's or everybody's, on screen and as a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from trellis.rules.caseload import LIGHT_SORTS, Case, ordered, select
from trellis.rules.vocabulary import Permission
from trellis.service.access.exporting import MOST_ROWS, attachment
from trellis.service.access.queries import Signed, signed_in
from trellis.service.access.stepping_up import recently_proved
from trellis.service.access.views import needs
from trellis.service.caseload.forms import CaseloadFilter, ExportForm
from trellis.service.caseload.models import Handover
from trellis.service.caseload.presenting import HEADINGS, exported, names_of, rows_of
from trellis.service.caseload.queries.cases import Caseload
from trellis.service.caseload.queries.scope import MINE, TITLES, Scope, scope_of, supervises, tabs_of
from trellis.service.caseload.queries.sight import Sight, sight_now
from trellis.service.common.exports import Table
from trellis.service.schemes.models import Agency
from trellis.service.ui.views import Page, chosen, paginate

SORT_BY = "Sort by"
HANDED_WITHIN = timedelta(days=14)
# By which a column sorts, its heading, and what of `Sight` it needs.
COLUMNS = (
    ("name", "Name", ""),
    ("priority", "Priority", ""),
    ("", "Leads", ""),
    ("contact", "Contact due", ""),
    ("next", "Next appointment", ""),
    ("plan", "Plan", "plans"),
    ("tasks", "Tasks", "tasks"),
    ("days", "Managed", ""),
)
SORTED_BY = (
    ("name", "Name", ""),
    ("priority", "Priority, the most urgent first", ""),
    ("contact", "Contact, the most overdue first", ""),
    ("seen", "Last seen, the longest ago first", ""),
    ("next", "Next appointment", ""),
    ("review", "Priority review, the most overdue first", "reviews"),
    ("plan", "Plan, those without one first", "plans"),
    ("-tasks", "Open tasks, the most first", "tasks"),
    ("-days", "Time managed, the longest first", ""),
    ("-changes", "Changes of manager, the most first", ""),
)


@dataclass(frozen=True, slots=True)
class Listing:
    """What a page of cases was asked for, and the cases that answer, in the order asked for."""

    scope: Scope
    sight: Sight
    form: CaseloadFilter
    sort: str
    cases: list[Case]
    caseload: Caseload
    is_light: bool

    def full(self, cases: list[Case]) -> list[Case]:
        """These of the cases, with all that a row shows."""
        return self.caseload.full(cases) if self.is_light else cases


def listing_of(request: HttpRequest) -> Listing:
    """The cases that a request's address asks for."""
    signed = signed_in(request)
    scope, sight = scope_of(signed, request.GET.get("whose", "")), sight_now()
    caseload = Caseload(signed.scheme, timezone.localdate())
    form = CaseloadFilter(
        request.GET, scheme=signed.scheme, sight=sight, sorts=sorts_of(sight),
        officers=names_of(number for case in caseload.cases for number in case.officers),
        agencies=Agency.objects.filter(pk__in={number for case in caseload.cases for number in case.agencies}),
    )  # fmt: skip
    asked = form.asked(scope.within, scope.areas)
    sort = form.order
    found = select(caseload.cases, asked.light)
    is_light = asked == asked.light and sort.removeprefix("-") in LIGHT_SORTS
    if not is_light:
        found = select(caseload.full(found), asked)
    return Listing(scope, sight, form, sort, ordered(found, sort), caseload, is_light)


def sorts_of(sight: Sight) -> list[tuple[str, str]]:
    """By what the reader may sort: never by what is not shared with them."""
    return [(name, text) for name, text, needed in SORTED_BY if not needed or getattr(sight, needed)]


def columns_of(sight: Sight) -> list[tuple[str, str]]:
    """The columns that the reader has, each with what sorts it."""
    return [(name, text) for name, text, needed in COLUMNS if not needed or getattr(sight, needed)]


@needs(Permission.SEE_MANAGED_PEOPLE)
def people(request: HttpRequest) -> HttpResponse:
    """List the people managed that the reader may see and asked for."""
    signed, listing = signed_in(request), listing_of(request)
    page: Page[Case] = paginate(request, listing.cases)
    context = {
        "title": "People managed",
        "form": listing.form,
        "selected": [one for one in chosen(listing.form, request.GET) if one["heading"] != SORT_BY],
        "page": page,
        "rows": rows_of(listing.full(page.items)),
        "columns": [_column(request, name, text, listing.sort) for name, text in columns_of(listing.sight)],
        "sight": listing.sight,
        "handed": _handed(signed) if listing.scope.name == MINE else [],
        "may_export": signed.may(Permission.EXPORT),
        "may_allocate": signed.may(Permission.ALLOCATE),
    }
    return render(request, "caseload/people.html", context | frame(request, listing.scope))


def frame(request: HttpRequest, scope: Scope, here: str = "caseload:people") -> dict[str, Any]:
    """What stands at the head of every page of caseloads: whose it is, and the page beside it."""
    signed = signed_in(request)
    query = request.GET.copy()
    query.pop("page", None)
    tabs = []
    for name in tabs_of(signed):
        query["whose"] = name
        tabs.append({"text": TITLES[name], "href": f"?{query.urlencode()}", "active": name == scope.name})
    rooms = [("List", "caseload:people", True), ("Workload", "caseload:workload", supervises(signed))]
    return {
        "tabs": tabs if len(tabs) > 1 else [],
        "whose": scope.name,
        "rooms": [
            {"text": text, "href": f"{reverse(name)}?whose={scope.name}", "active": name == here}
            for text, name, open_ in rooms
            if open_
        ],
        "query": request.GET.urlencode(),
    }


def _handed(signed: Signed) -> list[Handover]:
    """What was handed to the reader lately, the latest first."""
    since = timezone.localdate() - HANDED_WITHIN
    rows = Handover.objects.current().filter(to_officer=signed.user, happened_on__gte=since)
    return list(rows.select_related("person", "from_officer"))


def _column(request: HttpRequest, name: str, text: str, sort: str) -> dict[str, str]:
    """A heading, a link where the column sorts: the other way round when the list stands by it already."""
    if not name:
        return {"text": text}
    query = request.GET.copy()
    query.pop("page", None)
    query["sort"] = f"-{name}" if sort == name else name
    state = {name: "ascending", f"-{name}": "descending"}.get(sort, "none")
    return {"text": text, "href": f"?{query.urlencode()}", "sort": state}


@needs(Permission.SEE_MANAGED_PEOPLE)
@recently_proved
@needs(Permission.EXPORT)
def export(request: HttpRequest) -> HttpResponse:
    """Take out the list as it is filtered and sorted, for the reason given."""
    form, listing = ExportForm(request.POST or None), listing_of(request)
    if request.method == "POST" and form.is_valid():
        if len(listing.cases) <= MOST_ROWS:
            rows = [exported(row, listing.sight) for row in rows_of(listing.full(listing.cases))]
            table = Table("People managed", HEADINGS, rows)  # type: ignore[arg-type]  # cells of the kinds it takes
            return attachment(request, [table], what="people managed", reason=form.reason_given())
        form.add_error(None, f"That is more than {MOST_ROWS:,} people. Go back and ask for fewer.")
    context = {
        "form": form,
        "title": "Export the list of people managed",
        "count": len(listing.cases),
        "submit": "Export",
        "back": f"{reverse('caseload:people')}?{request.GET.urlencode()}",
    }
    return render(request, "caseload/export.html", context)
