"""Words of what staff have learnt."""

from __future__ import annotations

from trellis.rules.vocabulary.words import Word


class CourseStanding(Word):
    """How somebody stands to one course on a day, the best first."""

    HELD = "held", "Held"
    EXPIRING = "expiring", "Expires soon"
    UNCONFIRMED = "unconfirmed", "Waits to be confirmed"
    NOT_YET_COMPETENT = "not_yet_competent", "Taken, not yet competent"
    EXPIRED = "expired", "Expired"
    MISSING = "missing", "Not taken"

    @property
    def counts(self) -> bool:
        """Whether work that asks for the course may be given."""
        return self in {CourseStanding.HELD, CourseStanding.EXPIRING}
