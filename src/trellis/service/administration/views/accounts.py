"""The list of accounts, looking for one, and one account's page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from trellis.rules.vocabulary import Permission
from trellis.service.access.queries import signed_in
from trellis.service.access.views import needs
from trellis.service.administration.forms import AccountFilter, AccountSearch
from trellis.service.administration.queries.accounts import (
    SEARCHED_AT_MOST,
    AccountState,
    Asked,
    accounts,
    held_by,
    listed,
    opened_to,
)
from trellis.service.administration.queries.requests import history_of, open_about
from trellis.service.administration.views.reading import READERS, account_of, scheme_of, sections
from trellis.service.audit.seen import note_detail
from trellis.service.training.queries.overseen import overseen
from trellis.service.ui.views import Page, chosen, paginate


@needs(*READERS)
def users(request: HttpRequest) -> HttpResponse:
    """List the accounts of the scheme."""
    scheme = scheme_of(request)
    form = AccountFilter(request.GET)
    page: Page[tuple[int, bool, str, str]] = paginate(request, accounts(scheme, form.asked()))
    context = {
        "title": "Users",
        "form": form,
        "search": AccountSearch(auto_id="search_%s"),
        "selected": chosen(form, request.GET),
        "page": page,
        "lines": listed(scheme, page.items),
    }
    return render(request, "administration/users.html", context | sections(request, scheme))


@needs(*READERS)
def search(request: HttpRequest) -> HttpResponse:
    """Look for accounts by part of a name or username; the words stand in no address and no log."""
    scheme = scheme_of(request)
    form = AccountSearch(request.POST or None)
    lines, more = None, False
    if form.is_valid():
        rows = list(accounts(scheme, Asked(text=form.cleaned_data["q"]))[: SEARCHED_AT_MOST + 1])
        more = len(rows) > SEARCHED_AT_MOST
        lines = listed(scheme, rows[:SEARCHED_AT_MOST])
        note_detail(found=len(lines))
    context = {"title": "Find a user", "form": form, "lines": lines, "more": more}
    return render(request, "administration/search.html", context | sections(request, scheme))


@needs(*READERS)
def user(request: HttpRequest, user_id: int) -> HttpResponse:
    """One account: its roles, what they open, what waits and what has been decided."""
    one, scheme = account_of(request, user_id)
    signed = signed_in(request)
    context = {
        "title": "User",
        "one": one,
        "state": AccountState(one.state),  # type: ignore[attr-defined]
        "held": held_by(one, scheme),
        "opened": opened_to(one, scheme),
        "waits": open_about(one),
        "history": history_of(one, scheme),
        "changes": signed.may(Permission.MANAGE_USERS) and one.pk != signed.user.pk,
        "oneself": one.pk == signed.user.pk,
        "trained": signed.may(Permission.MANAGE_USERS) and overseen(signed.postings, scheme).filter(user=one).exists(),
    }
    return render(request, "administration/user.html", context | sections(request, scheme))
