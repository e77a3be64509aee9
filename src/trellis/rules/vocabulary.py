"""The words of Integrated Offender Management. A member's value is what is stored; its label is what is on screen."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Word(StrEnum):
    """A stored word with the words that people read for it."""

    _value_: str
    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        """Make the member from its stored value and its label."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label or value
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """Every (value, label) in order, as a form field or a model field wants them."""
        return [(member.value, member.label) for member in cls]


class Role(Word):
    """What somebody does in a scheme. One user may hold several (HM 3.24)."""

    COORDINATOR = "coordinator", "Scheme coordinator"
    POLICE_OFFENDER_MANAGER = "police_offender_manager", "Police offender manager"
    PROBATION_OFFENDER_MANAGER = "probation_offender_manager", "Probation offender manager"
    PARTNER_WORKER = "partner_worker", "Partner agency worker"
    ANALYST = "analyst", "Analyst"
    AUDITOR = "auditor", "Auditor"
    NEIGHBOURHOOD_OFFICER = "neighbourhood_officer", "Neighbourhood officer"
    INFORMATION_OFFICER = "information_officer", "Information officer"
    ADMINISTRATOR = "administrator", "Administrator"


class Permission(Word):
    """One act that a role may or may not do. Whom it may be done to is a matter of grants."""

    SEARCH = "search", "search for people"
    SEE_CANDIDATES = "see_candidates", "see the list of candidates"
    SEE_KNOWN_PEOPLE = "see_known_people", "see people who are known but not managed"
    SEE_MANAGED_PEOPLE = "see_managed_people", "see people the scheme manages"
    SEE_SCORES = "see_scores", "see scores and their terms"
    REFER = "refer", "refer somebody to the scheme"
    GIVE_VIEW = "give_view", "give their agency's view of a referral"
    SEE_REFERRALS = "see_referrals", "see the referrals"
    DECIDE = "decide", "record a panel decision"
    ALLOCATE = "allocate", "allocate a lead officer"
    SET_PRIORITY = "set_priority", "set a person's priority"
    RECORD_CONTACT = "record_contact", "record a contact"
    EDIT_PERSON = "edit_person", "change a person's details"
    MANAGE_ALERTS = "manage_alerts", "record and review safety alerts"
    RUN_SCORES = "run_scores", "run the scores"
    SEE_BRIEFING = "see_briefing", "read briefings"
    ISSUE_BRIEFING = "issue_briefing", "issue a briefing"
    IMPORT_FEEDS = "import_feeds", "load an agency's extract"
    MEND_QUARANTINE = "mend_quarantine", "mend rows in quarantine"
    ANSWER_IDENTITY_QUESTIONS = "answer_identity_questions", "say whether two records are one person"
    READ_TRAIL = "read_trail", "read the audit trail"
    SEE_FIGURES = "see_figures", "see counts and reports"
    MANAGE_USERS = "manage_users", "manage users and their roles"
    APPROVE_ACCOUNTS = "approve_accounts", "approve what somebody else asked for an account"
    MANAGE_DEFINITIONS = "manage_definitions", "draft and approve definitions"
    SEE_PRESENCE = "see_presence", "be told that a record is held which they may not open"
    ASK_FOR_ACCESS = "ask_for_access", "ask for access to a record"
    BREAK_GLASS = "break_glass", "open a record in an emergency"
    DECIDE_ACCESS = "decide_access", "decide requests for access"
    REVIEW_EMERGENCIES = "review_emergencies", "review emergency access"
    RESTRICT_RECORDS = "restrict_records", "restrict who may see a record"
    ARRANGE_COVER = "arrange_cover", "arrange cover for a colleague"
    SHARE = "share", "share information about a person"
    MANAGE_AGREEMENTS = "manage_agreements", "record sharing agreements"
    SEE_READERS = "see_readers", "see who has seen a record"
    EXPORT = "export", "export a list or a record"
    PLAN = "plan", "assess needs and write plans"
    WORK_TASKS = "work_tasks", "give and settle tasks"
    KEEP_DOCUMENTS = "keep_documents", "add and open documents"


class Stage(Word):
    """Where a person stands in a scheme. With scheme and area it forms the cell that row security reads."""

    KNOWN = "known", "Known"
    CANDIDATE = "candidate", "Candidate"
    REFERRAL = "referral", "Referred"
    MANAGED = "managed", "Managed"
    FORMER = "former", "Formerly managed"


class GrantBasis(Word):
    """Why a grant opens what it opens: the source of somebody's need to know."""

    ROLE = "role", "Works for the whole scheme"
    UNIT = "unit", "Works for one local unit"
    ALLOCATED = "allocated", "Allocated"
    TEAM = "team", "Team of the lead officer"
    VIEW = "view", "Asked for their agency’s view"
    PANEL = "panel", "Sits on the panel"
    REQUEST = "request", "Asked, and was allowed"
    BREAK_GLASS = "break_glass", "Emergency access"
    SYSTEM = "system", "Part of the system"

    @property
    def has_end(self) -> bool:
        """Whether a grant on this basis must say when it ends."""
        return self in {GrantBasis.VIEW, GrantBasis.PANEL, GrantBasis.REQUEST, GrantBasis.BREAK_GLASS}


class LimitKind(Word):
    """How a record is restricted."""

    EXCLUSION = "exclusion", "Exclusion: everyone with access but those named"
    RESTRICTION = "restriction", "Restriction: only those named"
    STEALTH = "stealth", "Stealth: only those named, and nobody else is told that there is a record"


