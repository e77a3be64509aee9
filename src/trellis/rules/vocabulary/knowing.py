"""Words of who may know, do and share what."""

from __future__ import annotations

from trellis.rules.vocabulary.words import Word


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
    PROPOSE_PRIORITY = "propose_priority", "propose a person's priority"
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
    HOLD_MEETINGS = "hold_meetings", "plan and minute meetings"
    ATTEND_MEETINGS = "attend_meetings", "read agendas and minutes, and give their agency's update"


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


class Marking(Word):
    """Protective marking, shown on every page, print and export."""

    OFFICIAL = "OFFICIAL", "OFFICIAL"
    OFFICIAL_SENSITIVE = "OFFICIAL-SENSITIVE", "OFFICIAL-SENSITIVE"
