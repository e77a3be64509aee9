"""Leaks in the database itself: a policy, a right or a function of grants that lets too much through."""

from __future__ import annotations

from tests.sweeps.faults.kit import PERSON, Fault, in_the_database

_OPEN = 'DROP POLICY see ON "{0}"; CREATE POLICY see ON "{0}" FOR SELECT USING ({1})'
_FUNCTION = (
    "CREATE OR REPLACE FUNCTION {0} RETURNS {1} LANGUAGE sql STABLE SECURITY DEFINER"
    " SET search_path = public, pg_temp AS $$ {2} $$"
)


def _grants(condition: str) -> str:
    """The grants of the actor under another condition than the right one."""
    return _FUNCTION.format(
        "actor_grants(v_compartment text)", "SETOF access_grant", f"SELECT g.* FROM access_grant g WHERE {condition}"
    )


_MINE = "g.user_id = (SELECT actor_id())"
_LIVE = "g.starts_at <= statement_timestamp() AND (g.ends_at IS NULL OR g.ends_at > statement_timestamp())"
_HELD = "v_compartment = ANY (g.compartments)"
_FAULTS = {
    "the policy on people lets everybody in": _OPEN.format("people_person", "true"),
    "the policy on people looks at the stage alone": _OPEN.format("people_person", "stage = 'managed'"),
    "row security is off for people": "ALTER TABLE people_person DISABLE ROW LEVEL SECURITY",
    "grants count after they have ended": _grants(f"{_MINE} AND {_HELD} AND g.starts_at <= statement_timestamp()"),
    "grants count before they begin": _grants(f"{_MINE} AND {_HELD} AND (g.ends_at IS NULL OR g.ends_at > now())"),
    "grants count in every compartment": _grants(f"{_MINE} AND {_LIVE}"),
    "grants of anybody count": _grants(f"{_HELD} AND {_LIVE}"),
    "every grant's person is open": _FUNCTION.format(
        "actor_people(v_compartment text)", "bigint[]",
        "SELECT coalesce(array_agg(DISTINCT person_id), '{}') FROM access_grant WHERE person_id IS NOT NULL",
    ),
    "every cell is open": _FUNCTION.format(
        "actor_cells(v_compartment text)", "text[]", "SELECT array_agg(s.id || '/' || stage || '/' || a.id)"
        " FROM schemes_scheme s, schemes_area a,"
        " unnest(ARRAY['known', 'candidate', 'managed', 'former']) AS stage"
    ),
}  # fmt: skip

DATABASE_LEAKS = [
    *(
        Fault(sentence, (PERSON,), lambda world, text=text: in_the_database(text))  # type: ignore[misc]
        for sentence, text in _FAULTS.items()
    ),
    Fault(
        "the policy on referrals lets everybody in",
        ("selection:referrals", "selection:referral"),
        lambda world: in_the_database(_OPEN.format("selection_referral", "true")),
        ("housing_worker", "police_om"),
    ),
]
