"""What the trail's events say, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Any

from django.apps import apps
from django.db import models

from trellis.rules.reasons import ReasonKind
from trellis.service.access.models import User
from trellis.service.access.reasons import reason_definition
from trellis.service.audit.models import AccessEvent, ChangeEvent
from trellis.service.schemes.models import Agency

FEW = 12
NO_PAGE = "No such page"
# Where the page's own name would not tell a reader what it is.
PAGES = {
    "home:work": "Home",
    "home:person": "A person’s page",
    "home:search": "Find a person",
    "caseload:people": "People managed",
    "home:edit_person": "Edit a person’s details",
    "home:alerts": "Alerts of a person",
    "home:review_alert": "Review an alert",
    "oversight:trail": "Trail",
    "oversight:changes": "Trail: what was changed",
    "oversight:sign_ins": "Trail: sign-ins and refusals",
    "oversight:exports": "Trail: exports",
    "oversight:emergencies": "Trail: emergency access",
    "oversight:request": "Trail: one request",
    "oversight:export_trail": "Export the trail",
    "oversight:readers": "Who has seen a record",
    "oversight:export_readers": "Export who has seen a record",
    "oversight:inspection": "A whole record, for inspection",
    "casework:new": "Record a contact",
    "casework:correct": "Correct a contact",
    "casework:contacts": "A person’s contacts",
    "casework:show": "A contact",
    "casework:appointment": "An appointment",
    "casework:plan": "Plan an appointment",
    "casework:calendar": "Calendar",
    "casework:calendar_file": "Calendar, read by a calendar program",
    "casework:due": "Contacts due",
    "casework:custody": "Contacts to plan with people in custody",
    "intelligence:issue": "Issue a briefing",
    "intelligence:briefing": "A briefing",
    "account_login": "Sign in",
    "account_logout": "Sign out",
}
ACTIONS = {"insert": "Added", "update": "Changed", "delete": "Removed", "erase": "Erased what was kept of"}
ENDINGS = {HTTPStatus.FORBIDDEN: "Refused", HTTPStatus.NOT_FOUND: "Nothing there to see"}
# Told in columns or sentences of their own, or of use to the machine alone.
NOT_REPEATED = frozenset(
    {"reason", "purpose", "reason_for", "export", "rows", "file", "asked_for", "asked_why", "kind"}
)


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """One event: when, who for whom, what page, how it ended, and whom it showed, by number."""

    event: AccessEvent
    who: str
    username: str
    agency: str
    page: str
    outcome: str
    refused: bool
    people: str
    detail: str


@dataclass(frozen=True, slots=True)
class ToldChange:
    """One change: when, who, what was done to which row of what kind, and in which of its columns."""

    event: ChangeEvent
    who: str
    did: str
    what: str
    columns: str


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
    user = names.get(event.actor_id)
    return ToldEvent(
        event=event,
        who=str(user or f"User {event.actor_id}"),
        username=user.username if user else "",
        agency=str(agency) if agency else "",
        page=page_words(event.page),
        outcome=outcome_words(event.status, event.method, event.detail),
        refused=event.status in {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND},
        people=_people(event.person_ids),
        detail=detail_words(event.detail | _account(event.detail, names)),
    )


def told_events(events: Iterable[AccessEvent]) -> list[ToldEvent]:
    """Each event in words: two queries, however many there are."""
    listed = list(events)
    accounts = {event.detail.get("account") for event in listed} | {event.actor_id for event in listed}
    names = User.objects.in_bulk(accounts - {None})
    agencies = Agency.objects.in_bulk({event.agency_id for event in listed if event.agency_id})
    return [told_event(event, names, agencies) for event in listed]


def told_changes(changes: Iterable[ChangeEvent]) -> list[ToldChange]:
    """Each change in words: one query, however many there are."""
    listed = list(changes)
    names = User.objects.in_bulk({change.actor_id for change in listed})
    return [
        ToldChange(
            event=change,
            who=str(names.get(change.actor_id, f"User {change.actor_id}")),
            did=ACTIONS.get(change.action, change.action.capitalize()),
            what=table_words(change.table),
            columns=", ".join(column_words(change.table, column) for column in change.columns),
        )
        for change in listed
    ]


def outcome_words(status: int, method: str, detail: Mapping[str, Any]) -> str:
    """How a request ended, for whoever reads about it."""
    if status in ENDINGS:
        return ENDINGS[HTTPStatus(status)]
    if status >= HTTPStatus.BAD_REQUEST:
        return "Failed" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "Not understood"
    if "asked_why" in detail:
        return "Said why" if status == HTTPStatus.FOUND else "Asked why"
    if "not_shown" in detail and not (method == "POST" and status == HTTPStatus.FOUND):
        return "Was told it is held"
    if "export" in detail:
        return "Took out"
    return "Did" if method == "POST" and status == HTTPStatus.FOUND else "Saw"


def detail_words(detail: Mapping[str, Any]) -> str:
    """What an event holds beside its page, as sentences without full stops."""
    told = []
    if "kind" in detail:
        told.append(str(detail["kind"]).capitalize())
    if "export" in detail:
        told.append(f"Exported {detail['export']}, {detail.get('rows', 0):,} rows, file {detail.get('file', '')}")
    if purpose := purpose_words(detail):
        told.append(f"Purpose: {purpose}")
    if "reason" in detail:
        told.append(f"Reason: {detail['reason']}")
    if "asked_for" in detail:
        told.append(f"Asked for person {detail['asked_for']}")
    told += [
        f"{key.replace('_', ' ').capitalize()}: {value}" for key, value in detail.items() if key not in NOT_REPEATED
    ]
    return "; ".join(told)


def purpose_words(detail: Mapping[str, Any]) -> str:
    """The purpose that was chosen, in the words it is offered in; empty where there was none."""
    key = str(detail.get("purpose", ""))
    offered = {one.key: one.name for kind in ReasonKind for one in reason_definition(kind).purposes}
    return offered.get(key, key)


def table_words(table: str) -> str:
    """What a table's rows are called: "people_personname" is "Person name"."""
    model = _models().get(table)
    words = str(model._meta.verbose_name) if model else table.replace("_", " ")
    return words[:1].upper() + words[1:]


def column_words(table: str, column: str) -> str:
    """What a column is called on the screen."""
    model = _models().get(table)
    names = {field.column: str(field.verbose_name) for field in model._meta.concrete_fields} if model else {}
    return names.get(column, column.replace("_", " "))


@cache
def _models() -> dict[str, type[models.Model]]:
    return {model._meta.db_table: model for model in apps.get_models()}


def _account(detail: Mapping[str, Any], names: Mapping[int, User]) -> dict[str, str]:
    known = names.get(detail.get("account", 0))
    return {"account": str(known)} if known else {}


def _people(ids: list[int]) -> str:
    shown = ", ".join(str(number) for number in ids[:FEW])
    return f"{shown} and {len(ids) - FEW} more" if len(ids) > FEW else shown
