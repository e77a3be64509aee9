"""Needs: scores, ranks, the quarterly clock, averages that reproduce what was published, and their caution."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trellis.rules.dates import add_months
from trellis.rules.errors import Refused
from trellis.rules.needs import (
    Given,
    Progress,
    Scale,
    agreement,
    check_assessment,
    checkpoints,
    common_pathways,
    early_sign,
    is_overdue,
    needs_profile,
    next_due,
    progress_table,
    rounded_percent,
)

SCALE = Scale(0, 5, 3)
TODAY = date(2026, 11, 22)
# Joint inspection 2014, 5.12: of the people managed, and of those they were compared with.
PUBLISHED = {
    "drugs": (58, 21), "thinking": (52, 47), "lifestyle": (38, 30), "ete": (35, 19), "accommodation": (33, 16),
    "alcohol": (26, 24),
}  # fmt: skip


def check(given_: dict[str, Given], ranking: tuple[str | None, ...] = (), on: date = TODAY) -> None:
    check_assessment(given_, ranking, scale=SCALE, assessed_on=on, today=TODAY)


@pytest.mark.parametrize(
    ("answers", "ranking", "on", "said"),
    [
        ({"family": Given(6)}, (), TODAY, "from 0 to 5"),
        ({"family": Given(1, 9)}, (), TODAY, "from 0 to 5"),
        ({"family": Given(None, 2)}, (), TODAY, "Score at least one"),
        ({"family": Given(2)}, ("family", "family"), TODAY, "ranked twice"),
        ({"family": Given(2)}, (None, "family"), TODAY, "first need before the second"),
        ({"family": Given(2)}, (), TODAY + timedelta(1), "today or earlier"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    answers: dict[str, Given], ranking: tuple[str | None, ...], on: date, said: str
) -> None:
    with pytest.raises(Refused, match=said):
        check(answers, ranking, on)


def test_a_plain_assessment_passes() -> None:
    check({"family": Given(0), "health": Given(5, 3, Progress.NONE)}, ("health", "family", None))


@given(
    st.integers(0, 4000).map(lambda days: date(2020, 1, 1) + timedelta(days)), st.integers(1, 24), st.integers(0, 800)
)
def test_the_clock_runs_in_calendar_months_over_leap_days_and_clock_changes(
    last: date, months: int, later: int
) -> None:
    due = next_due(last, date(2019, 1, 1), months)
    assert due == add_months(last, months)
    assert 28 * months <= (due - last).days <= 31 * months
    day = last + timedelta(later)
    assert is_overdue(due, day) == (day > due)
    assert next_due(None, last, months) == last


@pytest.mark.requirement("ASM-04", "ASM-05")
def test_the_published_averages_reproduce_paired_and_unpaired_with_their_numbers() -> None:
    # Totals of one hundred people whose averages are those that Lincolnshire 3.2 prints.
    first = [21] * 8 + [22] * 92
    then = [19] * 93 + [20] * 7
    same_people = checkpoints(zip(first, then, strict=True))
    assert [(f"{one.mean:.2f}", one.people) for one in same_people] == [("21.92", 100), ("19.07", 100)]
    assert f"{same_people[1].change:.2f}" == "-2.85"
    # The same averages from different people pair off with nobody, and the pairs say so.
    other_people = checkpoints([*([one] for one in first), *([None, one] for one in then)])
    assert [(f"{one.mean:.2f}", one.people, one.pairs) for one in other_people] == [
        ("21.92", 100, 100), ("19.07", 100, 0)
    ]  # fmt: skip
    assert "An early sign, not a result: 1 checkpoint" in early_sign(same_people)
    assert "0 people" in early_sign(other_people)
    assert early_sign(checkpoints([[5] * 5] * 30)) == ""


@given(st.lists(st.lists(st.none() | st.integers(0, 45), min_size=1, max_size=6), max_size=30))
def test_pairs_are_never_more_than_people_and_their_change_is_their_own(totals: list[list[int | None]]) -> None:
    for one in checkpoints(totals):
        both = [
            (row[0], row[one.number])
            for row in totals
            if len(row) > one.number and row[0] is not None and row[one.number] is not None
        ]
        assert one.pairs == len(both) <= one.people
        if both:
            assert one.change == pytest.approx(sum((b or 0) - (a or 0) for a, b in both) / len(both), abs=1e-9)


@pytest.mark.requirement("ASM-09")
def test_the_published_profile_reproduces_beside_its_comparator() -> None:
    people: list[set[str]] = [set() for _ in range(100)]
    place = 0
    # Each published share of one hundred people, dealt round so that nobody has a fourth need.
    for need, (managed, _) in PUBLISHED.items():
        for _ in range(managed):
            people[place % 100].add(need)
            place += 1
    assert max(map(len, people)) <= 3
    profile = needs_profile(people, PUBLISHED)
    assert {line.key: (line.percent, line.others) for line in profile} == PUBLISHED
    assert all(line.percent == line.published for line in profile)


@pytest.mark.requirement("ASM-10", "PERF-20")
def test_progress_is_tabulated_by_need_in_four_ratings() -> None:
    rated = [("drugs", Progress.GOOD)] * 3 + [("drugs", Progress.DETERIORATION), ("family", Progress.NONE)]
    table = progress_table(rated)
    assert list(table["drugs"].values()) == [3, 0, 0, 1]
    assert table["family"][Progress.NONE] == 1
    assert [one.value for one in Progress] == ["good", "some", "none", "deterioration"]


@pytest.mark.requirement("ASM-18")
def test_agreement_of_two_workers_is_measured() -> None:
    assert agreement([(2, 2), (4, 4)], SCALE).kappa == pytest.approx(1)
    # By hand: squared differences 0, 1 and 4; by chance 57 over all nine pairings, so 19 for three.
    found = agreement([(0, 0), (2, 3), (5, 3)], SCALE)
    assert (found.pairs, found.same, found.within_one) == (3, 1, 2)
    assert found.kappa == pytest.approx(1 - 5 / 19)
    assert agreement([], SCALE).kappa is None


@given(st.integers(0, 500), st.integers(1, 500))
def test_a_share_is_rounded_half_up(part: int, whole: int) -> None:
    assert abs(rounded_percent(part, whole) - 100 * part / whole) <= 0.5
    assert rounded_percent(1, 8) == 13
    assert rounded_percent(3, 0) == 0


def test_totals_are_over_the_pathways_scored_every_time() -> None:
    assert common_pathways([{"a": 1, "b": 2}, {"a": 3, "b": None}]) == {"a"}
    assert common_pathways([]) == frozenset()
