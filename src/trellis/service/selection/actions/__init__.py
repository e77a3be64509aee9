"""What may be done in selection. Nothing here happens by itself but a run's proposals, and those decide nothing."""

from trellis.service.selection.actions.candidates import choose_current_offence, propose_candidates, score_person
from trellis.service.selection.actions.decisions import record_decision
from trellis.service.selection.actions.leads import change_lead, leave_cohort
from trellis.service.selection.actions.referrals import (
    ask_for_view,
    close_unmatched,
    give_view,
    match_referral,
    refer,
)

__all__ = [
    "ask_for_view",
    "change_lead",
    "choose_current_offence",
    "close_unmatched",
    "give_view",
    "leave_cohort",
    "match_referral",
    "propose_candidates",
    "record_decision",
    "refer",
    "score_person",
]
