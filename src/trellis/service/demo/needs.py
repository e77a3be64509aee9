"""A year of assessments for a dozen people of the demonstration, all invented, so that charts and figures show."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from trellis.rules.needs import ConsultReason, Given, Motivation, OffenceLink, Progress, VulnerabilityKind
from trellis.rules.vocabulary import RiskOfHarm, Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.needs.actions import (
    Answers,
    describe_need,
    record_assessment,
    record_consult,
    record_vulnerability,
)
from trellis.service.needs.models import PathwayAnswer, Reached
from trellis.service.people.models import Person
from trellis.service.schemes.models import Scheme

ASSESSED = 12
EVERY_DAYS = 91
# First scores by pathway, and how far each has moved at every review: a fall is better.
FIRST = {"accommodation": 4, "employment": 3, "attitudes": 4, "health": 3, "substances": 5, "finance": 3, "family": 2}
MOVES = (
    {"accommodation": -1, "substances": 0},
    {"substances": -1, "family": 1},
    {"accommodation": -1, "attitudes": -1},
)
OUTCOMES = ("accommodation", "employment", "drugs", "alcohol", "thinking", "engagement")


def assess_people(scheme: Scheme) -> None:
    """Assess the first people managed, each as often as their place in the list says, and describe one in full."""
    coordinator = User.objects.get(username="idris.fernsby")
    with acting(coordinator):
        people = list(Person.objects.filter(scheme=scheme, stage=Stage.MANAGED).order_by("id")[:ASSESSED])
        for place, person in enumerate(people):
            _assess(person, place, coordinator)
        # The very first is under a restriction, so that nobody comes upon their page by chance.
        for person in people[2:3]:
            _describe(person, coordinator)


def _assess(person: Person, place: int, by: User) -> None:
    times = 1 + place % 4
    # Some are overdue, and some were assessed this month.
    last = timezone.localdate() - timedelta(days=20 + 17 * place)
    scores = {key: min(max(score + place % 3 - 1, 0), 5) for key, score in FIRST.items()}
    for number in range(times):
        before = dict(scores)
        if number:
            for key, move in MOVES[(number + place) % len(MOVES)].items():
                scores[key] = min(max(scores[key] + move, 0), 5)
        given = {
            key: Given(score, max(score - 2, 0), _moved(before[key], score, number)) for key, score in scores.items()
        }
        ranking = sorted(scores, key=lambda key: (-scores[key], key))[:3]
        reached = {one: list(Reached)[max((place + at) % 3 - number, 0)] for at, one in enumerate(OUTCOMES)}
        day = last - timedelta(days=EVERY_DAYS * (times - 1 - number))
        _record(person, day, Answers(given, ranking, reached, RiskOfHarm.MEDIUM if place % 2 else None), by)


def _moved(before: int, after: int, number: int) -> Progress | None:
    if not number:
        return None
    if after > before:
        return Progress.DETERIORATION
    return Progress.NONE if after == before else (Progress.GOOD if after <= 1 else Progress.SOME)


def _record(person: Person, day: date, answers: Answers, by: User) -> None:
    record_assessment(person=person, assessed_on=day, assessor="Posy Larkfield", answers=answers, by=by)


def _describe(person: Person, by: User) -> None:
    need = PathwayAnswer.objects.current().filter(person=person, rank=1).latest("happened_on")
    describe_need(
        answer=need, motivation=Motivation.READY,
        previous_attempts="Two months at Clearwater last year, until a friend came out of prison.",
        obstacles="Everybody at the hostel uses. No phone to be reached on.", offence_link=OffenceLink.ACQUISITIVE,
        own_words="I know it is the gear. I need to be somewhere else first.", by=by,
    )  # fmt: skip
    today = timezone.localdate()
    for kind, told_by in ((VulnerabilityKind.CARE, "The person"), (VulnerabilityKind.LEARNING_DISABILITY, "Their GP")):
        record_vulnerability(
            person=person, kind=kind, told_by=told_by, starts=today - timedelta(days=200),
            detail="Explain one thing at a time, and ask them to say it back.", by=by,
        )  # fmt: skip
    record_consult(
        person=person, consulted_on=today - timedelta(days=30), reason=ConsultReason.COMPLEX_RISK,
        psychologist="Dr Fenella Moss", question="How should we answer when they walk out?",
        advice="Let them go, and call the next morning. Do not raise it before they have eaten.", by=by,
    )  # fmt: skip
