"""How a person's standing is laid out: the header on their page, and the cards under it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.urls import reverse

from trellis.rules.dates import how_long, long_date
from trellis.rules.selection import Act as Move
from trellis.rules.selection import can_act
from trellis.rules.vocabulary import LeadKind, Permission, Stage
from trellis.service.access.queries import Signed
from trellis.service.casework.models import Contact
from trellis.service.home.queries.person import Standing
from trellis.service.people.birth import age_words, born_words
from trellis.service.people.models import Alert, Person
from trellis.service.record.presenting import DANGERS

SELDOM = frozenset(
    {
        "priority:propose",
        "protection:notes",
        "home:edit_person",
        "sharing:log",
        "protection:who",
        "oversight:readers",
        "oversight:inspection",
    }
)
CONTACT = "Contact"
PRIORITY, COHORT, SCORE, REFERRAL = "Priority", "Cohort and leads", "Latest score", "Open referral"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a card's row; a colour is drawn as a priority."""

    text: str
    href: str = ""
    colour: str = ""
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """One summary card: rows of a key and its lines, or what to say instead."""

    title: str
    rows: list[tuple[str, list[Line]]] = field(default_factory=list)
    empty: str = ""
    links: list[tuple[str, str]] = field(default_factory=list)


def review_words(day: date | None, today: date) -> str:
    """When a review is due ("Review by 3 May 2026"), or since when it is overdue."""
    if day is None:
        return ""
    return f"Review overdue since {long_date(day)}" if day < today else f"Review by {long_date(day)}"


def header(standing: Standing) -> dict[str, Any]:
    """What the header macro draws."""
    person, today = standing.person, standing.known.day
    priority = standing.priority
    alerts = [_alert_line(alert, today) for alert in standing.alerts]
    if priority and priority.review_on and priority.review_on < today:
        alerts.append({"text": f"Priority: {review_words(priority.review_on, today).lower()}", "severity": "warning"})
    return {
        "name": str(person),
        "also_known_as": ", ".join(standing.aliases),
        "born": born_words(person),
        "age": age_words(person, today) or None,
        "identifiers": [{"label": row.kind, "value": row.value} for row in standing.identifiers],
        "status": person.get_stage_display(),
        "alerts": alerts,
    } | ({"priority": priority.colour if priority else None} if person.stage == Stage.MANAGED or priority else {})


def _alert_line(alert: Alert, today: date) -> dict[str, str]:
    return {
        "text": f"{alert.get_kind_display()}: {alert.reason.rstrip('.')}. {review_words(alert.review_on, today)}",
        "severity": "danger" if alert.kind in DANGERS else "warning",
    }


def cards(standing: Standing, signed: Signed) -> list[Card]:
    """The cards of a person's page, in reading order, with the links that the reader's roles open."""
    made = [_priority(standing), _contact(standing), _custody(standing), _supervision(standing)]
    made += [_cohort(standing), _places(standing)]
    if signed.may(Permission.SEE_SCORES):
        made.append(_score(standing))
    made += [card for card in (_referral(standing),) if card]
    if standing.known.is_past:
        return made
    return [replace(card, links=_links(card.title, standing, signed)) for card in made]


def _links(title: str, standing: Standing, signed: Signed) -> list[tuple[str, str]]:
    person, managed = standing.person, standing.person.stage == Stage.MANAGED
    offered = {
        CONTACT: [
            (True, Permission.SEE_MANAGED_PEOPLE, "All contacts", reverse("casework:contacts", args=[person.pk])),
        ],
        PRIORITY: [
            (
                managed,
                Permission.SEE_MANAGED_PEOPLE,
                "Proposals",
                reverse("priority:person", args=[person.pk]),
            ),
        ],
        COHORT: [
            *(
                (managed, Permission.ALLOCATE, f"Change {kind.label.lower()}", _lead_address(person, kind))
                for kind in LeadKind
            ),
            (managed, Permission.DECIDE, "End management", reverse("selection:leave", args=[person.pk])),
        ],
        SCORE: [(True, Permission.SEE_CANDIDATES, "Terms", reverse("selection:candidate", args=[person.pk]))],
        REFERRAL: [
            (True, Permission.SEE_REFERRALS, "Open", reverse("selection:referral", args=[referral.pk]))
            for referral in ([standing.referral] if standing.referral else [])
        ],
    }
    return [(text, href) for open_, needed, text, href in offered.get(title, ()) if open_ and signed.may(needed)]


def _lead_address(person: Person, kind: LeadKind) -> str:
    return reverse("selection:change_lead", args=[person.pk, kind.value])


def _priority(standing: Standing) -> Card:
    priority, today, agencies = standing.priority, standing.known.day, standing.agreement
    said = []
    if agencies and (agencies.agree or agencies.differ):
        disputed = [Line("Not agreed.", urgent=True)] if agencies.is_disputed else []
        said = [("Agencies", [*disputed, Line(agencies.sentence)])]
    if priority is None:
        return Card(PRIORITY, [("Priority", [Line("No priority is set.")]), *said])
    rows = [
        ("Priority", [Line(priority.get_colour_display(), colour=priority.colour)]),
        ("Since", [Line(f"{long_date(priority.starts)}, set by {_setter(priority)}")]),
        ("Reason", [Line(priority.reason)]),
    ]
    if priority.review_on:
        late = priority.review_on < today
        rows.append(("Review", [Line(review_words(priority.review_on, today), urgent=late)]))
    return Card(PRIORITY, rows + said)


