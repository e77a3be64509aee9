"""What people are told of as it happens, and in which words. A notice holds no fact about anybody: the record does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trellis.rules.errors import Refused
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
    TASK = "task", "You have a new task"
    TASKS_DUE = "tasks_due", "Tasks of yours have fallen due"
    MENTION = "mention", "You were named in a note"


class Way(Word):
    """How somebody wants to be told of a kind of thing."""

    AT_ONCE = "at_once", "In Trellis, and an e-mail at once"
    DAILY = "daily", "In Trellis, and in one e-mail a day"
    IN_APP = "in_app", "In Trellis only"
    NONE = "none", "Not at all"


SAFETY = frozenset({NoticeKind.ALERT, NoticeKind.CUSTODY, NoticeKind.RELEASE, NoticeKind.EMERGENCY})
"""What somebody's safety may turn on: told in Trellis whatever its reader would rather."""

_USUAL = {NoticeKind.TASKS_DUE: Way.DAILY}


def usual_way(kind: NoticeKind) -> Way:
    """How somebody is told of a kind who has not chosen."""
    return _USUAL.get(kind, Way.AT_ONCE)


def ways_of(kind: NoticeKind) -> list[Way]:
    """The ways that may be chosen for a kind."""
    return [way for way in Way if kind not in SAFETY or way is not Way.NONE]


def check_way(kind: NoticeKind, way: Way) -> None:
    """Refuse not to be told of what somebody's safety may turn on."""
    if way not in ways_of(kind):
        raise Refused(f"“{kind.label}” may be about somebody’s safety, so you are told of it. Choose another way.")


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
