"""Words of contacts, offers and what follows them."""

from __future__ import annotations

from trellis.rules.vocabulary.words import Word


class ContactMode(Word):
    """How a contact was made."""

    OFFICE = "office", "At an office"
    HOME = "home", "Home visit"
    PRISON = "prison", "Prison visit"
    PHONE = "phone", "Phone"
    VIDEO = "video", "Video"
    OTHER = "other", "Somewhere else"


class ContactOutcome(Word):
    """How a contact ended."""

    ATTENDED_COMPLIED = "attended_complied", "Attended and complied"
    ATTENDED_DID_NOT_COMPLY = "attended_did_not_comply", "Attended but did not comply"
    ACCEPTABLE_ABSENCE = "acceptable_absence", "Acceptable absence"
    UNACCEPTABLE_ABSENCE = "unacceptable_absence", "Unacceptable absence"
    EVIDENCE_PENDING = "evidence_pending", "Absent, evidence pending"
    RESCHEDULED = "rescheduled", "Rescheduled"
    SENT_HOME = "sent_home", "Sent home"
    SENT_HOME_BEHAVIOUR = "sent_home_behaviour", "Sent home because of behaviour"
    SENT_HOME_SERVICE = "sent_home_service", "Sent home because of the service"

    @property
    def successful(self) -> bool:
        """Whether the person was seen and took part: only such a contact resets the contact clock."""
        return self == ContactOutcome.ATTENDED_COMPLIED


class ContactKind(Word):
    """What a contact was for, where that is more than to see the person."""

    SUPERVISION = "supervision", "Supervision"
    VIGILANCE = "vigilance", "Vigilance visit"
    GATE_PICKUP = "gate_pickup", "Met at the prison gate"
    DRUG_TEST = "drug_test", "Drug test"
    SUPPORT = "support", "Help or treatment"
    UNPLANNED = "unplanned", "Met by chance or called in"


class VisitPurpose(Word):
    """What a vigilance visit is for (HM 6.31)."""

    DRUG_TEST = "drug_test", "Drug test"
    SUPPORT = "support", "Support"
    ACCESS = "access", "Help them reach a service"
    SUPERVISE = "supervise", "Supervise"
    RELATIONSHIP = "relationship", "Build the relationship"


class Serves(Word):
    """Whether something controls, helps to change, or both (HM 2.4)."""

    CONTROL = "control", "Control"
    CHANGE = "change", "Change"
    BOTH = "both", "Control and change"


class MovedBy(Word):
    """Who asked for an appointment to be moved or called off."""

    PERSON = "person", "The person"
    US = "us", "My agency"
    PARTNER = "partner", "Another agency"


class DrugTestBasis(Word):
    """On what footing somebody was tested."""

    VOLUNTARY = "voluntary", "Voluntary"
    AGREED = "agreed", "Agreed in a plan or behaviour agreement"
    REQUIRED = "required", "Required by an order or licence"


class DrugTestResult(Word):
    """What a drug test found."""

    NEGATIVE = "negative", "Negative"
    POSITIVE = "positive", "Positive"
    INCONCLUSIVE = "inconclusive", "Inconclusive or not enough to test"
    REFUSED = "refused", "Refused"


class OfferAnswer(Word):
    """What somebody answered to the offer of help."""

    ACCEPTED = "accepted", "Accepted"
    PARTLY = "partly", "Accepted in part"
    REFUSED = "refused", "Refused"
    UNDECIDED = "undecided", "Not decided yet"


class Understanding(Word):
    """Whether somebody understood what they were told."""

    YES = "yes", "Yes"
    IN_PART = "in_part", "In part"
    NO = "no", "No"
    NOT_KNOWN = "not_known", "Could not tell"


class DisengagementResponse(Word):
    """What a scheme does when somebody stops engaging (HM 6.22 to 6.24)."""

    NONE = "none", "No change: keep offering"
    REMOVAL = "removal", "Propose to end management"
    WATCHING = "watching", "Intelligence and watching"
    WITHDRAWAL = "withdrawal", "Withdraw help"


class OtherSystem(Word):
    """An agency's own system in which the same contact must stand too."""

    DELIUS = "delius", "Delius"
    NICHE = "niche", "Niche"
