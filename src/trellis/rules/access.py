"""What each role may do. Whom it may be done to is decided by grants, in the database."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Compartment, Permission, Role, Stage

_P = Permission
_C = Compartment

READING = frozenset(
    {
        _P.SEARCH,
        _P.SEE_CANDIDATES,
        _P.SEE_KNOWN_PEOPLE,
        _P.SEE_MANAGED_PEOPLE,
        _P.SEE_SCORES,
        _P.SEE_REFERRALS,
        _P.SEE_BRIEFING,
        _P.SEE_FIGURES,
        _P.READ_TRAIL,
        _P.SEE_PRESENCE,
        _P.SEE_READERS,
        _P.EXPORT,
    }
)
"""Permissions that change nothing."""

_SEES_MANAGED = frozenset({_P.SEARCH, _P.SEE_MANAGED_PEOPLE, _P.SEE_BRIEFING, _P.ATTEND_MEETINGS})
_REFERS = frozenset({_P.REFER, _P.GIVE_VIEW, _P.SEE_REFERRALS})
_FINDS = frozenset({_P.SEE_CANDIDATES, _P.SEE_KNOWN_PEOPLE, _P.SEE_SCORES})
_MANAGES = frozenset(
    {
        *(_P.SET_PRIORITY, _P.PROPOSE_PRIORITY, _P.RECORD_CONTACT, _P.EDIT_PERSON, _P.MANAGE_ALERTS, _P.PLAN),
        *(_P.KEEP_DOCUMENTS, _P.WORK_TASKS, _P.HOLD_MEETINGS),
    }
)
# To be told that a record is held, to ask for it and to open it in an emergency go together: whoever is not told
# cannot ask, and must not learn from a refusal.
_MEETS_LIMITS = frozenset({_P.SEE_PRESENCE, _P.ASK_FOR_ACCESS, _P.BREAK_GLASS})

PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.COORDINATOR: _SEES_MANAGED
        | _REFERS
        | _FINDS
        | _MANAGES
        | _MEETS_LIMITS
        | {
            _P.DECIDE_ACCESS,
            _P.RESTRICT_RECORDS,
            _P.ARRANGE_COVER,
            _P.SHARE,
            _P.SEE_READERS,
            _P.EXPORT,
            _P.DECIDE,
            _P.ALLOCATE,
            _P.RUN_SCORES,
            _P.ISSUE_BRIEFING,
            _P.IMPORT_FEEDS,
            _P.MEND_QUARANTINE,
            _P.ANSWER_IDENTITY_QUESTIONS,
            _P.SEE_FIGURES,
            _P.MANAGE_DEFINITIONS,
        },
        Role.POLICE_OFFENDER_MANAGER: _SEES_MANAGED
        | _REFERS
        | _FINDS
        | _MANAGES
        | _MEETS_LIMITS
        | {_P.ISSUE_BRIEFING, _P.SHARE},
        Role.PROBATION_OFFENDER_MANAGER: _SEES_MANAGED | _REFERS | _FINDS | _MANAGES | _MEETS_LIMITS | {_P.SHARE},
        Role.PARTNER_WORKER: _SEES_MANAGED
        | _REFERS
        | {
            *(_P.RECORD_CONTACT, _P.PROPOSE_PRIORITY, _P.MANAGE_ALERTS, _P.PLAN, _P.SHARE, _P.KEEP_DOCUMENTS),
            _P.WORK_TASKS,
        },
        Role.NEIGHBOURHOOD_OFFICER: _SEES_MANAGED | {_P.REFER, _P.RECORD_CONTACT, _P.PROPOSE_PRIORITY, _P.WORK_TASKS},
        Role.ANALYST: READING - {_P.READ_TRAIL, _P.SEE_PRESENCE, _P.SEE_READERS},
        # An auditor reads who did what, never the content: the trail is enough to ask the question.
        Role.AUDITOR: frozenset({_P.READ_TRAIL, _P.EXPORT}),
        Role.INFORMATION_OFFICER: frozenset(
            {
                _P.SEARCH,
                _P.SEE_PRESENCE,
                _P.DECIDE_ACCESS,
                _P.REVIEW_EMERGENCIES,
                _P.APPROVE_ACCOUNTS,
                _P.RESTRICT_RECORDS,
                _P.MANAGE_AGREEMENTS,
                _P.SHARE,
                _P.SEE_READERS,
                _P.EXPORT,
                _P.SEE_KNOWN_PEOPLE,
                _P.SEE_MANAGED_PEOPLE,
                _P.EDIT_PERSON,
                _P.IMPORT_FEEDS,
                _P.MEND_QUARANTINE,
                _P.ANSWER_IDENTITY_QUESTIONS,
                _P.KEEP_DOCUMENTS,
                _P.WORK_TASKS,
            }
        ),
        # Whoever hands out access does not hold it: an administrator sees nobody's record.
        Role.ADMINISTRATOR: frozenset({_P.MANAGE_USERS, _P.APPROVE_ACCOUNTS, _P.MANAGE_DEFINITIONS, _P.WORK_TASKS}),
    }
)

_WHOLE = frozenset(Stage)
STAGES_SEEN: Mapping[Role, frozenset[Stage]] = MappingProxyType(
    {
        Role.COORDINATOR: _WHOLE,
        Role.INFORMATION_OFFICER: _WHOLE,
        Role.ANALYST: _WHOLE - {Stage.KNOWN},
        # Everybody else sees people one by one, or a team's ground, by grants of their own.
        Role.POLICE_OFFENDER_MANAGER: frozenset(),
        Role.PROBATION_OFFENDER_MANAGER: frozenset(),
        Role.PARTNER_WORKER: frozenset(),
        Role.NEIGHBOURHOOD_OFFICER: frozenset(),
        Role.AUDITOR: frozenset(),
        Role.ADMINISTRATOR: frozenset(),
    }
)
"""Whom a role sees throughout a scheme, by stage; a posting in the role brings the grant."""

COMPARTMENTS_SEEN: Mapping[Role, frozenset[Compartment]] = MappingProxyType(
    {
        # A coordinator holds every compartment to be able to pass on what an officer's work needs.
        Role.COORDINATOR: frozenset(Compartment),
        Role.POLICE_OFFENDER_MANAGER: frozenset({_C.CORE, _C.INTELLIGENCE, _C.VICTIM_SAFETY}),
        Role.PROBATION_OFFENDER_MANAGER: frozenset({_C.CORE, _C.HEALTH, _C.VICTIM_SAFETY, _C.PSYCHOLOGY}),
        Role.INFORMATION_OFFICER: frozenset({_C.CORE}),
        Role.PARTNER_WORKER: frozenset({_C.CORE}),
        Role.NEIGHBOURHOOD_OFFICER: frozenset({_C.CORE}),
        Role.ANALYST: frozenset({_C.CORE}),
        Role.AUDITOR: frozenset(),
        Role.ADMINISTRATOR: frozenset(),
    }
)
"""Which compartments a role's work needs, of those people whom its grants open."""

READ_ONLY_ROLES = frozenset({Role.ANALYST, Role.AUDITOR})


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """Everything that somebody with these roles may do: roles add up."""
    return frozenset().union(*(PERMISSIONS[role] for role in roles))


def can(roles: Iterable[Role], permission: Permission) -> bool:
    """Whether one of the roles allows the act."""
    return permission in permissions_of(roles)


def check_may(roles: Iterable[Role], permission: Permission) -> None:
    """Refuse unless one of the roles allows the act."""
    held = sorted(roles)
    if can(held, permission):
        return
    if not held:
        raise Refused(f"You have no role, so you may not {permission.label}. Ask an administrator for one.")
    names = " and ".join(role.label.lower() for role in held)
    raise Refused(f"As {names} you may not {permission.label}. Ask your scheme coordinator if your work needs it.")
