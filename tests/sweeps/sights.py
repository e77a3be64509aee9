"""Who may read a row of each model, for the models that are not simply about one person.

A model whose register names a subject is read by whoever sees that person in its compartment. Any other model that is
about people needs a line in RULES, or the sweeps fail and say so.
"""

from __future__ import annotations

from typing import Any

from django.db import models

from tests.service.access.samples import OURS
from tests.sweeps.oracle import Oracle, Sees
from trellis.rules.vocabulary import GrantBasis, Permission, Sight, Stage
from trellis.service.common.register import Register


def _referral(oracle: Oracle, user: int, row: Any) -> bool:
    if row.referred_by_id == user:
        return True
    if row.person_id is not None:
        if oracle.barring(user, row.person_id):
            return False
        if oracle.sight(user, row.person_id) is Sight.SHOWN and oracle.reads(user, "selection.Referral"):
            return True
    if (user, row.pk) in oracle.asked:
        return True
    path = row.area.path if row.area else ""
    return oracle.sees_cell(user, row.scheme_id, Stage.REFERRAL, path)


def _of_referral(oracle: Oracle, user: int, row: Any) -> bool:
    return _referral(oracle, user, row.referral)


def _agency_view(oracle: Oracle, user: int, row: Any) -> bool:
    return row.given_by_id == user or oracle.sight(user, row.referral.person_id) is Sight.SHOWN


def _about_known(*permissions: Permission) -> Sees:
    """Read by whoever has the permission in the scheme and may know of the person."""

    def sees(oracle: Oracle, user: int, row: Any) -> bool:
        known = oracle.sight(user, row.person_id) is not Sight.HIDDEN
        if getattr(row, "asked_by_id", None) == user:
            return True
        return known and _in_scheme(*permissions)(oracle, user, row)

    return sees


def _emergency_review(oracle: Oracle, user: int, row: Any) -> bool:
    return row.grant.user_id == user or _in_scheme(Permission.REVIEW_EMERGENCIES)(oracle, user, row)


def _limit(oracle: Oracle, user: int, row: Any) -> bool:
    """Whoever restricts records knows the limits of their scheme, and of stealth those whom it names alone."""
    if _in_scheme(Permission.REVIEW_EMERGENCIES)(oracle, user, row) or row.set_by_id == user:
        return True
    named = any(user in one.users for one in oracle.limits if (one.person, one.kind) == (row.person_id, row.kind))
    return named or (row.kind != "stealth" and _in_scheme(Permission.RESTRICT_RECORDS)(oracle, user, row))


def _of_limit(oracle: Oracle, user: int, row: Any) -> bool:
    return _limit(oracle, user, row.limit)


def _cover(oracle: Oracle, user: int, row: Any) -> bool:
    return user in {row.user_id, row.covered_by_id} or _in_scheme(Permission.ARRANGE_COVER)(oracle, user, row)


def _grant(oracle: Oracle, user: int, row: Any) -> bool:
    """Emergency access is also known to whoever reviews it in the scheme, whatever closes the record."""
    if row.basis == GrantBasis.BREAK_GLASS and _in_scheme(Permission.REVIEW_EMERGENCIES)(oracle, user, row):
        return True
    return row.user_id == user or row.person_id is None or oracle.sight(user, row.person_id) is Sight.SHOWN


def _notice(oracle: Oracle, user: int, row: Any) -> bool:
    return bool(row.user_id == user and oracle.sight(user, row.person_id) is Sight.SHOWN)


def _in_scheme(*permissions: Permission) -> Sees:
    def sees(oracle: Oracle, user: int, row: Any) -> bool:
        scheme = row.scheme_id if hasattr(row, "scheme_id") else row.file.scheme_id
        return oracle.may(user, *permissions) and any(post.scheme == scheme for post in oracle.posts_of(user))

    return sees


def _training_of(column: str) -> Sees:
    """One's own, and everybody's to whoever allocates or manages users in the scheme; here nobody supervises a team."""

    def sees(oracle: Oracle, user: int, row: Any) -> bool:
        keeps = _in_scheme(Permission.ALLOCATE, Permission.MANAGE_USERS)
        return bool(getattr(row, column) == user) or keeps(oracle, user, row)

    return sees


def _token(oracle: Oracle, user: int, row: Any) -> bool:
    return oracle.sight(user, row.person_id) is Sight.SHOWN


def _account(oracle: Oracle, user: int, row: Any) -> bool:
    """An account, or a posting, is managed in the schemes in which its holder works."""
    holder = row.user_id if hasattr(row, "user_id") else row.pk
    schemes = {post.scheme for post in oracle.posts if post.user == holder}
    return any(post.scheme in schemes for post in oracle.posts_of(user))


