"""Who may be put to the panel, and why. A rule proposes; it never adopts and never refuses anybody (SEL-08)."""

from dataclasses import dataclass

from trellis.rules.criteria import Criterion, Facts, Judgement, Verdict


@dataclass(frozen=True, slots=True)
class Route:
    """One way to be eligible: every criterion of it is met."""

    name: str
    label: str
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class EligibilityRule:
    """What is asked of everyone, and the routes of which one must hold. `version` is kept with every outcome."""

    name: str
    label: str
    version: int
    everyone: tuple[Criterion, ...]
    routes: tuple[Route, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule says of somebody, in sentences that a panel can check by hand.

    `fired` names the routes that hold, the first of them first; `short_of` is what the nearest route still lacks;
    `missing` is what nobody has recorded.
    """

    rule: str
    version: int
    eligible: bool
    fired: tuple[str, ...]
    fired_label: str
    reasons: tuple[str, ...]
    short_of: tuple[str, ...]
    missing: tuple[str, ...]
    # Whether the nearest route has anything that speaks for the person: where nothing does, what is
    # missing is no more than what is missing of everybody.
    in_reach: bool = True

    @property
    def almost(self) -> bool:
        """Whether one thing alone keeps the person from being eligible."""
        return not self.eligible and len(self.short_of) == 1


def judge(rule: EligibilityRule, facts: Facts) -> Outcome:
    """Apply a rule to what is known of somebody on a day."""
    everyone = [criterion.judge(facts) for criterion in rule.everyone]
    by_route = [(route, [criterion.judge(facts) for criterion in route.criteria]) for route in rule.routes]
    holding = [route for route, judged in by_route if _all_met(judged)]
    nearest, judged = min(by_route, key=lambda pair: len(_lacking(pair[1])))
    considered = everyone + judged
    eligible = bool(holding) and _all_met(everyone)
    unknown = [each for _, route_judged in by_route for each in route_judged]
    return Outcome(
        rule=rule.name,
        version=rule.version,
        eligible=eligible,
        fired=tuple(route.name for route in holding) if eligible else (),
        fired_label=nearest.label if eligible else "",
        reasons=tuple(each.sentence for each in considered if each.verdict is Verdict.MET),
        short_of=_sentences(_lacking(considered)),
        missing=() if eligible else _sentences([e for e in everyone + unknown if e.verdict is Verdict.UNKNOWN]),
        in_reach=any(each.verdict is Verdict.MET for each in judged),
    )


def _all_met(judged: list[Judgement]) -> bool:
    return not _lacking(judged)


def _lacking(judged: list[Judgement]) -> list[Judgement]:
    return [each for each in judged if each.verdict is not Verdict.MET]


def _sentences(judged: list[Judgement]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.sentence for each in judged))
