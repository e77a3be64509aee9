"""From known to managed and out again: which act leads where, and what each act needs. People decide every one."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from trellis.rules.dates import add_months, how_long, long_date
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import PanelOutcome, ReferralSource, Stage, Word

SCORE_CURRENT_MONTHS = 12
"""How long a score counts as current where a scheme says nothing else. An example: no source sets a length."""


class Act(Word):
    """What moves a person from stage to stage."""

    PROPOSE = "propose", "propose as a candidate"
    SET_ASIDE = "set_aside", "take off the list of candidates"
    REFER = "refer", "refer"
    WITHDRAW = "withdraw", "withdraw the referral"
    ADOPT = "adopt", "adopt to a cohort"
    REFUSE = "refuse", "decide not to adopt"
    DEFER = "defer", "defer to a later panel"
    LIGHT_TOUCH = "light_touch", "put on light touch"
    REMOVE = "remove", "end management"


TRANSITIONS: Mapping[tuple[Stage, Act], Stage] = MappingProxyType(
    {
        (Stage.KNOWN, Act.PROPOSE): Stage.CANDIDATE,
        (Stage.KNOWN, Act.REFER): Stage.REFERRAL,
        (Stage.CANDIDATE, Act.SET_ASIDE): Stage.KNOWN,
        (Stage.CANDIDATE, Act.REFER): Stage.REFERRAL,
        (Stage.REFERRAL, Act.WITHDRAW): Stage.KNOWN,
        (Stage.REFERRAL, Act.ADOPT): Stage.MANAGED,
        (Stage.REFERRAL, Act.REFUSE): Stage.KNOWN,
        (Stage.REFERRAL, Act.DEFER): Stage.REFERRAL,
        # Light touch is a watch without management (COH-16): the decision is kept, the person is not managed.
        (Stage.REFERRAL, Act.LIGHT_TOUCH): Stage.KNOWN,
        (Stage.MANAGED, Act.REMOVE): Stage.FORMER,
        (Stage.FORMER, Act.PROPOSE): Stage.CANDIDATE,
        (Stage.FORMER, Act.REFER): Stage.REFERRAL,
    }
)

ACT_OF_OUTCOME: Mapping[PanelOutcome, Act] = MappingProxyType(
    {
        PanelOutcome.ADOPT: Act.ADOPT,
        PanelOutcome.REFUSE: Act.REFUSE,
        PanelOutcome.DEFER: Act.DEFER,
        PanelOutcome.LIGHT_TOUCH: Act.LIGHT_TOUCH,
    }
)


def can_act(stage: Stage, act: Act) -> bool:
    """Whether the act can be done to somebody at this stage."""
    return (stage, act) in TRANSITIONS


def next_stage(stage: Stage, act: Act) -> Stage:
    """Where the act leads. Raises Refused where it cannot be done."""
    if not can_act(stage, act):
        raise Refused(f"You cannot {act.label} here: the person is {_STANDING[stage]}.")
    return TRANSITIONS[stage, act]


def check_refer(*, stage: Stage, source: ReferralSource | None, reason: str) -> None:
    """Refuse a referral of somebody already referred or managed, or one without its source and reason."""
    next_stage(stage, Act.REFER)
    if source is None:
        raise Refused("Say who or what the referral comes from.")
    if not reason.strip():
        raise Refused("Say why you refer this person.")


def check_decide(
    *, stage: Stage, outcome: PanelOutcome, rationale: str, present: Collection[str], cohort: str | None
) -> None:
    """Refuse a panel decision without its rationale, somebody present, or the cohort that adoption needs (SEL-09)."""
    next_stage(stage, ACT_OF_OUTCOME[outcome])
    if not rationale.strip():
        raise Refused("Write the panel's reasons: the decision must be one that can be defended later.")
    if not any(name.strip() for name in present):
        raise Refused("Name at least one person who was present.")
    if outcome == PanelOutcome.ADOPT and not cohort:
        raise Refused("Choose the cohort that the panel adopts this person to.")
    if outcome != PanelOutcome.ADOPT and cohort:
        raise Refused("Leave the cohort empty: only adoption puts somebody in one.")


def warn_no_current_score(*, scored_on: date | None, as_at: date, months: int = SCORE_CURRENT_MONTHS) -> str:
    """A warning where a decision would be taken without a current score, or an empty text (SEL-13)."""
    if scored_on is None:
        return "There is no score to look at. A decision taken without one is poor practice: say why it cannot wait."
    if scored_on < add_months(as_at, -months):
        return (
            f"The score is of {long_date(scored_on)}, {how_long(scored_on, as_at)}: older than {months} months. "
            "Run it again before you decide."
        )
    return ""


def warn_few_agencies(agencies: Collection[str]) -> str:
    """A warning where fewer than two agencies took part in a decision, or an empty text (SEL-10)."""
    if len(set(agencies)) >= 2:
        return ""
    return "Fewer than two agencies took part. A panel's decision rests on more than one agency's view."


@dataclass(frozen=True, slots=True)
class Drawn:
    """One row of the table of transitions, for the reference page."""

    stage: str
    act: str
    leads_to: str


def drawn_transitions() -> tuple[Drawn, ...]:
    """The table of transitions in words, in the order of stages and acts."""
    return tuple(
        Drawn(stage.label, act.label, TRANSITIONS[stage, act].label)
        for stage in Stage
        for act in Act
        if can_act(stage, act)
    )


_STANDING: Mapping[Stage, str] = {
    Stage.KNOWN: "known, but neither proposed nor referred",
    Stage.CANDIDATE: "a candidate",
    Stage.REFERRAL: "already referred",
    Stage.MANAGED: "already managed",
    Stage.FORMER: "no longer managed",
}
