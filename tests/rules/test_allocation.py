"""No case without a lead, and capacity that says by how much."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trellis.rules.allocation import (
    GUIDANCE_RATIO,
    can_be_managed,
    capacity,
    check_leads,
    check_room,
    leads_missing,
    leads_required,
)
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import LeadKind, Stage, SupervisionKind

supervision = st.sets(st.sampled_from(SupervisionKind))
held = st.sets(st.sampled_from(LeadKind))


@pytest.mark.requirement("REF-04")
@pytest.mark.parametrize("kind", SupervisionKind)
def test_supervision_decides_whose_lead_is_needed(kind: SupervisionKind) -> None:
    both = {LeadKind.POLICE, LeadKind.PROBATION}
    assert leads_required([kind]) == (both if kind.is_probation else {LeadKind.POLICE})
    assert leads_required([]) == {LeadKind.POLICE}


@given(supervision, held)
@pytest.mark.requirement("REF-04")
def test_no_managed_case_is_without_a_lead(kinds: set[SupervisionKind], leads: set[LeadKind]) -> None:
    enough = leads_required(kinds) <= leads
    assert can_be_managed(supervision=kinds, held=leads) == enough == (not leads_missing(kinds, leads))
    check_leads(stage=Stage.REFERRAL, supervision=kinds, held=leads)
    if enough:
        check_leads(stage=Stage.MANAGED, supervision=kinds, held=leads)
    else:
        with pytest.raises(Refused, match="always has one"):
            check_leads(stage=Stage.MANAGED, supervision=kinds, held=leads)


def test_the_refusal_names_the_lead_that_is_missing() -> None:
    with pytest.raises(Refused, match="Name a police lead: a managed person always has one"):
        check_leads(stage=Stage.MANAGED, supervision=[], held=[])
    with pytest.raises(Refused, match="Name a police lead and a probation lead: somebody under probation"):
        check_leads(stage=Stage.MANAGED, supervision=[SupervisionKind.LICENCE], held=[])


@pytest.mark.requirement("CAP-01")
def test_the_guidance_ratio() -> None:
    assert capacity(officers=1, ratio=GUIDANCE_RATIO, allocated=0).limit == 20


@pytest.mark.requirement("CAP-02")
def test_four_officers_at_thirty_manage_120() -> None:
    assert capacity(officers=4, ratio=30, allocated=118).sentence == (
        "4 full-time officers at 30 people each can manage 120; 118 allocated: room for 2 more."
    )
    assert capacity(officers=4, ratio=30, allocated=120).sentence.endswith("120 allocated: full.")
    over = capacity(officers=4, ratio=30, allocated=121)
    assert (over.over, over.spare) == (1, 0)
    assert over.sentence.endswith("121 allocated: 1 over capacity.")


@pytest.mark.requirement("CAP-03")
def test_a_cohorts_own_cap_counts_where_it_is_lower() -> None:
    assert capacity(officers=4, ratio=30, allocated=0, cap=20).limit == 20
    assert "capped at 20" in capacity(officers=4, ratio=30, allocated=0, cap=20).sentence
    assert capacity(officers=1, ratio=10, allocated=0, cap=20).limit == 10


@given(st.integers(0, 400), st.integers(1, 60), st.integers(0, 500))
def test_limit_over_and_spare_add_up(tenths: int, ratio: int, allocated: int) -> None:
    room = capacity(officers=tenths / 10, ratio=ratio, allocated=allocated)
    assert room.limit == tenths * ratio // 10
    assert room.limit - room.allocated == room.spare - room.over
    assert not (room.spare and room.over)


def test_numbers_that_cannot_be() -> None:
    for officers, ratio, allocated in ((-1.0, 20, 0), (1.0, 0, 0), (1.0, 20, -1)):
        with pytest.raises(Refused, match="0 or more"):
            capacity(officers=officers, ratio=ratio, allocated=allocated)


def test_over_capacity_asks_for_a_reason_or_stops() -> None:
    full = capacity(officers=1, ratio=20, allocated=20)
    check_room(capacity(officers=1, ratio=20, allocated=19), stops=True, reason="")
    check_room(full, stops=False, reason="Only officer who knows him")
    with pytest.raises(Refused, match="Say why"):
        check_room(full, stops=False, reason=" ")
    with pytest.raises(Refused, match="End an allocation first"):
        check_room(full, stops=True, reason="Only officer who knows him")
