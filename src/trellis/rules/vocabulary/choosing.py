"""Words of choosing whom to manage, and how closely."""

from __future__ import annotations

from trellis.rules.vocabulary.words import Word


class NationalClass(Word):
    """The national class of a cohort (COH-01)."""

    FIXED = "fixed", "Fixed"
    FLEX = "flex", "Flex"
    FREE = "free", "Free"


class Band(Word):
    """A predictor's band. `at_least` compares: the words themselves do not sort by risk."""

    LOW = "LOW", "Low"
    MEDIUM = "MEDIUM", "Medium"
    HIGH = "HIGH", "High"
    VERY_HIGH = "VERY_HIGH", "Very high"

    @property
    def rank(self) -> int:
        """0 for low to 3 for very high."""
        return list(Band).index(self)

    def at_least(self, other: Band) -> bool:
        """Whether this band is as high as the other."""
        return self.rank >= other.rank


class RiskOfHarm(Word):
    """Risk of serious harm (ROSH) as probation assessed it."""

    LOW = "low", "Low"
    MEDIUM = "medium", "Medium"
    HIGH = "high", "High"
    VERY_HIGH = "very_high", "Very high"

    @property
    def rank(self) -> int:
        """0 for low to 3 for very high."""
        return list(RiskOfHarm).index(self)


class PanelOutcome(Word):
    """What a panel may decide about a referral."""

    ADOPT = "adopt", "Adopt to a cohort"
    REFUSE = "refuse", "Do not adopt"
    DEFER = "defer", "Defer to a later panel"
    LIGHT_TOUCH = "light_touch", "Light touch, without full management"


class ReferralSource(Word):
    """Who or what brought somebody to the scheme. Always asked: an unrecorded source cannot be counted (SEL-17)."""

    POLICE = "police", "Police"
    PROBATION = "probation", "Probation"
    PRISON = "prison", "Prison"
    YOUTH_JUSTICE = "youth_justice", "Youth justice service"
    DRUG_WORKER = "drug_worker", "Drug and alcohol worker"
    HOUSING = "housing", "Housing"
    LOCAL_AUTHORITY = "local_authority", "Local authority"
    HEALTH = "health", "Health"
    VOLUNTARY = "voluntary", "Voluntary sector"
    NEIGHBOURHOOD = "neighbourhood", "Neighbourhood team"
    BRIEFING = "briefing", "Named in a briefing"
    CANDIDATE_LIST = "candidate_list", "The list of candidates"
    OTHER_SCHEME = "other_scheme", "Transfer from another scheme"


class PriorityColour(Word):
    """The colour of a managed person's priority, in the order that work is done."""

    RED = "red", "Red"
    AMBER = "amber", "Amber"
    GREEN = "green", "Green"
    BLUE = "blue", "Blue"


class Engagement(Word):
    """How far somebody takes up what is offered."""

    ENGAGING = "engaging", "Engaging"
    SOME = "some", "Some engagement"
    NOT_ENGAGING = "not_engaging", "Not engaging"
    NOT_KNOWN = "not_known", "Not known"


class IntelligencePicture(Word):
    """What intelligence says about offending now."""

    ACTIVE = "active_offending", "Thought to be offending"
    NONE = "none", "No intelligence of offending"
    NOT_KNOWN = "not_known", "Not checked"


class LeadKind(Word):
    """Whose lead officer it is: the police's, probation's, or another agency's that manages the case (REF-13)."""

    POLICE = "police", "Police lead"
    PROBATION = "probation", "Probation lead"
    CASE_MANAGER = "case", "Case manager"
