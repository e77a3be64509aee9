"""On what information may be shared, and what may be passed on."""

from datetime import date

import pytest

from trellis.rules.errors import Refused
from trellis.rules.sharing import ConsentGiven, OnwardRule, check_act, check_consent, check_onward
from trellis.rules.vocabulary import AgencyKind, SharingAct, SharingBasis, SharingContent

PNC = SharingContent.POLICE_NATIONAL_COMPUTER
RULES = {PNC: OnwardRule(PNC, frozenset({AgencyKind.POLICE, AgencyKind.PROBATION}), False, "Ask the force.")}
DAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("act", "basis", "power", "reason", "says"),
    [
        (SharingAct.SHARE, SharingBasis.AGREEMENT, "", " ", "Say why"),
        (SharingAct.SHARE, None, "", "Housing needs it", "on what basis"),
        (SharingAct.SHARE, SharingBasis.POWER, " ", "Housing needs it", "Name the power"),
        (SharingAct.DISCLOSURE, SharingBasis.AGREEMENT, "", "A landlord asked", "covers its parties alone"),
    ],
)
def test_grounds_that_cannot_be_weighed(
    act: SharingAct, basis: SharingBasis | None, power: str, reason: str, says: str
) -> None:
    with pytest.raises(Refused, match=says):
        check_act(act=act, basis=basis, power=power, reason=reason)


def test_a_refusal_needs_a_reason_and_no_basis() -> None:
    check_act(act=SharingAct.REFUSAL, basis=None, power="", reason="Not necessary")


def test_what_may_be_passed_on_is_the_rule_of_its_source() -> None:
    check_onward([PNC], AgencyKind.PROBATION, RULES)
    for recipient in (AgencyKind.HOUSING, None):
        with pytest.raises(Refused, match="Ask the force"):
            check_onward([PNC], recipient, RULES)
    with pytest.raises(Refused, match="No rule says who may be given spent convictions"):
        check_onward([SharingContent.SPENT_CONVICTION], AgencyKind.POLICE, RULES)


@pytest.mark.parametrize(
    ("consent", "holds"),
    [
        (ConsentGiven(1, True, DAY), True),
        (ConsentGiven(1, True, DAY, date(2026, 6, 2)), True),
        (ConsentGiven(1, True, date(2026, 5, 1), DAY), False),
        (ConsentGiven(1, False, DAY), False),
        (ConsentGiven(2, True, DAY), False),
        (ConsentGiven(1, True, date(2026, 6, 2)), False),
    ],
)
def test_consent_holds_for_its_agency_while_it_lasts(consent: ConsentGiven, holds: bool) -> None:
    if holds:
        check_consent(1, "Housing", [consent], DAY)
    else:
        with pytest.raises(Refused, match="No consent to share with Housing"):
            check_consent(1, "Housing", [consent], DAY)
