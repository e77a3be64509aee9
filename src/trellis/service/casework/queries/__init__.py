"""Contacts and appointments, and the clock that they set."""

from trellis.service.casework.queries.contacts import why_not_correct

__all__ = ["why_not_correct"]