class LimitReason(Word):
    """Why a record is restricted; the code that reviews count."""

    STAFF_OR_RELATIVE = "staff_or_relative", "A member of staff, or a relative of one"
    VICTIM_WORKS_HERE = "victim_works_here", "A victim or witness works here"
    HIGH_PROFILE = "high_profile", "A case of high profile"
    WITNESS_PROTECTION = "witness_protection", "Protection of a witness"
    POLICE_SUBJECT = "police_subject", "Subject of a live police operation"
    CONFLICT_OF_INTEREST = "conflict_of_interest", "Conflict of interest"


class SharingRegime(Word):
    """Under which part of data protection law an agency handles what it is given."""

    LAW_ENFORCEMENT = "law_enforcement", "Data Protection Act 2018, Part 3"
    GENERAL = "general", "UK GDPR"


class SharingAct(Word):
    """What was done with a request, or an occasion, to share. Each is an act of its own."""

    SHARE = "share", "Shared with a partner agency"
    DISCLOSURE = "disclosure", "Disclosed to somebody outside the partnership"
    REFUSAL = "refusal", "Refused to share"


class SharingBasis(Word):
    """On what an act of sharing rests."""

    AGREEMENT = "agreement", "The sharing agreement"
    CONSENT = "consent", "Consent of the person it is about"
    POWER = "power", "A power in law"


class SharingContent(Word):
    """Content that may be passed on only as the rules of its source allow."""

    POLICE_NATIONAL_COMPUTER = "police_national_computer", "data from the Police National Computer"
    SPENT_CONVICTION = "spent_conviction", "spent convictions"


class Sight(Word):
    """What somebody is shown of a record."""

    SHOWN = "shown", "Shown"
    PRESENCE = "presence", "Told that a record is held"
    HIDDEN = "hidden", "Not told that there is a record"


class Compartment(Word):
    """What kind of information a record is: need to know runs by compartment, not by rank."""

    CORE = "core", "Core record"
    HEALTH = "health", "Health"
    INTELLIGENCE = "intelligence", "Intelligence"
    VICTIM_SAFETY = "victim_safety", "Victim safety"
    PSYCHOLOGY = "psychology", "Psychology"
    STAFF = "staff", "Staff"


class AgencyKind(Word):
    """The partners of a scheme (GOV-17)."""

    POLICE = "police", "Police"
    PROBATION = "probation", "Probation"
    LOCAL_AUTHORITY = "local_authority", "Local authority"
    DRUG_AND_ALCOHOL = "drug_and_alcohol", "Drug and alcohol service"
    HEALTH = "health", "Health"
    MENTAL_HEALTH = "mental_health", "Mental health"
    PUBLIC_HEALTH = "public_health", "Public health"
    YOUTH = "youth", "Youth justice service"
    PRISON = "prison", "Prison"
    DWP = "dwp", "Jobcentre Plus"
    HOUSING = "housing", "Housing"
    ANTISOCIAL_BEHAVIOUR = "antisocial_behaviour", "Antisocial behaviour team"
    VOLUNTARY = "voluntary", "Voluntary sector"
    PROSECUTION = "prosecution", "Crown Prosecution Service"
    COURTS = "courts", "Courts"


class AreaKind(Word):
    """What drew an area's boundary; police and probation boundaries stand side by side (GOV-03)."""

    FORCE = "force", "Police force"
    DISTRICT = "district", "Policing district"
    PROBATION_DELIVERY_UNIT = "probation_unit", "Probation delivery unit"
    COMMUNITY_SAFETY_PARTNERSHIP = "community_safety", "Community safety partnership"


class IdentifierKind(Word):
    """Whose number it is. Each is unique within its source."""

    PNC = "PNC", "Police national computer number"
    CRO = "CRO", "Criminal records office number"
    NOMIS = "NOMIS", "Prison number"
    CRN = "CRN", "Probation case reference"
    FORCE = "FORCE", "Force reference"
    YOT = "YOT", "Youth justice reference"


class Sex(Word):
    """Sex as an agency recorded it."""

    MALE = "M", "Male"
    FEMALE = "F", "Female"
    UNKNOWN = "U", "Not known"


class DatePrecision(Word):
    """How much of a date is known. A date of less than day precision is held as its first day."""

    DAY = "day", "Day"
    MONTH = "month", "Month and year"
    YEAR = "year", "Year only"


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


class AlertKind(Word):
    """What a safety alert warns of."""

    RISK_TO_STAFF = "risk_to_staff", "Risk to staff"
    RISK_TO_KNOWN_PERSON = "risk_to_known_person", "Risk to a known person"
    RISK_TO_CHILDREN = "risk_to_children", "Risk to children"
    RISK_TO_PUBLIC = "risk_to_public", "Risk to the public"
    SELF_HARM = "self_harm", "Risk of suicide or self-harm"
    VULNERABLE = "vulnerable", "Vulnerable person"
    WEAPONS = "weapons", "Weapons"
    DANGEROUS_ANIMAL = "dangerous_animal", "Dangerous animal"
    MEDICAL = "medical", "Medical"
    OTHER = "other", "Other"


class LeadKind(Word):
    """Whose lead officer it is: the police's, probation's, or another agency's that manages the case (REF-13)."""

    POLICE = "police", "Police lead"
    PROBATION = "probation", "Probation lead"
    CASE_MANAGER = "case", "Case manager"


class Marking(Word):
    """Protective marking, shown on every page, print and export."""

    OFFICIAL = "OFFICIAL", "OFFICIAL"
    OFFICIAL_SENSITIVE = "OFFICIAL-SENSITIVE", "OFFICIAL-SENSITIVE"
