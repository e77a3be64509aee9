"""No protected characteristic in a score; age and sex decide eligibility only with a reason and two people."""

import pytest

from trellis.rules.equality import (
    MAY_DECIDE_ELIGIBILITY,
    PROTECTED,
    check_approvals,
    check_eligibility_facts,
    check_scoring_fact,
)
from trellis.rules.errors import Refused


@pytest.mark.requirement("EQ-06")
@pytest.mark.parametrize("fact", [*sorted(PROTECTED), "age_below", "ethnicity_is", "sex_is"])
def test_no_protected_characteristic_scores(fact: str) -> None:
    with pytest.raises(Refused, match=f"“{fact}” is a protected characteristic"):
        check_scoring_fact(fact)


@pytest.mark.parametrize("fact", ["engagement", "agency", "sexual_offences", "racecourse", "ogrs_band"])
def test_other_facts_may_score(fact: str) -> None:
    check_scoring_fact(fact)


@pytest.mark.parametrize("fact", sorted(PROTECTED - MAY_DECIDE_ELIGIBILITY))
def test_only_age_and_sex_may_decide_eligibility(fact: str) -> None:
    with pytest.raises(Refused, match="may not decide who is eligible"):
        check_eligibility_facts([fact], justification="A good one")


@pytest.mark.requirement("EQ-06")
@pytest.mark.parametrize("fact", ["age_at_least", "age_below", "sex_is"])
def test_age_and_sex_need_a_justification(fact: str) -> None:
    check_eligibility_facts(["band_at_least", fact], justification="Work with women is funded apart")
    check_eligibility_facts(["band_at_least"], justification="")
    with pytest.raises(Refused, match="Write down the justification"):
        check_eligibility_facts([fact], justification=" ")


def test_two_different_people_approve() -> None:
    check_approvals(["Ottilie Pebblesworth", "Nevin Larkspurr"])
    for names in ([], ["Ottilie Pebblesworth"], ["Ottilie Pebblesworth", "ottilie  PEBBLESWORTH"], ["A", " "]):
        with pytest.raises(Refused, match="two different people"):
            check_approvals(names)
