"""What administrators do. What widens access takes two people, what narrows it takes one."""

from trellis.service.administration.actions.accounts import disable_account, keep_account
from trellis.service.administration.actions.approving import approve_request, refuse_request
from trellis.service.administration.actions.asking import (
    ask_for_enabling,
    ask_for_link,
    ask_for_role,
    end_role,
    invite,
)
from trellis.service.administration.actions.organisation import add_agency, add_area, add_team

__all__ = [
    "add_agency",
    "add_area",
    "add_team",
    "approve_request",
    "ask_for_enabling",
    "ask_for_link",
    "ask_for_role",
    "disable_account",
    "end_role",
    "invite",
    "keep_account",
    "refuse_request",
]
