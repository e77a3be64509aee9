"""Courses are held from a day to a day, on the word of two, and work waits for them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trellis.rules.errors import Refused
from trellis.rules.training import (
    Course,
    Opinion,
    Taken,
    check_competent,
    check_completed,
    check_confirms,
    expires_on,
    stands,
)
from trellis.rules.vocabulary import CourseStanding

TODAY = date(2026, 3, 10)
ABUSE = Course("domestic_abuse", "People who abuse partners", 24, judged=True)
DAYS = st.dates(date(2019, 1, 1), date(2032, 12, 31))
COMPLETIONS = st.lists(
    st.builds(Taken, st.sampled_from(["domestic_abuse", "iom"]), DAYS, st.none() | DAYS, st.booleans(), st.booleans()),
    max_size=5,
)


@pytest.mark.requirement("TRN-03")
@given(taken=COMPLETIONS, today=DAYS)
def test_work_is_given_exactly_while_one_completion_counts(taken: list[Taken], today: date) -> None:
    counts = any(
        one.course == "domestic_abuse"
        and one.completed_on <= today
        and (one.expires_on is None or today < one.expires_on)
        and one.confirmed
        and one.competent
        for one in taken
    )
    assert stands(ABUSE, taken, today, timedelta(42)).standing.counts == counts
    if counts:
        check_competent(who="Wren", work="Safe Ground", courses=[ABUSE], taken=taken, today=today)
    else:
        with pytest.raises(Refused, match="Wren cannot lead in Safe Ground"):
            check_competent(who="Wren", work="Safe Ground", courses=[ABUSE], taken=taken, today=today)


@given(completed=DAYS, soon=st.integers(0, 90))
def test_somebody_is_reminded_before_the_end_and_holds_nothing_from_it_on(completed: date, soon: int) -> None:
    ends = expires_on(ABUSE, completed)
    assert ends is not None
    taken = [Taken("domestic_abuse", completed, ends)]

    def on(day: date) -> CourseStanding:
        return stands(ABUSE, taken, day, timedelta(soon)).standing

    assert on(completed - timedelta(1)) is CourseStanding.MISSING
    assert on(ends - timedelta(soon + 1)) is CourseStanding.HELD
    assert on(ends - timedelta(1)) is (CourseStanding.EXPIRING if soon else CourseStanding.HELD)
    assert on(ends) is CourseStanding.EXPIRED


def test_a_leap_day_course_ends_on_the_last_of_february() -> None:
    assert expires_on(Course("x", "X", 12), date(2024, 2, 29)) == date(2025, 2, 28)
    assert expires_on(Course("x", "X", 48), date(2024, 2, 29)) == date(2028, 2, 29)
    assert expires_on(Course("x", "X"), date(2024, 2, 29)) is None


def test_of_several_completions_the_best_counts() -> None:
    old, new = Taken("iom", date(2022, 1, 1), date(2025, 1, 1)), Taken("iom", date(2026, 3, 1), confirmed=False)
    course = Course("iom", "Working in IOM", 36)
    assert stands(course, [old], TODAY).sentence == "Expired on 1 January 2025"
    assert stands(course, [old, new], TODAY).standing is CourseStanding.UNCONFIRMED
    held = Taken("iom", date(2025, 3, 1), date(2028, 3, 1))
    assert stands(course, [old, new, held], TODAY).taken == held
    assert stands(course, [held], date(2028, 2, 20), timedelta(42)).phrase == (
        "“Working in IOM”: expires on 1 March 2028"
    )


def test_attending_is_not_enough_for_a_course_that_judges() -> None:
    taken = [Taken("domestic_abuse", date(2026, 3, 1), competent=False)]
    assert stands(ABUSE, taken, TODAY).standing is CourseStanding.NOT_YET_COMPETENT
    assert stands(Course("domestic_abuse", "The same, unjudged"), taken, TODAY).standing is CourseStanding.HELD


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"completed_on": TODAY + timedelta(1)}, "today or an earlier day"),
        ({"ends": TODAY}, "at least a day"),
        ({"evidence": "yes"}, "how you know"),
    ],
)
def test_what_cannot_be_meant_is_refused(said: dict[str, object], sentence: str) -> None:
    right = {"completed_on": TODAY, "ends": None, "evidence": "Certificate 4471", "today": TODAY}
    check_completed(**right)  # type: ignore[arg-type]
    with pytest.raises(Refused, match=sentence):
        check_completed(**(right | said))  # type: ignore[arg-type]


def test_nobody_confirms_themselves() -> None:
    check_confirms(whose=1, by=2)
    with pytest.raises(Refused, match="Somebody else"):
        check_confirms(whose=1, by=1)


def test_per_cent_are_of_those_who_answered() -> None:
    opinion = Opinion(answered=200, trained=149, sufficient=110)
    assert (opinion.trained_percent, opinion.sufficient_percent) == (75, 55)
    assert Opinion(0, 0, 0).trained_percent is None
