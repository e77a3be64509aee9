"""Proposing and deciding a priority."""

from trellis.service.priority.actions.deciding import decide_priority
from trellis.service.priority.actions.proposing import propose_priority, withdraw_proposal

__all__ = ["decide_priority", "propose_priority", "withdraw_proposal"]
