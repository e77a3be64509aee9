"""Finding somebody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Permission
from trellis.service.access.views import needs
from trellis.service.home.forms import PersonSearch
from trellis.service.home.queries.people import Listed, listed
from trellis.service.people.queries import Found, held_apart, search


@needs(Permission.SEARCH)
def find(request: HttpRequest) -> HttpResponse:
    """Ask whom to look for, and show who matches and by what, or that a record is held which may not be opened."""
    form = PersonSearch(request.POST or None)
    found: Found | None = None
    apart: int | None = None
    people: list[Listed] = []
    if form.is_valid():
        try:
            found = search(form.cleaned_data["q"])
        except Refused as refusal:
            form.add_error("q", str(refusal))
        else:
            apart = held_apart(form.cleaned_data["q"])
            people = listed([hit.person for hit in found.hits])
    hits = list(zip(people, found.hits, strict=True)) if found else []
    context = {"title": "Find a person", "form": form, "found": found, "hits": hits, "apart": apart}
    return render(request, "home/search.html", context)