def _setter(row: Any) -> str:
    return f"{row.agency}" if row.source else f"{row.recorded_by}, {row.agency}"


def _contact(standing: Standing) -> Card:
    rows = [("Last seen", [Line(standing.seen_sentence)])]
    if seen := standing.last_seen:
        rows.append(("By", [Line(f"{_who_met(seen)} ({seen.get_mode_display().lower()})")]))
    latest = standing.last_contact
    if latest and latest != standing.last_seen:
        rows.append(("Latest contact", [Line(f"{long_date(latest.happened_on)}: {latest}")]))
    rows.append(("Next", [Line(standing.next_step or "No day is set for a review or a release.")]))
    return Card(CONTACT, rows)


def _who_met(contact: Contact) -> str:
    # An extract need not name the worker.
    return ", ".join(filter(None, [contact.worker, str(contact.agency)]))


def _custody(standing: Standing) -> Card:
    custody, today = standing.custody, standing.known.day
    if custody is None:
        return Card("Custody", empty="Not in custody, as far as Trellis knows.")
    held = f"{custody.get_kind_display()}, since {long_date(custody.starts)} ({how_long(custody.starts, today)})"
    rows = [("Held", [Line(held)])]
    if custody.prison:
        rows.append(("Where", [Line(custody.prison)]))
    release = custody.expected_release
    words = f"{long_date(release)} ({how_long(release, today)})" if release else "No date is known"
    return Card("Custody", [*rows, ("Release expected", [Line(words)])])


def _supervision(standing: Standing) -> Card:
    if not standing.supervision:
        return Card("Supervision", empty="No order or licence in force.")
    rows = [(row.get_kind_display(), _order_lines(row)) for row in standing.supervision]
    return Card("Supervision", rows)


def _order_lines(row: Any) -> list[Line]:
    until = f" until {long_date(row.ends)}" if row.ends else ""
    return [Line(f"Since {long_date(row.starts)}{until}"), Line(row.team or str(row.agency))]


def _cohort(standing: Standing) -> Card:
    membership = standing.membership
    if membership is None and not standing.leads:
        return Card(COHORT, empty="In no cohort.")
    rows = [("Cohort", [Line(f"{membership.cohort}, since {long_date(membership.starts)}")])] if membership else []
    rows += [(lead.get_kind_display(), [Line(str(lead.officer)), Line(str(lead.agency))]) for lead in standing.leads]
    if membership and not standing.leads:
        rows.append(("Lead", [Line("Nobody is named as lead.", urgent=True)]))
    return Card(COHORT, rows)


def _places(standing: Standing) -> Card:
    rows = [("Address", [Line(str(row)), Line(f"{row.agency}, {long_date(row.starts)}")]) for row in standing.addresses]
    rows += [("Phone", [Line(phone)]) for phone in standing.phones]
    rows += [("Vehicle", [Line(vehicle)]) for vehicle in standing.vehicles]
    return Card("Where and how to reach", rows, empty="No address or phone is recorded.")


def _score(standing: Standing) -> Card:
    score = standing.score
    if score is None:
        return Card(SCORE, empty="Not scored yet.")
    rows = [
        (score.predictor.upper(), [Line(f"{score.percent_2y}% in two years, {score.get_band_display().lower()}")]),
        ("As at", [Line(f"{long_date(score.as_at)}, by the parameters {score.parameters}")]),
    ]
    return Card(SCORE, rows)


def _referral(standing: Standing) -> Card | None:
    referral = standing.referral
    if referral is None:
        return None
    rows = [
        ("Referred", [Line(long_date(referral.referred_at.date()))]),
        ("By", [Line(f"{referral.referred_by}, {referral.agency}")]),
        ("Reason", [Line(referral.reason)]),
    ]
    return Card(REFERRAL, rows)


@dataclass(frozen=True, slots=True)
class Act:
    """Something its reader may do about a person."""

    text: str
    href: str
    primary: bool = False
    # Done seldom: a link after the buttons.
    quiet: bool = False


def person_actions(person: Person, signed: Signed) -> list[Act]:
    """What the reader may do about the person, in the order that it is done most."""
    stage = Stage(person.stage)
    offered = [
        (True, Permission.RECORD_CONTACT, "Record a contact", "casework:new"),
        (stage == Stage.MANAGED, Permission.SET_PRIORITY, "Decide priority", "priority:decide"),
        (can_act(stage, Move.REFER), Permission.REFER, "Refer", "selection:refer_candidate"),
        (True, Permission.MANAGE_ALERTS, "Alerts", "home:alerts"),
        (True, Permission.WORK_TASKS, "Give a task", "work:new_about"),
        (stage == Stage.MANAGED, Permission.PROPOSE_PRIORITY, "Propose priority", "priority:propose"),
        (True, Permission.RECORD_CONTACT, "Sensitive notes", "protection:notes"),
        (True, Permission.EDIT_PERSON, "Edit details", "home:edit_person"),
        (True, Permission.SEE_READERS, "Who may see this record", "protection:who"),
        (True, Permission.SHARE, "What has been shared", "sharing:log"),
        (True, Permission.SEE_READERS, "Who has seen this record", "oversight:readers"),
        (True, Permission.EXPORT, "Export this record", "oversight:inspection"),
    ]
    return [
        Act(text, reverse(page, args=[person.pk]), primary=page == "casework:new", quiet=page in SELDOM)
        for open_, needed, text, page in offered
        if open_ and signed.may(needed)
    ]
