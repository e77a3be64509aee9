"""A run of scores and rules: it scores, proposes and sets aside. It adopts and refuses nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from trellis.predictors import ogrs3
from trellis.rules.eligibility import EligibilityRule, Outcome
from trellis.rules.selection import Act, next_stage
from trellis.rules.vocabulary import Permission, Stage
from trellis.service.access.actor import acting, current_actor
from trellis.service.access.models import User
from trellis.service.access.permitted import check_permitted
from trellis.service.access.system_actors import SELECTION
from trellis.service.people.models import Person
from trellis.service.record.actions import mark_principal
from trellis.service.record.models import Disposal
from trellis.service.schemes.models import Cohort, Scheme
from trellis.service.schemes.queries import definitions
from trellis.service.selection.assessment import (
    Explained,
    Predicted,
    Subject,
    explain,
    held_up,
    judge_all,
    predict_all,
)
from trellis.service.selection.models import Proposal, Run, Score
from trellis.service.selection.queries.assessing import latest_scores, open_proposals, subjects_of

CONSIDERED = (Stage.KNOWN, Stage.CANDIDATE)
# An unchanged score is worked out anew after this long, so that its date says when it was last looked at.
RESTATED_AFTER = timedelta(days=90)
BATCH = 500


@dataclass(frozen=True, slots=True)
class Counts:
    """How many people a run looked at, and what became of them."""

    considered: int = 0
    scored: int = 0
    stored: int = 0
    proposed: int = 0
    missing: int = 0
    opened: int = 0
    closed: int = 0
    now_candidates: int = 0
    set_aside: int = 0


@dataclass(frozen=True, slots=True)
class Rulebook:
    """A scheme's cohorts that have a rule, beside their rules."""

    cohorts: tuple[Cohort, ...]
    rules: tuple[EligibilityRule, ...]


@transaction.atomic
def propose_candidates(
    *,
    scheme: Scheme,
    by: User | None = None,
    as_at: date | None = None,
    people: Collection[int] | None = None,
    parameters: str = ogrs3.DEFAULT,
) -> Counts:
    """Score everybody known to a scheme and put to the list whom a rule proposes, and who lacks only information.

    The system actor "selection" does the work, since whoever asks for it need not see everybody; `by` is named as who
    asked. `people` narrows the run to these ids. Those no longer proposed are closed and go back to known.
    """
    if by is not None:
        check_permitted(by, Permission.RUN_SCORES)
    day = as_at or timezone.localdate()
    request = current_actor()
    with acting(SELECTION, request_id=request.request_id if request else None) as actor:
        # One run of a scheme at a time: two would open the same proposals.
        Scheme.objects.select_for_update().get(pk=scheme.pk)
        author = by.pk if by else actor.user_id
        subjects, stages = subjects_of(scheme, CONSIDERED, people)
        predicted = predict_all(subjects, as_at=day, parameters=parameters)
        scores, stored = _keep_scores(subjects, predicted, author=author, as_at=day, parameters=parameters)
        counts = _propose(_rulebook(scheme, day), subjects, predicted, scores=scores, stages=stages, day=day)
        counts |= {"considered": len(subjects), "scored": sum(each.scored for each in predicted), "stored": stored}
        if people is None:
            Run.objects.create(scheme=scheme, as_at=day, parameters=parameters, ran_by_id=author, counts=dict(counts))
    return Counts(**counts)


@transaction.atomic
def score_person(*, by: User, person: Person, parameters: str = ogrs3.DEFAULT) -> Score | None:
    """Work one person's score out again, whatever their stage, and date it today. None where something is missing."""
    check_permitted(by, Permission.RUN_SCORES)
    return _score_anew(by, person, parameters)


def _score_anew(by: User, person: Person, parameters: str = ogrs3.DEFAULT) -> Score | None:
    day = timezone.localdate()
    subjects, _ = subjects_of(person.scheme, list(Stage), [person.pk])
    predicted = predict_all(subjects, as_at=day, parameters=parameters)
    if not predicted or not predicted[0].scored:
        return None
    score = _score(subjects[0], predicted[0], author=by.pk, as_at=day, parameters=parameters)
    score.save()
    return score


@transaction.atomic
def choose_current_offence(*, by: User, disposal: Disposal) -> None:
    """Say which of a day's offences is the principal one, and work the person's score out again."""
    mark_principal(by=by, disposal=disposal)
    person = disposal.person
    if person.stage in CONSIDERED:
        propose_candidates(scheme=person.scheme, people=[person.pk])
    else:
        _score_anew(by, person)


def _rulebook(scheme: Scheme, day: date) -> Rulebook:
    cohorts = tuple(
        cohort
        for cohort in scheme.cohorts.all()
        if cohort.eligibility_rule and (cohort.opens_on is None or cohort.opens_on <= day)
    )
    known = definitions()
    return Rulebook(cohorts, tuple(known.eligibility_rule(cohort.eligibility_rule) for cohort in cohorts))