def _agreement(oracle: Oracle, user: int, row: Any) -> bool:
    """An agreement is managed where its scheme is worked in; what it says is open to everybody."""
    scheme = row.scheme_id if hasattr(row, "scheme_id") else row.agreement.scheme_id
    return any(post.scheme == scheme for post in oracle.posts_of(user))


def _meeting(oracle: Oracle, user: int, row: Any) -> bool:
    """A meeting, and what is part of it and about nobody, is read by whoever takes part in its scheme's meetings."""
    return _in_scheme(Permission.ATTEND_MEETINGS, Permission.SEE_FIGURES)(oracle, user, getattr(row, "meeting", row))


_FEEDS = _in_scheme(Permission.IMPORT_FEEDS, Permission.MEND_QUARANTINE)
RULES: dict[str, Sees] = {
    "selection.Referral": _referral,
    "selection.ViewRequest": _of_referral,
    "selection.AgencyView": _agency_view,
    "feeds.FeedFile": _FEEDS,
    "feeds.WaitingRow": _FEEDS,
    "intelligence.Briefing": _in_scheme(Permission.SEE_BRIEFING),
    "access.AccessRequest": _about_known(Permission.DECIDE_ACCESS),
    "access.EmergencyReview": _emergency_review,
    "access.Limit": _limit,
    "access.Cover": _cover,
    "access.SharingAgreement": _agreement,
    "access.AgreementParty": _agreement,
    "protection.LimitReview": _of_limit,
    "access.NameChange": _of_limit,
    "access.User": _account,
    "access.Posting": _account,
    "access.Grant": _grant,
    "work.Notice": _notice,
    "casework.CalendarFeed": lambda oracle, user, row: bool(row.made_by_id == user),
    "training.Completion": _training_of("user_id"),
    "training.TrainingNeed": _training_of("made_by_id"),
    **dict.fromkeys(
        (
            *("meetings.Meeting", "meetings.Expectation", "meetings.Attendance", "meetings.AgencyReturn"),
            *("meetings.Invitation", "meetings.GeneralItem", "meetings.GeneralMinute"),
        ),
        _meeting,
    ),
    "work.NoticeChoice": lambda oracle, user, row: bool(row.chosen_by_id == user),
    "administration.AccountRequest": _in_scheme(Permission.APPROVE_ACCOUNTS),
    "administration.AccountDecision": _in_scheme(Permission.APPROVE_ACCOUNTS),
    # What a search found says what matched, and that is read with its source.
    "people.SearchToken": _token,
}
# What a role must be allowed beside seeing the person, to be shown a model's content.
SHOWN_WITH: dict[str, tuple[Permission, ...]] = {
    "selection.Score": (Permission.SEE_SCORES,),
    "selection.Proposal": (Permission.SEE_CANDIDATES, Permission.SEE_SCORES),
}


def register_of(label: str) -> Register:
    """A model's declaration."""
    register: Register = OURS[label].register  # type: ignore[attr-defined]
    return register


def sight_of(oracle: Oracle, user: int, label: str, row: Any) -> Sight:
    """What a user is shown of one row. Fails for a model of which nothing is said."""
    register = register_of(label)
    if label in RULES:
        return Sight.SHOWN if RULES[label](oracle, user, row) else Sight.HIDDEN
    if register.subject is not None:
        compartment = getattr(row, "compartment", register.compartment)
        sight = oracle.sight(user, subject_of(label, row))
        if sight is not Sight.SHOWN or label == "people.Person":
            return sight
        held = oracle.sight(user, subject_of(label, row), compartment) is Sight.SHOWN
        return Sight.SHOWN if held and _is_shared(oracle, user, label, row) else Sight.HIDDEN
    if not register.rows.protected:
        return Sight.SHOWN
    raise AssertionError(f"Nothing says who may see {label}: give it a line in RULES of tests/sweeps/sights.py.")


def _is_shared(oracle: Oracle, user: int, label: str, row: Any, name: str = "") -> bool:
    """Whether the reader's agency recorded the row itself, or may read its kind, or that field of it."""
    own = getattr(row, "agency_id", None)
    return (own is not None and own == oracle.acts_for(user)) or oracle.reads(user, label, name)


def subject_of(label: str, row: models.Model) -> int | None:
    """The person that a row is about, by number."""
    column = register_of(label).subject
    field = next((one for one in row._meta.concrete_fields if column in {one.column, one.name}), None)
    found: int | None = getattr(row, field.attname) if field else None
    return found


def reads_content(oracle: Oracle, user: int, label: str, row: Any, name: str) -> bool:
    """Whether the text of a field may stand in an answer to the user."""
    needed = SHOWN_WITH.get(label, ())
    if sight_of(oracle, user, label, row) is not Sight.SHOWN or (needed and not oracle.may(user, *needed)):
        return False
    return label in RULES or label == "people.Person" or _is_shared(oracle, user, label, row, name)
