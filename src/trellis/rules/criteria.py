"""The criteria that an eligibility rule is made of. Each gives one of three verdicts and the sentence for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Protocol

from trellis.rules.dates import add_months, long_date
from trellis.rules.offences import OffenceGroup, ProvenOffence, index_offences
from trellis.rules.vocabulary import Band, RiskOfHarm, Sex


class Verdict(Enum):
    """Unknown is a verdict of its own: nobody is taken to be at low risk for want of a record."""

    NOT_MET = 0
    UNKNOWN = 1
    MET = 2


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a criterion says of somebody, and why."""

    verdict: Verdict
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of somebody on a day. Age and sex serve eligibility alone, never a local score."""

    as_at: date
    age: int | None = None
    sex: Sex = Sex.UNKNOWN
    predictor: str = "OGRS3"
    band: Band | None = None
    percent_in_two_years: float | None = None
    scored_on: date | None = None
    why_no_score: str = "none is recorded"
    offences: tuple[ProvenOffence, ...] = ()
    risk_of_harm: RiskOfHarm | None = None
    registrations: frozenset[str] = frozenset()
    tagged_release_on: date | None = None


class Criterion(Protocol):
    """One question about somebody, answered with a reason."""

    def judge(self, facts: Facts) -> Judgement:
        """Met, not met or unknown, and the sentence that says why."""


@dataclass(frozen=True, slots=True)
class BandAtLeast:
    """The predictor's band is this one or a higher."""

    band: Band

    def judge(self, facts: Facts) -> Judgement:
        """Unknown without a score, which is never read as low."""
        if facts.band is None:
            return Judgement(
                Verdict.UNKNOWN, f"There is no {facts.predictor} score: {facts.why_no_score}. That is not a low score."
            )
        percent = "" if facts.percent_in_two_years is None else f", {facts.percent_in_two_years:g}% in two years"
        scored = f", scored {long_date(facts.scored_on)}" if facts.scored_on else ""
        asked = f"{self.band.label.lower()} or above" if self.band is not Band.VERY_HIGH else "very high"
        return _judged(
            facts.band.at_least(self.band),
            f"{facts.predictor} is {facts.band.label.lower()}{percent}{scored}; the rule asks for {asked}.",
        )


@dataclass(frozen=True, slots=True)
class ConvictedOf:
    """A conviction in the group, within the months before the day, or as the index offence, or at any time.

    `months` None means at any time. The index offence is the principal one of the latest sanction, however old.
    """

    group: OffenceGroup
    months: int | None = None
    or_index_offence: bool = False

    def judge(self, facts: Facts) -> Judgement:
        """The latest conviction that counts is named, or what was looked through."""
        convictions = sorted((o for o in facts.offences if o.is_conviction and o.on <= facts.as_at), key=_latest_first)
        if not convictions:
            return Judgement(Verdict.NOT_MET, "No conviction is recorded.")
        index = index_offences(tuple(convictions)) if self.or_index_offence else ()
        for offence in convictions:
            found = self.group.find(offence.ho_code)
            if found and (self._in_window(offence.on, facts.as_at) or offence in index):
                return Judgement(Verdict.MET, self._told(offence, found, facts.as_at))
        return Judgement(Verdict.NOT_MET, self._nothing(index))

    def _in_window(self, on: date, as_at: date) -> bool:
        return self.months is None or on >= add_months(as_at, -self.months)

    def _told(self, offence: ProvenOffence, found: OffenceGroup, as_at: date) -> str:
        told = f"Convicted on {long_date(offence.on)} of {found.label.lower()} (Home Office code {offence.shown_code})"
        if self.months is None:
            return f"{told}."
        if self._in_window(offence.on, as_at):
            return f"{told}, within {self.months} months of {long_date(as_at)}."
        return f"{told}: the index offence, though more than {self.months} months before {long_date(as_at)}."

    def _nothing(self, index: tuple[ProvenOffence, ...]) -> str:
        when = "" if self.months is None else f" in the last {self.months} months"
        nothing = f"No conviction for {self.group.label.lower()}{when}"
        if not index:
            return f"{nothing}."
        codes = " and ".join(offence.shown_code for offence in index)
        return f"{nothing}, and the index offence, {codes} on {long_date(index[0].on)}, is none either."


