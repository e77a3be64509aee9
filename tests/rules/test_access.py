"""Who may do what, and what somebody reads who may not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trellis.rules.access import PERMISSIONS, READ_ONLY_ROLES, READING, can, check_may, permissions_of
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Permission, Role

roles = st.sets(st.sampled_from(Role))


def test_every_role_has_permissions_and_every_permission_a_role() -> None:
    assert set(PERMISSIONS) == set(Role)
    assert permissions_of(Role) == set(Permission)


def test_read_only_roles_change_nothing() -> None:
    for role in READ_ONLY_ROLES:
        assert PERMISSIONS[role] <= READING


def test_an_auditor_reads_the_trail_and_no_content() -> None:
    assert PERMISSIONS[Role.AUDITOR] == {Permission.READ_TRAIL, Permission.EXPORT}
    assert [role for role in Role if can([role], Permission.READ_TRAIL)] == [Role.AUDITOR]


def test_an_administrator_sees_nobody() -> None:
    assert not PERMISSIONS[Role.ADMINISTRATOR] & READING


def test_only_a_coordinator_records_the_panels_decision() -> None:
    assert [role for role in Role if can([role], Permission.DECIDE)] == [Role.COORDINATOR]


def test_a_partner_refers_without_seeing_candidates_or_scores() -> None:
    may = PERMISSIONS[Role.PARTNER_WORKER]
    assert Permission.REFER in may
    assert not may & {Permission.SEE_CANDIDATES, Permission.SEE_KNOWN_PEOPLE, Permission.SEE_SCORES}


@given(roles, st.sampled_from(Permission))
def test_the_refusal_and_the_boolean_agree(held: set[Role], permission: Permission) -> None:
    if can(held, permission):
        check_may(held, permission)
    else:
        with pytest.raises(Refused, match=permission.label):
            check_may(held, permission)


@given(roles, roles)
@pytest.mark.requirement("GOV-09")
def test_roles_add_up(some: set[Role], others: set[Role]) -> None:
    assert permissions_of(some | others) == permissions_of(some) | permissions_of(others)


def test_the_refusal_names_role_and_act() -> None:
    with pytest.raises(Refused, match="As analyst you may not record a contact"):
        check_may([Role.ANALYST], Permission.RECORD_CONTACT)
    with pytest.raises(Refused, match="You have no role"):
        check_may([], Permission.SEARCH)