def _keep_scores(
    subjects: Sequence[Subject], predicted: Sequence[Predicted], *, author: int, as_at: date, parameters: str
) -> tuple[dict[int, Score], int]:
    """Store the scores that are new or different. Returns the score in use by person, and how many were stored."""
    in_use = latest_scores([subject.id for subject in subjects], parameters)
    new = [
        _score(subject, each, author=author, as_at=as_at, parameters=parameters)
        for subject, each in zip(subjects, predicted, strict=True)
        if each.scored and _differs(in_use.get(subject.id), each, as_at)
    ]
    Score.objects.bulk_create(new, batch_size=BATCH)
    in_use |= {score.person_id: score for score in new}
    scored = {subject.id for subject, each in zip(subjects, predicted, strict=True) if each.scored}
    return {person: score for person, score in in_use.items() if person in scored}, len(new)


def _differs(stored: Score | None, predicted: Predicted, as_at: date) -> bool:
    return (
        stored is None
        or stored.inputs["values"] != predicted.values
        or (stored.percent_1y, stored.percent_2y) != (predicted.percent_1y, predicted.percent_2y)
        or stored.as_at + RESTATED_AFTER < as_at
    )


def _score(subject: Subject, predicted: Predicted, *, author: int, as_at: date, parameters: str) -> Score:
    explained: Explained = explain(predicted.values, parameters)
    assert predicted.percent_1y is not None
    assert predicted.percent_2y is not None
    return Score(
        person_id=subject.id,
        predictor=ogrs3.PREDICTOR,
        parameters=parameters,
        scored_by_id=author,
        as_at=as_at,
        inputs={
            "values": dict(predicted.values),
            "derived": list(predicted.derived),
            "constants": explained.constants,
            "version": explained.version,
        },
        terms=explained.terms,
        percent_1y=predicted.percent_1y,
        percent_2y=predicted.percent_2y,
        band=predicted.band or "",
    )


def _propose(
    rulebook: Rulebook,
    subjects: Sequence[Subject],
    predicted: Sequence[Predicted],
    *,
    scores: dict[int, Score],
    stages: dict[int, Stage],
    day: date,
) -> Counter[str]:
    standing = open_proposals(list(stages))
    wanted = {
        (proposal.person_id, proposal.cohort_id): proposal
        for subject, each in zip(subjects, predicted, strict=True)
        for proposal in _proposals(rulebook, subject, each, scores.get(subject.id), day)
    }
    kept = {key for key, proposal in wanted.items() if key in standing and _same(standing[key], proposal)}
    closing = [proposal.pk for key, proposal in standing.items() if key not in kept]
    Proposal.objects.filter(pk__in=closing).update(closed_at=timezone.now())
    opening = [proposal for key, proposal in wanted.items() if key not in kept]
    Proposal.objects.bulk_create(opening, batch_size=BATCH)
    proposed = {person for (person, _), proposal in wanted.items() if proposal.proposes}
    now, aside = _move(proposed, stages)
    return Counter(
        proposed=len(proposed),
        missing=len({person for person, _ in wanted} - proposed),
        opened=len(opening),
        closed=len(closing),
        now_candidates=now,
        set_aside=aside,
    )


def _proposals(
    rulebook: Rulebook, subject: Subject, predicted: Predicted, score: Score | None, day: date
) -> Iterator[Proposal]:
    outcomes = judge_all(subject, predicted, score.as_at if score else None, rulebook.rules, day)
    for cohort, outcome in zip(rulebook.cohorts, outcomes, strict=True):
        if outcome.eligible or held_up(outcome):
            yield _proposal(subject, cohort, outcome, score)


def _proposal(subject: Subject, cohort: Cohort, outcome: Outcome, score: Score | None) -> Proposal:
    return Proposal(
        person_id=subject.id,
        cohort=cohort,
        score=score,
        rule=outcome.rule,
        rule_version=str(outcome.version),
        fired=outcome.fired_label,
        reasons=list(outcome.reasons),
        missing=list(outcome.missing),
    )


def _same(standing: Proposal, wanted: Proposal) -> bool:
    # The reasons speak of the day of the run, so they differ every day and settle nothing.
    same = ("score_id", "rule", "rule_version", "fired", "missing")
    return all(getattr(standing, name) == getattr(wanted, name) for name in same)


def _move(proposed: Collection[int], stages: dict[int, Stage]) -> tuple[int, int]:
    """Bring the stages in line. Returns how many became candidates and how many are candidates no more."""
    up = [person for person in proposed if stages[person] is Stage.KNOWN]
    down = [person for person, stage in stages.items() if stage is Stage.CANDIDATE and person not in proposed]
    Person.objects.filter(pk__in=up).update(stage=next_stage(Stage.KNOWN, Act.PROPOSE))
    Person.objects.filter(pk__in=down).update(stage=next_stage(Stage.CANDIDATE, Act.SET_ASIDE))
    return len(up), len(down)
