"""Recording contacts, planning appointments, and what a person was told and offered."""

from trellis.service.casework.actions.contacts import ForWhat, correct_contact, record_contact

__all__ = ["ForWhat", "correct_contact", "record_contact"]
