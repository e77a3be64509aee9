"""What stands at the top of every page: the scheme, and the lists that the reader's roles use."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from trellis.rules.vocabulary import Permission
from trellis.service.access.queries import Signed

_P = Permission
# Label, the page's name, and the permissions of which one opens it; none means everybody signed in.
ITEMS: tuple[tuple[str, str, frozenset[Permission]], ...] = (
    ("Home", "home:work", frozenset()),
    ("Tasks", "work:tasks", frozenset({_P.WORK_TASKS})),
    ("People", "home:people", frozenset({_P.SEE_MANAGED_PEOPLE})),
    ("Contacts", "casework:due", frozenset({_P.SEE_MANAGED_PEOPLE})),
    ("Find a person", "home:search", frozenset({_P.SEARCH})),
    ("Candidates", "selection:candidates", frozenset({_P.SEE_CANDIDATES})),
    ("Referrals", "selection:referrals", frozenset({_P.SEE_REFERRALS, _P.REFER})),
    ("Briefings", "intelligence:briefings", frozenset({_P.SEE_BRIEFING})),
    ("Feeds", "feeds:files", frozenset({_P.IMPORT_FEEDS, _P.MEND_QUARANTINE})),
    ("Sharing", "sharing:agreements", frozenset({_P.MANAGE_AGREEMENTS})),
    ("Users", "administration:users", frozenset({_P.MANAGE_USERS, _P.APPROVE_ACCOUNTS})),
    ("Trail", "oversight:trail", frozenset({_P.READ_TRAIL})),
)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the service navigation and the scheme's name for whoever is signed in."""
    signed: Signed | None = getattr(request, "signed", None)
    if signed is None:
        return {}
    here = request.resolver_match.view_name if request.resolver_match else ""
    items = [
        {"text": text, "href": reverse(name), "current": name == here, "active": _is_within(request.path, name)}
        for text, name, opens in ITEMS
        if not opens or opens & signed.permissions
    ]
    shares = _P.SHARE in signed.permissions
    agreements = [{"text": "Sharing agreements", "href": reverse("sharing:agreements")}] if shares else []
    footer = [
        {"text": "What you have done in Trellis", "href": reverse("oversight:trail")},
        *agreements,
        {"text": "Your account", "href": reverse("account_security")},
    ]
    return {
        "navigation": items,
        "scheme_name": signed.scheme.name if signed.scheme else "",
        "home_url": reverse("home:work"),
        "footer_links": footer,
        # Who works for several agencies acts for one at a time, and may change which.
        "switch_agency_url": reverse("administration:acting_agency") if len(signed.agencies) > 1 else "",
    }


def _is_within(path: str, name: str) -> bool:
    """Whether a page belongs to a list: its address begins with the list's. Everything begins with home's."""
    address = reverse(name)
    return address != reverse("home:work") and path.startswith(address)
