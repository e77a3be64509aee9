"""Words of custody, sentences and courts."""

from __future__ import annotations

from trellis.rules.vocabulary.words import Word


class CustodyKind(Word):
    """Why somebody is held."""

    REMAND = "remand", "On remand"
    SENTENCE = "sentence", "Serving a sentence"
    RECALL = "recall", "Recalled to custody"
    OTHER = "other", "Held for another reason"


class SupervisionKind(Word):
    """What probation, or a youth justice service, supervises somebody under."""

    COMMUNITY_ORDER = "community_order", "Community order"
    SUSPENDED_SENTENCE_ORDER = "suspended_sentence_order", "Suspended sentence order"
    LICENCE = "licence", "Licence"
    POST_SENTENCE_SUPERVISION = "post_sentence_supervision", "Post-sentence supervision"
    YOUTH_ORDER = "youth_order", "Youth order"

    @property
    def is_probation(self) -> bool:
        """Whether probation is the supervisor, and so names a lead."""
        return self is not SupervisionKind.YOUTH_ORDER


class Finding(Word):
    """How an offence ended at court or at the police station."""

    GUILTY_PLEA = "guilty_plea", "Pleaded guilty"
    FOUND_GUILTY = "found_guilty", "Found guilty"
    CAUTION = "caution", "Caution"
    TAKEN_INTO_CONSIDERATION = "taken_into_consideration", "Taken into consideration"
    NOT_GUILTY = "not_guilty", "Not guilty"
    DISCONTINUED = "discontinued", "Discontinued"

    @property
    def is_proven(self) -> bool:
        """Whether the offence counts as proven against the person."""
        return self not in {Finding.NOT_GUILTY, Finding.DISCONTINUED}
