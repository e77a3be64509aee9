"""What an access event says, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from trellis.service.access.models import User
from trellis.service.audit.models import AccessEvent
from trellis.service.schemes.models import Agency

FEW = 12
NO_PAGE = "No such page"
# Where the page's own name would not tell a reader what it is.
PAGES = {
    "home:work": "Home",
    "home:person": "A person’s page",
    "home:search": "Find a person",
    "home:people": "People managed",
    "home:edit_person": "Edit a person’s details",
    "home:alerts": "Alerts of a person",
    "home:review_alert": "Review an alert",
    "home:trail": "Trail",
    "casework:new": "Record a contact",
    "casework:correct": "Correct a contact",
    "intelligence:issue": "Issue a briefing",
    "intelligence:briefing": "A briefing",
    "account_login": "Sign in",
    "account_logout": "Sign out",
}


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """One event: when, who for whom, what page, how it ended, and whom it showed, by number."""

    event: AccessEvent
    who: str
    agency: str
    page: str
    outcome: str
    refused: bool
    people: str
    detail: str


def page_words(name: str) -> str:
    """A page's name as people read it: "home:edit_person" is "Edit person (home)"."""
    if name in PAGES or not name:
        return PAGES.get(name, NO_PAGE)
    space, _, page = name.rpartition(":")
    words = page.replace("_", " ").replace("-", " ").capitalize()
    return f"{words} ({space})" if space else words


def told_event(event: AccessEvent, names: Mapping[int, User], agencies: Mapping[int, Agency]) -> ToldEvent:
    """The event in words. `names` and `agencies` hold those whom the events of one page mention."""
    agency = agencies.get(event.agency_id) if event.agency_id else None
    return ToldEvent(
        event=event,
        who=str(names.get(event.actor_id, f"User {event.actor_id}")),
        agency=str(agency) if agency else "",
        page=page_words(event.page),
        outcome=_outcome(event),
        refused=event.status in {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND},
        people=_people(event.person_ids),
        detail="; ".join(f"{key}: {value}" for key, value in event.detail.items()),
    )


def _outcome(event: AccessEvent) -> str:
    if event.status == HTTPStatus.FORBIDDEN:
        return "Refused"
    if event.status == HTTPStatus.NOT_FOUND:
        return "Nothing there to see"
    if event.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return "Failed"
    if event.status >= HTTPStatus.BAD_REQUEST:
        return "Not understood"
    return "Did" if event.method == "POST" and event.status == HTTPStatus.FOUND else "Saw"


def _people(ids: list[int]) -> str:
    shown = ", ".join(str(number) for number in ids[:FEW])
    return f"{shown} and {len(ids) - FEW} more" if len(ids) > FEW else shown
