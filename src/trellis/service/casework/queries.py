"""Contacts, for those who record them."""

from __future__ import annotations

from trellis.service.casework.models import Contact
from trellis.service.schemes.models import Agency


def why_not_correct(contact: Contact, agency: Agency | None, *, drawn_earlier: bool = False) -> str:
    """Why somebody of this agency may not correct the contact, in a sentence; nothing when they may.

    `drawn_earlier`: they began when the contact stood, so that it has been corrected since is no reason.
    """
    if contact.superseded_at is not None and not drawn_earlier:
        return "This contact has been corrected already. Open the person’s timeline for the latest version."
    if contact.source:
        return f"This contact came from the feed {contact.source}. Ask its sender to correct it, or it would come back."
    if agency is None or contact.agency_id != agency.pk:
        return f"This contact is {contact.agency}’s record. Ask them to correct it."
    return ""
