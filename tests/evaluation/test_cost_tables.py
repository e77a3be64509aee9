"""The West Midlands tables of 2018 from their totals, and a table that reads its own print back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trellis.evaluation.attribution import NOT_ATTRIBUTABLE, NaturalFall, NotAssessed
from trellis.evaluation.cost_tables import Change, CostTable, PeopleBySex, Range, disagreements
from trellis.rules.errors import Refused

NOBODY_KNOWS = NotAssessed("only totals were published")
EVERYONE = PeopleBySex(3078, 200, 8)
CURRENT = PeopleBySex(2124, 115, 7)


def table(people: PeopleBySex = EVERYONE, **changed: object) -> CostTable:
    return CostTable(
        **{
            "title": "All managed",
            "after_label": "During and after",
            "people": people,
            "offences": Change(people.total, 18_142, 8_414),
            "cost": Change(people.total, 84_092_722, 34_849_724),
            "expected": NOBODY_KNOWS,
            "share_range": None,
            "cost_range": None,
            "notes": (),
        }
        | changed  # type: ignore[arg-type]
    )


@pytest.mark.requirement("PERF-03")
def test_the_table_of_everyone_managed_is_the_published_one() -> None:
    assert table().rows == (
        ("People", "3,286 (3,078 male, 200 female, 8 unknown)", "", "", "", ""),
        ("Projected annual offences", "18,142 (5.52)", "8,414 (2.56)", "−9,728", "−53.6 %", "−2.96"),
        (
            "Projected annual cost",
            "£84,092,722 (£25,591)", "£34,849,724 (£10,606)", "−£49,242,998", "−58.6 %", "−£14,986",
        ),
    )  # fmt: skip


@pytest.mark.requirement("PERF-04")
def test_the_table_of_those_managed_now_is_the_published_one() -> None:
    found = table(
        CURRENT,
        after_label="During",
        offences=Change(CURRENT.total, 13_640, 6_264),
        cost=Change(CURRENT.total, 61_008_367, 26_581_071),
    )
    assert found.header == ("", "Before (per person)", "During (per person)", "Difference", "Change", "Per person")
    assert found.rows[1][1:] == ("13,640 (6.07)", "6,264 (2.79)", "−7,376", "−54.1 %", "−3.28")
    assert found.rows[2][1:] == (
        "£61,008,367 (£27,163)", "£26,581,071 (£11,835)", "−£34,427,296", "−56.4 %", "−£15,328",
    )  # fmt: skip
    assert found.frame.height == 3


@pytest.mark.requirement("PERF-07")
def test_unknown_sex_is_shown_also_when_it_is_nobody() -> None:
    assert CURRENT.total == 2_246
    assert PeopleBySex(2, 1, 0).words == "3 (2 male, 1 female, 0 unknown)"
    with pytest.raises(Refused, match="those of unknown sex included"):
        table(offences=Change(3_278, 18_142, 8_414))


@pytest.mark.requirement("PERF-04")
@given(st.integers(0, 5000), st.integers(0, 10**9), st.integers(0, 10**9), st.booleans())
def test_every_printed_figure_follows_from_the_printed_totals(
    people: int, before: int, after: int, pounds: bool
) -> None:
    printed = Change(people, before, after).cells(pounds=pounds)
    assert disagreements(people, {name: text for name, text in printed.items() if any(map(str.isdigit, text))}) == ()


@pytest.mark.requirement("PERF-04")
@pytest.mark.parametrize(
    ("name", "typed", "fault"),
    [
        ("difference", "−9,738", "difference is printed as −9,738, but the totals give −9,728."),
        ("percent", "-53.7%", "percent is printed as -53.7%, but the totals give −53.6."),
        ("before_per_person", "5.53", "before per person is printed as 5.53, but the totals give 5.52."),
        ("difference_per_person", "2.96", "difference per person is printed as 2.96, but the totals give −2.96."),
    ],
)
def test_a_typed_figure_that_does_not_follow_is_found(name: str, typed: str, fault: str) -> None:
    printed = {"before": "18,142", "after": "8,414", "difference": "−9,728", "percent": "-53.6%"}
    assert disagreements(3_286, printed) == ()
    assert disagreements(3_286, printed | {name: typed}) == (fault,)


def test_a_published_difference_that_subtracts_something_else_is_found() -> None:
    # Gloucestershire prints nets of £377,000 and £4,548,000 after one cost: the second does not follow from it.
    assert disagreements(1, {"before": "£100,000", "after": "£477,000", "difference": "£377,000"}) == ()
    found = disagreements(1, {"before": "£100,000", "after": "£4,698,000", "difference": "£4,548,000"})
    assert found == ("difference is printed as £4,548,000, but the totals give 4,598,000.",)


@pytest.mark.requirement("PERF-02")
def test_every_table_says_not_attributable_and_what_is_known_of_the_natural_fall() -> None:
    assert table().words[0] == NOT_ATTRIBUTABLE
    assert "not attributable" in table().words[0]
    assert table().words[1].startswith("The natural fall is not assessed (only totals were published)")
    fall = NaturalFall(0.425, 0.39, 0.46, "placebo cohort")
    assert table(expected=fall).words[1] == (
        "Of the change of −53.6 %, −42.5 % would be expected with no scheme at all "
        "(95 % interval −46.0 % to −39.0 %; placebo cohort)."
    )
    assert "Evidence level 1 of 5" in " ".join(table().words)
    with pytest.raises(TypeError, match="expected"):
        CostTable("", "", EVERYONE, Change(3286, 1, 1), None, share_range=None, cost_range=None, notes=())  # type: ignore[call-arg]
    with pytest.raises(Refused, match="inside its own interval"):
        NaturalFall(0.5, 0.6, 0.7, "wrong")


def test_a_difference_in_cost_stands_beside_its_interval() -> None:
    with_range = table(cost_range=Range(-60e6, -40e6, "person bootstrap"), share_range=Range(-0.6, -0.5, "same"))
    assert (
        "The difference in cost has a 95 % interval of −£60,000,000 to −£40,000,000 (person bootstrap)."
        in with_range.words
    )
    assert "The change in offences has a 95 % interval of −60.0 to −50.0 % (same)." in with_range.words
    assert "The difference in cost has no interval: only totals are known." in table().words


def test_what_is_not_costed_is_printed_as_such() -> None:
    assert table(cost=None).rows[2] == ("Projected annual cost", *["not costed"] * 5)
    assert not any("cost has" in words for words in table(cost=None).words)


def test_nothing_before_gives_no_percentage() -> None:
    assert Change(0, 0, 4).cells(pounds=False)["percent"] == "none before"
    assert Change(0, 0, 4).cells(pounds=False)["before_per_person"] == "nobody"
    with pytest.raises(Refused, match="“many” is no number"):
        disagreements(1, {"before": "many", "after": "1"})
