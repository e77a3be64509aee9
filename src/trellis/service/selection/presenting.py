"""How selection lays out what its pages show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from trellis.rules.dates import long_date
from trellis.rules.vocabulary import Finding
from trellis.service.record.queries import DisposalFact, PersonFacts
from trellis.service.selection.models import PanelDecision, Proposal, Referral, Score
from trellis.service.selection.offences import offence_words


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list of candidates."""

    proposal: Proposal
    decision: PanelDecision | None

    @property
    def score(self) -> Score | None:
        """The score that the proposal rests on."""
        return self.proposal.score


def offences_to_choose(facts: PersonFacts) -> list[tuple[DisposalFact, str]]:
    """The offences of the latest sanction where it is not settled which is the principal one, in words; else none."""
    own = [
        fact for fact in facts.disposals if fact.finding.is_proven and fact.finding != Finding.TAKEN_INTO_CONSIDERATION
    ]
    latest = [fact for fact in own if fact.happened_on == max(each.happened_on for each in own)]
    if len({fact.ho_code for fact in latest if fact.principal}) == 1:
        return []
    return [(fact, offence_words(fact.ho_code)) for fact in latest]


def status_of(referral: Referral, *, decided: bool, again_on: date | None = None) -> tuple[str, str]:
    """Where a referral stands, in a tag and a sentence that anybody who may see it may read."""
    if referral.closing:
        return "Closed", f"The scheme coordinator closed it: {referral.closing}"
    if referral.closed_at is not None:
        return "Decided", "The panel has decided. The scheme coordinator tells each agency what it needs to know."
    if referral.person_id is None:
        return "New", "The scheme coordinator is finding out who this is about."
    if decided:
        when = f" on {long_date(again_on)}" if again_on else ""
        return "Deferred", f"The panel has looked at it and will look again{when}."
    return "Waiting", "It waits for the panel. The coordinator may ask agencies for their views."
