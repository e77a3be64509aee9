"""What waits for a reader. Row security shows nobody another's notices, nor work about somebody hidden from them."""

from trellis.service.work.queries.notices import address_of, linked_users, notices_of, unread_of

__all__ = ["address_of", "linked_users", "notices_of", "unread_of"]
