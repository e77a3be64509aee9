"""A person's lines in a briefing, in words."""

from __future__ import annotations

from dataclasses import dataclass

from trellis.rules.contacts import last_seen_sentence
from trellis.rules.dates import long_date
from trellis.service.intelligence.queries import Entry, Told
from trellis.service.people.birth import age_words
from trellis.service.people.models import Person


@dataclass(frozen=True, slots=True)
class BriefingCard:
    """What a briefing says of one person."""

    person: Person
    age: str
    colour: str
    reason: str
    standing: list[str]
    alerts: list[str]
    where: str
    custody: str
    news: list[str]


def cards_of(told: Told) -> list[BriefingCard]:
    """The briefing's people in its order."""
    return [_card(entry, told) for entry in told.entries]


def _card(entry: Entry, told: Told) -> BriefingCard:
    priority, person = entry.priority, entry.person
    overdue = priority is not None and priority.review_on is not None and priority.review_on < told.day
    leads = ", ".join(f"{lead.officer} ({lead.agency})" for lead in entry.leads) or "nobody named"
    reason = "Nobody has set a priority yet."
    if priority:
        reason = f"{priority.reason.rstrip('.')}. {priority.get_colour_display()} since {long_date(priority.starts)}."
    return BriefingCard(
        person=person,
        age=age_words(person, told.day),
        colour=priority.colour if priority else "",
        reason=reason + (" Its review is overdue." if overdue else ""),
        standing=[
            f"{entry.membership.cohort}. Lead: {leads}.",
            last_seen_sentence(entry.last_seen, told.day),
        ],
        alerts=[
            f"{alert.get_kind_display()}: {alert.reason}{' (review overdue)' if alert.review_on < told.day else ''}"
            for alert in entry.alerts
        ],
        where=_where(entry),
        custody=_custody(entry),
        news=entry.news,
    )


def _where(entry: Entry) -> str:
    if entry.custody:
        return "In custody"
    return "Unlawfully at large" if entry.priority and entry.priority.at_large else ""


def _custody(entry: Entry) -> str:
    held = entry.custody
    if held is None:
        return ""
    prison = f" at {held.prison}" if held.prison else ""
    release = f" Release expected on {long_date(held.expected_release)}." if held.expected_release else ""
    return f"{held.get_kind_display()}{prison} since {long_date(held.starts)}.{release}"
