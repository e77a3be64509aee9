"""What people are told of as it happens, and in which words. A notice holds no fact about anybody: the record does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trellis.rules.vocabulary import Word


class NoticeKind(Word):
    """What has happened. The label is the sentence that its reader sees beside the person's name."""

    ADOPTED = "adopted", "Adopted: the scheme now manages this person"
    LEFT = "left", "No longer managed by the scheme"
    SIGHT_ENDED = "sight_ended", "Your work with somebody has ended, and with it your access to their record"
    PRIORITY = "priority", "Priority set"
    LEAD = "lead", "Another lead officer"
    ALERT = "alert", "New safety alert"
    CUSTODY = "custody", "Taken into custody"
    RELEASE = "release", "Released from custody"
    EMERGENCY = "emergency", "Emergency access was used and waits for your review"
    REQUEST = "request", "Somebody asks for access and waits for your answer"
    REQUEST_DECIDED = "request_decided", "Your request for access is decided"
    RESTRICTION_REVIEW = "restriction_review", "A restriction is due for review"


# Further words by what a notice carries beside its kind: never a fact about anybody.
_WITH: dict[NoticeKind, tuple[str, Mapping[Any, str]]] = {
    NoticeKind.EMERGENCY: (
        "case",
        {
            "refused": "Emergency access to a record was tried and refused. The trail says whose record it was",
            "nobody_reviews": "Emergency access was used, and no information officer is posted to review it."
            " Ask an administrator to post one",
        },
    ),
    NoticeKind.REQUEST_DECIDED: (
        "allowed",
        {True: "Your request for access was allowed", False: "Your request for access was refused"},
    ),
    NoticeKind.LEAD: (
        "lead",
        {
            "police": "Another police lead officer",
            "probation": "Another probation lead officer",
            "case": "Another case manager",
        },
    ),
}


def sentence(kind: NoticeKind, data: Mapping[str, Any]) -> str:
    """What a notice says, without a name."""
    part, words = _WITH.get(kind, ("", {}))
    return words.get(data.get(part), kind.label)
