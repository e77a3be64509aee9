"""The list of people managed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from trellis.rules.vocabulary import Permission, Role
from trellis.service.access.queries import signed_in
from trellis.service.access.views import needs
from trellis.service.home.forms import CaseloadFilter
from trellis.service.home.presenting import short_review
from trellis.service.home.queries.caseload import managed
from trellis.service.home.queries.people import listed
from trellis.service.people.models import Person
from trellis.service.ui.views import Page, chosen, paginate

COLUMNS = (
    ("name", "Name"),
    ("born", "Date of birth"),
    ("area", "Area"),
    ("", "Cohort"),
    ("", "Leads"),
    ("seen", "Last seen"),
    ("review", "Review"),
    ("priority", "Priority"),
)
LEADS = {Role.POLICE_OFFENDER_MANAGER, Role.PROBATION_OFFENDER_MANAGER}


@needs(Permission.SEE_MANAGED_PEOPLE)
def people(request: HttpRequest) -> HttpResponse:
    """List the people managed that the reader may see."""
    signed = signed_in(request)
    form = CaseloadFilter(request.GET, scheme=signed.scheme)
    asked = form.asked(signed.user, request.GET.get("sort", "name"))
    page: Page[Person] = paginate(request, managed(signed.scheme, asked))
    today = timezone.localdate()
    context = {
        "title": "People managed",
        "form": form,
        "selected": chosen(form, request.GET),
        "page": page,
        "people": [(one, short_review(one.priority, today)) for one in listed(page.items)],
        "columns": [_column(request, name, text, asked.sort) for name, text in COLUMNS],
        "sort": asked.sort,
        "leads": bool(LEADS & signed.roles),
    }
    return render(request, "home/people.html", context)


def _column(request: HttpRequest, name: str, text: str, sort: str) -> dict[str, str]:
    """A heading, a link where the column sorts: the other way round when the list stands by it already."""
    if not name:
        return {"text": text}
    query = request.GET.copy()
    query.pop("page", None)
    query["sort"] = f"-{name}" if sort == name else name
    state = {name: "ascending", f"-{name}": "descending"}.get(sort, "none")
    return {"text": text, "href": f"?{query.urlencode()}", "sort": state}
