"""What a panel has before it about one person: score, context and each agency's view."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from trellis.predictors import ogrs3
from trellis.rules.dates import long_date
from trellis.rules.selection import SCORE_CURRENT_MONTHS, warn_no_current_score
from trellis.rules.vocabulary import Stage
from trellis.service.people.models import Alert, Person
from trellis.service.record.models import Arrest
from trellis.service.record.queries import PersonFacts, events_of, facts_of
from trellis.service.schemes.queries import definitions
from trellis.service.selection.assessment import Predicted, predict_all
from trellis.service.selection.models import AgencyView, CohortMembership, PanelDecision, Proposal, Referral, Score
from trellis.service.selection.queries.assessing import subjects_of
from trellis.service.ui.filters import date_and_time

YEARS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Year:
    """One calendar year of a person's record: days with a sanction, offences proven on them, and arrests."""

    year: int
    sanctions: int
    offences: int
    arrests: int


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything about a person that a panel looks at, as known at a moment."""

    known_at: datetime
    score: Score | None
    why_no_score: tuple[str, ...]
    warning: str
    proposals: tuple[Proposal, ...]
    facts: PersonFacts
    years: tuple[Year, ...]
    alerts: tuple[Alert, ...]
    memberships: tuple[CohortMembership, ...]
    decisions: tuple[PanelDecision, ...]

    @property
    def today(self) -> date:
        """The day of the moment."""
        return timezone.localdate(self.known_at)


def picture_of(person: Person, *, known_at: datetime | None = None) -> Picture:
    """What is known of somebody: a fixed number of queries."""
    moment = known_at or timezone.now()
    today = timezone.localdate(moment)
    facts = facts_of([person.pk], known_on=moment)[person.pk]
    score = latest_score(person, moment)
    predicted = None if score else _predict(person, moment)
    arrests = events_of(Arrest, [person.pk], known_on=moment)[person.pk]
    return Picture(
        known_at=moment,
        score=score,
        why_no_score=predicted.missing if predicted else (),
        warning=warn_no_current_score(
            scored_on=score.as_at if score else None, as_at=today, months=months_current(person)
        ),
        proposals=tuple(person.proposals.filter(closed_at=None).select_related("cohort", "score")),
        facts=facts,
        years=years_of(facts, [arrest.happened_on for arrest in arrests], today),
        alerts=tuple(person.alert_set.known_on(moment).as_at(today)),
        memberships=tuple(person.cohortmembership_set.known_on(moment).select_related("cohort").order_by("-starts")),
        decisions=tuple(person.decisions.select_related("cohort", "decided_by")),
    )


def latest_score(person: Person, moment: datetime) -> Score | None:
    """The latest score of somebody at a moment, by the parameters in use."""
    scores = person.scores.filter(parameters=ogrs3.DEFAULT, scored_at__lte=moment)
    return scores.select_related("scored_by").first()


def _predict(person: Person, moment: datetime) -> Predicted | None:
    """What the predictor says, kept nowhere: tells what is missing where there is no score."""
    subjects, _ = subjects_of(person.scheme, list(Stage), [person.pk], moment)
    day = timezone.localdate(moment)
    return predict_all(subjects, as_at=day, parameters=ogrs3.DEFAULT)[0] if subjects else None


def months_current(person: Person) -> int:
    """How long a score counts as current in a person's scheme."""
    scheme = definitions().schemes.get(person.scheme.slug)
    return scheme.score_current_months if scheme else SCORE_CURRENT_MONTHS


def years_of(facts: PersonFacts, arrests: Iterable[date], today: date) -> tuple[Year, ...]:
    """The last ten calendar years, the empty ones too, since a gap says something."""
    proven = [fact for fact in facts.disposals if fact.finding.is_proven]
    offences = Counter(fact.happened_on.year for fact in proven)
    sanctions = Counter(day.year for day in {fact.happened_on for fact in proven})
    arrested = Counter(day.year for day in arrests)
    shown = range(today.year - YEARS_SHOWN + 1, today.year + 1)
    return tuple(Year(year, sanctions[year], offences[year], arrested[year]) for year in shown)


def views_on(referral: Referral) -> list[AgencyView]:
    """Each agency's views of a referral, in the order they were given: one query."""
    return list(referral.views.select_related("agency", "given_by"))


def evidence_of(picture: Picture, views: Iterable[AgencyView]) -> dict[str, Any]:
    """What a panel has on its screen, in words and plain values to keep with its decision."""
    score, today, facts = picture.score, picture.today, picture.facts
    return {
        "score": None if score is None else _score(score),
        "why_no_score": list(picture.why_no_score),
        "warning": picture.warning,
        "proposals": [
            {"cohort": str(each.cohort), "fired": each.fired, "rule": each.rule, "version": each.rule_version,
             "reasons": each.reasons, "missing": each.missing}
            for each in picture.proposals
        ],
        "years": [asdict(year) for year in picture.years],
        "in_custody": bool(facts.custody_on(today)),
        "custody": [_spell(each.kind.label, each.starts, each.ends) for each in facts.custody],
        "supervision": [_spell(each.kind.label, each.starts, each.ends) for each in facts.supervision_on(today)],
        "registrations": [_spell(each.title, each.starts, each.ends) for each in facts.registrations_on(today)],
        "agency_scores": [
            f"{each.predictor} {_percent(each.percent_2y)}, {each.agency}, {long_date(each.happened_on)}"
            for each in facts.agency_scores
        ],
        "alerts": [f"{alert}: {alert.reason}" for alert in picture.alerts],
        "memberships": [_spell(str(each.cohort), each.starts, each.ends) for each in picture.memberships],
        "views": [
            {"agency": str(view.agency), "by": str(view.given_by), "at": date_and_time(view.given_at),
             "supports": view.supports, "text": view.text}
            for view in views
        ],
    }  # fmt: skip


def _score(score: Score) -> dict[str, Any]:
    return {
        "id": score.pk,
        "predictor": score.predictor,
        "parameters": score.parameters,
        "as_at": long_date(score.as_at),
        "percent_1y": score.percent_1y,
        "percent_2y": score.percent_2y,
        "band": score.band,
        "terms": score.terms,
        "inputs": score.inputs,
    }


def _spell(title: str, starts: date, ends: date | None) -> str:
    return f"{title}, {long_date(starts)} to {long_date(ends) if ends else 'then'}"


def _percent(percent: int | None) -> str:
    return "no percentage given" if percent is None else f"{percent}% in two years"
