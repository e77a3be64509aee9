"""Words of meetings: what becomes of one, who came, what is minuted, and what may have changed since the last."""

from __future__ import annotations

from trellis.rules.vocabulary.words import Word


class MeetingStatus(Word):
    """What has become of a meeting."""

    PLANNED = "planned", "Planned"
    HELD = "held", "Held"
    CANCELLED = "cancelled", "Cancelled"


class Came(Word):
    """Whether an agency that was expected came."""

    ATTENDED = "attended", "Attended"
    APOLOGIES = "apologies", "Sent apologies"
    ABSENT = "absent", "Did not come"


class MinuteKind(Word):
    """What a line of the minutes is."""

    DECISION = "decision", "Decision"
    NOTE = "note", "Note"
    ACTION = "action", "Action"


class AgendaSource(Word):
    """Why somebody is on an agenda."""

    REFERRALS = "referrals", "Referred, and waits for the panel"
    CANDIDATES = "candidates", "Candidate whom a rule proposes"
    CARRIED = "carried", "Actions of earlier meetings are open"
    RED = "red", "Priority is red"
    AMBER = "amber", "Priority is amber"
    RELEASES = "releases", "Release expected within four weeks"
    LAPSED = "lapsed", "Lapse since the last meeting"
    ADDED = "added", "Put on by hand"


class ChangeKind(Word):
    """What may have changed for somebody since they were last discussed."""

    PRIORITY = "priority", "Priority"
    CUSTODY = "custody", "Custody"
    RELEASE = "release", "Release"
    ARREST = "arrest", "Arrest"
    CHARGE = "charge", "Charge"
    DISPOSAL = "disposal", "Court result or caution"
    ALERT = "alert", "Safety alert"
    LAPSE = "lapse", "Lapse"
    DISENGAGEMENT = "disengagement", "Engagement"
    MISSED = "missed", "Contacts missed"
    DRUG_TEST = "drug_test", "Drug test"
    ADDRESS = "address", "Address"
    SUPERVISION = "supervision", "Supervision"
    REGISTRATION = "registration", "Registration"
    NOTE = "note", "Sensitive note"
    SCORE = "score", "Need"
    PLAN = "plan", "Plan"
    OVERDUE = "overdue", "Tasks overdue"
    DONE = "done", "Tasks done"
    KEPT = "kept", "Contacts kept"
    COMING = "coming", "Appointments"
