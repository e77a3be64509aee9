"""What stands at the top of every page: the scheme, and the lists that the reader's roles use."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from trellis.rules.vocabulary import Permission
from trellis.service.access.queries import Signed
from trellis.service.schemes.queries import definitions

_P = Permission
# Label, the page's name, and the permissions of which one opens it; none means everybody signed in.
ITEMS: tuple[tuple[str, str, frozenset[Permission]], ...] = (
    ("Home", "home:work", frozenset()),
    ("Tasks", "work:tasks", frozenset({_P.WORK_TASKS})),
    ("People", "caseload:people", frozenset({_P.SEE_MANAGED_PEOPLE})),
    ("Contacts", "casework:due", frozenset({_P.SEE_MANAGED_PEOPLE})),
    ("Needs and plans", "needs:due", frozenset({_P.SEE_MANAGED_PEOPLE})),
    ("Meetings", "meetings:meetings", frozenset({_P.ATTEND_MEETINGS})),
    ("Find a person", "home:search", frozenset({_P.SEARCH})),
    ("Candidates", "selection:candidates", frozenset({_P.SEE_CANDIDATES})),
    ("Referrals", "selection:referrals", frozenset({_P.SEE_REFERRALS, _P.REFER})),
    ("Briefings", "intelligence:briefings", frozenset({_P.SEE_BRIEFING})),
    ("Feeds", "feeds:files", frozenset({_P.IMPORT_FEEDS, _P.MEND_QUARANTINE})),
    ("Sharing", "sharing:agreements", frozenset({_P.MANAGE_AGREEMENTS})),
    ("Users", "administration:users", frozenset({_P.MANAGE_USERS, _P.APPROVE_ACCOUNTS})),
    ("Trail", "oversight:trail", frozenset({_P.READ_TRAIL})),
)
# What is kept about one person, a page each; and the lists of everybody's needs and plans.
_OPENS_PERSON = frozenset({_P.SEE_MANAGED_PEOPLE, _P.SEE_KNOWN_PEOPLE})
PERSON_ROOMS = (
    ("Overview", "home:person", _OPENS_PERSON),
    ("Priority", "priority:person", _OPENS_PERSON),
    ("Contacts", "casework:contacts", _OPENS_PERSON),
    ("Needs", "needs:person", _OPENS_PERSON),
    ("Plan", "plans:person", _OPENS_PERSON),
    ("Meetings", "meetings:person", frozenset({_P.ATTEND_MEETINGS})),
    ("Documents", "work:documents", frozenset({_P.KEEP_DOCUMENTS})),
)
NEEDS_ROOMS = (
    ("Assessments due", "needs:due", frozenset({_P.SEE_MANAGED_PEOPLE})),
    ("Plans to look at", "plans:exceptions", frozenset({_P.SEE_MANAGED_PEOPLE})),
    ("Needs in figures", "needs:figures", frozenset({_P.SEE_FIGURES})),
)
# What belongs to an item besides the pages whose addresses begin as its own does.
ALSO = {"needs:due": ("plans:exceptions",)}


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the service navigation and the scheme's name for whoever is signed in."""
    signed: Signed | None = getattr(request, "signed", None)
    if signed is None:
        return {}
    here = request.resolver_match.view_name if request.resolver_match else ""
    items = [
        {
            "text": text,
            "href": reverse(name),
            "current": name == here,
            "active": any(_is_within(request.path, one) for one in (name, *ALSO.get(name, ()))),
        }
        for text, name, opens in ITEMS
        if not opens or opens & signed.permissions
    ]
    shares = _P.SHARE in signed.permissions
    agreements = [{"text": "Sharing agreements", "href": reverse("sharing:agreements")}] if shares else []
    footer = [
        {"text": "What you have done in Trellis", "href": reverse("oversight:trail")},
        *agreements,
        {"text": "Training", "href": reverse("training:mine")},
        {"text": "Your account", "href": reverse("account_security")},
    ]
    return {
        "navigation": items,
        "person_rooms": lambda number: _rooms(signed, here, PERSON_ROOMS, number),
        "needs_rooms": lambda: _rooms(signed, here, NEEDS_ROOMS),
        "scheme_name": signed.scheme.name if signed.scheme else "",
        "people_called": definitions().people_called(signed.scheme.slug if signed.scheme else ""),
        "home_url": reverse("home:work"),
        "footer_links": footer,
        # Who works for several agencies acts for one at a time, and may change which.
        "switch_agency_url": reverse("administration:acting_agency") if len(signed.agencies) > 1 else "",
    }


def _rooms(
    signed: Signed, here: str, offered: tuple[tuple[str, str, frozenset[Permission]], ...], *about: int
) -> list[dict[str, Any]]:
    """The pages beside one another that the reader may open, the present one marked."""
    return [
        {"text": text, "href": reverse(name, args=about), "active": name == here}
        for text, name, opens in offered
        if opens & signed.permissions
    ]


def _is_within(path: str, name: str) -> bool:
    """Whether a page belongs to a list: its address begins with the list's. Everything begins with home's."""
    address = reverse(name)
    return address != reverse("home:work") and path.startswith(address)