@dataclass(frozen=True, slots=True)
class AgeAtLeast:
    """Old enough on the day."""

    years: int

    def judge(self, facts: Facts) -> Judgement:
        """Unknown without a date of birth."""
        if facts.age is None:
            return _birth_not_known()
        return _judged(facts.age >= self.years, f"Aged {facts.age}; the rule asks for {self.years} or over.")


@dataclass(frozen=True, slots=True)
class AgeBelow:
    """Young enough on the day."""

    years: int

    def judge(self, facts: Facts) -> Judgement:
        """Unknown without a date of birth."""
        if facts.age is None:
            return _birth_not_known()
        return _judged(facts.age < self.years, f"Aged {facts.age}; the rule asks for under {self.years}.")


@dataclass(frozen=True, slots=True)
class SexIs:
    """For a cohort set up for women, or for men."""

    sex: Sex

    def judge(self, facts: Facts) -> Judgement:
        """Unknown where no agency recorded it."""
        if facts.sex == Sex.UNKNOWN:
            return Judgement(Verdict.UNKNOWN, "Sex is not recorded.")
        return _judged(
            facts.sex == self.sex, f"{facts.sex.label}; the cohort is for people recorded as {self.sex.label.lower()}."
        )


@dataclass(frozen=True, slots=True)
class RiskOfHarmAtLeast:
    """Risk of serious harm is at this level or a higher (SEL-18)."""

    level: RiskOfHarm

    def judge(self, facts: Facts) -> Judgement:
        """Unknown without an assessment."""
        if facts.risk_of_harm is None:
            return Judgement(Verdict.UNKNOWN, "No assessment of risk of serious harm is recorded.")
        return _judged(
            facts.risk_of_harm.rank >= self.level.rank,
            f"Risk of serious harm is {facts.risk_of_harm.label.lower()}; "
            f"the rule asks for {self.level.label.lower()} or above.",
        )


@dataclass(frozen=True, slots=True)
class Registered:
    """A registration with this code is in force."""

    code: str
    label: str

    def judge(self, facts: Facts) -> Judgement:
        """Met while the registration is in force."""
        held = self.code in facts.registrations
        return _judged(held, f"{'Registered' if held else 'Not registered'} as {self.label}.")


@dataclass(frozen=True, slots=True)
class ReleasedOnTag:
    """Released with an electronic tag within the months before the day."""

    months: int

    def judge(self, facts: Facts) -> Judgement:
        """Met by a tagged release in the window."""
        on = facts.tagged_release_on
        if on is not None and add_months(facts.as_at, -self.months) <= on <= facts.as_at:
            return Judgement(Verdict.MET, f"Released on an electronic tag on {long_date(on)}.")
        return Judgement(Verdict.NOT_MET, f"No release on an electronic tag in the last {self.months} months.")


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of several criteria."""

    criteria: tuple[Criterion, ...]

    def judge(self, facts: Facts) -> Judgement:
        """The sentence of what is met; otherwise every sentence, since any one would do."""
        return combine_any(criterion.judge(facts) for criterion in self.criteria)


def combine_any(judgements: Iterable[Judgement]) -> Judgement:
    """The best verdict of several: unknown outranks not met, since the answer may yet be yes."""
    judged = list(judgements)
    best = max((each.verdict for each in judged), key=lambda verdict: verdict.value)
    kept = [each.sentence for each in judged if best is not Verdict.MET or each.verdict is Verdict.MET]
    return Judgement(best, " ".join(kept))


def _latest_first(offence: ProvenOffence) -> tuple[int, bool, str]:
    return -offence.on.toordinal(), not offence.principal, offence.ho_code


def _judged(holds: bool, sentence: str) -> Judgement:
    return Judgement(Verdict.MET if holds else Verdict.NOT_MET, sentence)


def _birth_not_known() -> Judgement:
    return Judgement(Verdict.UNKNOWN, "The date of birth is not known, so the age is not either.")
