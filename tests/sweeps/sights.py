"""Who may read a row of each model, for the models that are not simply about one person.

A model whose register names a subject is read by whoever sees that person in its compartment. Any other model that is
about people needs a line in RULES, or the sweeps fail and say so.
"""

from __future__ import annotations

from typing import Any

from django.db import models

from tests.service.access.samples import OURS
from tests.sweeps.oracle import Oracle, Sees
from trellis.rules.vocabulary import Permission, Sight, Stage
from trellis.service.common.register import Register


def _referral(oracle: Oracle, user: int, row: Any) -> bool:
    if row.person_id is not None and oracle.sight(user, row.person_id) is Sight.SHOWN:
        return True
    # A limit on the person covers what is said of them to the panel, the referrer's own words apart.
    limited = row.person_id is not None and any(one.person == row.person_id for one in oracle.limits)
    path = row.area.path if row.area else ""
    return row.referred_by_id == user or (not limited and oracle.sees_cell(user, row.scheme_id, Stage.REFERRAL, path))


def _of_referral(oracle: Oracle, user: int, row: Any) -> bool:
    return _referral(oracle, user, row.referral)


def _agency_view(oracle: Oracle, user: int, row: Any) -> bool:
    return row.given_by_id == user or oracle.sight(user, row.referral.person_id) is Sight.SHOWN


def _in_scheme(*permissions: Permission) -> Sees:
    def sees(oracle: Oracle, user: int, row: Any) -> bool:
        scheme = row.scheme_id if hasattr(row, "scheme_id") else row.file.scheme_id
        return oracle.may(user, *permissions) and any(post.scheme == scheme for post in oracle.posts_of(user))

    return sees


def _nobody(oracle: Oracle, user: int, row: Any) -> bool:
    return False


_FEEDS = _in_scheme(Permission.IMPORT_FEEDS, Permission.MEND_QUARANTINE)
RULES: dict[str, Sees] = {
    "selection.Referral": _referral,
    "selection.ViewRequest": _of_referral,
    "selection.AgencyView": _agency_view,
    "feeds.FeedFile": _FEEDS,
    "feeds.WaitingRow": _FEEDS,
    "intelligence.Briefing": _in_scheme(Permission.SEE_BRIEFING),
    "people.SearchToken": _nobody,
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
    if label in RULES and label != "people.SearchToken":
        return Sight.SHOWN if RULES[label](oracle, user, row) else Sight.HIDDEN
    if register.subject is not None:
        return oracle.sight(user, subject_of(label, row), register.compartment)
    if not register.rows.protected:
        return Sight.SHOWN
    raise AssertionError(f"Nothing says who may see {label}: give it a line in RULES of tests/sweeps/sights.py.")


def subject_of(label: str, row: models.Model) -> int | None:
    """The person that a row is about, by number."""
    column = register_of(label).subject
    field = next((one for one in row._meta.concrete_fields if column in {one.column, one.name}), None)
    found: int | None = getattr(row, field.attname) if field else None
    return found


def reads_content(oracle: Oracle, user: int, label: str, row: Any) -> bool:
    """Whether the text of a row may stand in an answer to the user."""
    needed = SHOWN_WITH.get(label, ())
    return sight_of(oracle, user, label, row) is Sight.SHOWN and (not needed or oracle.may(user, *needed))
