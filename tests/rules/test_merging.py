"""Whatever two people change at once, neither change is lost."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trellis.rules.merging import Changed, merge

NAMES = ("family", "given", "born", "notes")
VALUES = st.sampled_from(["", "a", "b", "c", None])
STATES = st.fixed_dictionaries(dict.fromkeys(NAMES, VALUES))
State = dict[str, Any]


@given(STATES, STATES, STATES)
def test_nobodys_change_is_lost(base: State, theirs: State, ours: State) -> None:
    merged = merge(base, theirs, ours)
    for name in NAMES:
        for side in (theirs, ours):
            if side[name] != base[name]:
                assert name in merged.conflicts or merged.values[name] == side[name]


@given(STATES, STATES, STATES)
def test_a_field_that_one_side_left_alone_takes_the_others(base: State, theirs: State, ours: State) -> None:
    merged = merge(base, theirs, ours)
    for name in NAMES:
        if ours[name] == base[name]:
            assert merged.values[name] == theirs[name]
        if theirs[name] == base[name]:
            assert merged.values[name] == ours[name]


@given(STATES, STATES)
def test_the_same_change_is_no_conflict(base: State, both: State) -> None:
    merged = merge(base, both, both)
    assert merged.conflicts == ()
    assert merged.values == both
    assert set(merged.agreed) == {name for name in NAMES if both[name] != base[name]}


@given(STATES, STATES, STATES)
def test_a_conflict_is_where_both_changed_and_not_to_the_same(base: State, theirs: State, ours: State) -> None:
    merged = merge(base, theirs, ours)
    expected = [n for n in base if theirs[n] != base[n] and ours[n] != base[n] and theirs[n] != ours[n]]
    assert list(merged.conflicts) == expected
    assert merged.is_untouched == (theirs == base)


@given(STATES, STATES, STATES)
def test_it_does_not_matter_who_was_first(base: State, theirs: State, ours: State) -> None:
    one, other = merge(base, theirs, ours), merge(base, ours, theirs)
    assert one.values == other.values
    assert (one.conflicts, one.ours, one.theirs) == (other.conflicts, other.theirs, other.ours)


def test_states_of_different_records_are_not_merged() -> None:
    with pytest.raises(ValueError, match="differ: given"):
        merge({"family": "a"}, {"family": "a", "given": "b"}, {"family": "a"})


def test_who_lost_is_told_in_a_sentence() -> None:
    assert "while you wrote" in str(Changed())


SETS = st.frozensets(st.sampled_from("abcde"))


@given(SETS, SETS, SETS)
def test_of_sets_each_value_is_merged_by_itself(
    base: frozenset[str], theirs: frozenset[str], ours: frozenset[str]
) -> None:
    merged = merge({"ticked": base}, {"ticked": theirs}, {"ticked": ours})
    assert merged.conflicts == ()
    for value in "abcde":
        # Whoever changed whether it is ticked has their way; both can only have changed it to the same.
        changed = [value in side for side in (theirs, ours) if (value in side) != (value in base)]
        assert (value in merged.values["ticked"]) == (changed[0] if changed else value in base)
    assert bool(merged.joined) == (len({base, theirs, ours}) == 3)
    assert merged.is_untouched == (theirs == base)
