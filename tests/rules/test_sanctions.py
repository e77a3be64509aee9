"""OGRS3's inputs from what was recorded: what counts, what does not, and what a person must settle."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trellis.rules.sanctions import (
    CUSTODIAL,
    NOT_CUSTODIAL,
    CustodySpell,
    OgrsInputs,
    ProvenOffence,
    derive_ogrs_inputs,
)

BORN = date(1990, 6, 15)
AS_OF = date(2026, 10, 31)


def offence(
    day: str,
    ho_code: str = "04510",
    disposal: str = "Community order",
    *,
    principal: bool = True,
    taken_into_consideration: bool = False,
) -> ProvenOffence:
    return ProvenOffence(date.fromisoformat(day), None, ho_code, principal, taken_into_consideration, disposal)


def also(day: str, ho_code: str = "04600") -> ProvenOffence:
    return offence(day, ho_code, "", principal=False, taken_into_consideration=True)


def spell(starts: str, ends: str | None = None, expected: str | None = None) -> CustodySpell:
    return CustodySpell(
        date.fromisoformat(starts),
        date.fromisoformat(ends) if ends else None,
        date.fromisoformat(expected) if expected else None,
    )


def derive(*offences: ProvenOffence, custody: tuple[CustodySpell, ...] = (), as_of: date = AS_OF) -> OgrsInputs:
    return derive_ogrs_inputs(offences, custody, date_of_birth=BORN, as_of=as_of)


def only_missing(found: OgrsInputs) -> str:
    (sentence,) = found.missing
    assert not found.complete
    assert sentence.endswith(".")
    return sentence


class TestSanctions:
    def test_a_days_offences_are_one_sanction(self) -> None:
        found = derive(
            offence("2010-01-05"), offence("2010-01-05", "04600", principal=False), offence("2012-03-01", "02801")
        )
        assert (found.total_sanctions, found.conviction_date, found.ho_code) == (2, date(2012, 3, 1), "02801")
        assert (found.age_at_first_sanction, found.followup_date) == (19, date(2012, 3, 1))
        assert found.complete

    def test_offences_taken_into_consideration_make_no_sanction(self) -> None:
        found = derive(also("2008-01-01"), offence("2010-01-05"), also("2010-01-05"), also("2015-01-01"))
        assert (found.total_sanctions, found.conviction_date, found.age_at_first_sanction) == (1, date(2010, 1, 5), 19)

    def test_what_came_later_is_left_out(self) -> None:
        found = derive(offence("2010-01-05"), offence("2020-01-05", "02801"), as_of=date(2019, 12, 31))
        assert (found.total_sanctions, found.ho_code) == (1, "04510")
        assert derive(offence("2010-01-05"), as_of=date(2010, 1, 5)).total_sanctions == 1

    def test_no_sanction_gives_no_score_and_that_is_not_low(self) -> None:
        found = derive(also("2010-01-05"), offence("2030-01-01"))
        assert "not a low score" in only_missing(found)
        assert (found.total_sanctions, found.followup_date, found.derivations) == (None, None, ())

    def test_it_says_how_each_input_came_about(self) -> None:
        found = derive(offence("2010-01-05", disposal="Caution"), offence("2012-03-01"), offence("2012-03-01"))
        assert {each.name: each.value for each in found.derivations} == {
            "Current conviction": "1 March 2012",
            "Start of follow-up": "1 March 2012",
            "Total sanctions": "2",
            "Age at first sanction": "19",
            "Current offence": "04510",
        }
        counted = next(each.how for each in found.derivations if each.name == "Total sanctions")
        assert counted.startswith("3 offences were dealt with on 2 different days, the first on 5 January 2010.")
        assert derive(offence("2010-01-05")).derivations[2].how.startswith("1 offence was dealt with on 1 day.")


class TestFirstSanction:
    def test_on_the_birthday_and_the_day_before(self) -> None:
        assert derive(offence("2005-06-15")).age_at_first_sanction == 15
        assert derive(offence("2005-06-14")).age_at_first_sanction == 14

    def test_without_a_date_of_birth_it_is_asked_for(self) -> None:
        found = derive_ogrs_inputs([offence("2010-01-05")], [], date_of_birth=None, as_of=AS_OF)
        assert "date of birth is not known" in only_missing(found)
        assert (found.age_at_first_sanction, found.total_sanctions) == (None, 1)

    def test_before_birth_it_is_doubted(self) -> None:
        assert "is not after the date of birth" in only_missing(derive(offence("1990-06-15")))


class TestCurrentOffence:
    def test_the_one_marked_principal(self) -> None:
        found = derive(offence("2012-03-01", "04600", principal=False), offence("2012-03-01", "02801"))
        assert found.ho_code == "02801"

    def test_none_marked_a_person_chooses(self) -> None:
        found = derive(offence("2010-01-05"), offence("2012-03-01", principal=False))
        assert "No offence of 1 March 2012 is marked" in only_missing(found)
        assert found.ho_code is None

    def test_several_that_differ_a_person_chooses(self) -> None:
        sentence = only_missing(derive(offence("2012-03-01", "04600"), offence("2012-03-01", "02801")))
        assert "2 different offences" in sentence
        assert "(02801, 04600): a person must choose" in sentence

    def test_several_alike_need_no_choice(self) -> None:
        assert derive(offence("2012-03-01"), offence("2012-03-01")).ho_code == "04510"

    def test_without_a_code_it_is_asked_for(self) -> None:
        assert "has no offence code" in only_missing(derive(offence("2012-03-01", "")))


class TestFollowUp:
    @pytest.mark.parametrize("disposal", ["Caution", "SUSPENDED SENTENCE", "community_order", "Fine"])
    def test_starts_on_the_day_when_not_custodial(self, disposal: str) -> None:
        assert derive(offence("2012-03-01", disposal=disposal)).followup_date == date(2012, 3, 1)

    @pytest.mark.parametrize(
        ("custody", "followup"),
        [
            ([spell("2012-03-01", "2013-05-02")], date(2013, 5, 2)),
            ([spell("2012-03-05", "2013-05-02")], date(2013, 5, 2)),
            ([spell("2011-11-01", "2013-05-02")], date(2013, 5, 2)),
            ([spell("2011-11-01", "2012-03-01"), spell("2012-03-01", "2013-05-02")], date(2013, 5, 2)),
            ([spell("2012-03-01", "2012-09-01"), spell("2012-09-01", "2013-05-02")], date(2013, 5, 2)),
            ([spell("2012-03-01", "2013-05-02"), spell("2012-04-01", "2012-05-01")], date(2013, 5, 2)),
            ([spell("2012-03-01", "2013-05-02"), spell("2014-01-01")], date(2013, 5, 2)),
            ([spell("2011-11-01", "2012-03-01")], date(2012, 3, 1)),
            ([spell("2012-03-01", None, "2027-01-01")], date(2027, 1, 1)),
            ([spell("2012-03-01", "2027-02-02", "2027-01-01")], date(2027, 1, 1)),
            ([spell("2012-03-01", "2027-02-02")], date(2027, 2, 2)),
        ],
    )
    def test_starts_on_release_when_custody_follows(self, custody: list[CustodySpell], followup: date) -> None:
        found = derive(offence("2012-03-01", disposal="Imprisonment"), custody=tuple(reversed(custody)))
        assert found.followup_date == followup
        assert found.complete

    def test_starts_on_release_when_already_held_for_something_else(self) -> None:
        found = derive(offence("2012-03-01", disposal="Fine"), custody=(spell("2011-11-01", "2013-05-02"),))
        assert found.followup_date == date(2013, 5, 2)

    def test_custody_that_begins_later_does_not_move_it(self) -> None:
        found = derive(offence("2012-03-01", disposal="Fine"), custody=(spell("2012-03-02", "2013-05-02"),))
        assert found.followup_date == date(2012, 3, 1)

    @pytest.mark.parametrize(
        ("custody", "words"),
        [
            ((), "no custody that began with it is recorded"),
            ((spell("2012-03-09", "2013-01-01"),), "no custody that began with it is recorded"),
            ((spell("2012-03-01"),), "no date of release is known"),
            ((spell("2012-03-01", None, "2025-01-01"),), "has passed without a release"),
        ],
    )
    def test_without_a_known_release_it_is_asked_for(self, custody: tuple[CustodySpell, ...], words: str) -> None:
        found = derive(offence("2012-03-01", disposal="imprisonment"), custody=custody)
        assert words in only_missing(found)
        assert found.followup_date is None

    def test_custody_after_the_as_of_date_is_left_out(self) -> None:
        found = derive(
            offence("2012-03-01", disposal="Imprisonment"),
            custody=(spell("2012-03-02", "2013-05-02"),),
            as_of=date(2012, 3, 1),
        )
        assert "no custody that began with it" in only_missing(found)

    @pytest.mark.parametrize(("disposal", "words"), [("", "is not recorded"), ("Banishment", "is “banishment”")])
    def test_an_unclear_disposal_is_asked_about(self, disposal: str, words: str) -> None:
        assert words in only_missing(derive(offence("2012-03-01", disposal=disposal)))

    def test_one_custodial_disposal_of_the_day_is_enough(self) -> None:
        found = derive(
            offence("2012-03-01", disposal="Fine"),
            offence("2012-03-01", disposal="Imprisonment", principal=False),
            custody=(spell("2012-03-01", "2012-09-01"),),
        )
        assert found.followup_date == date(2012, 9, 1)


def test_no_disposal_is_both_custodial_and_not() -> None:
    assert not CUSTODIAL & NOT_CUSTODIAL


days = st.dates(date(2001, 1, 1), date(2026, 10, 31))
disposals = st.sampled_from(["Fine", "Imprisonment", ""])
proven = st.builds(
    ProvenOffence, days, st.none(), st.sampled_from(["04510", "02801"]), st.booleans(), st.booleans(), disposals
)
spells = st.builds(
    lambda starts, length: CustodySpell(starts, length and starts + timedelta(days=length)),
    days,
    st.none() | st.integers(1, 900),
)


@given(st.lists(proven, max_size=12), st.lists(spells, max_size=4), days)
def test_laws(offences: list[ProvenOffence], custody: list[CustodySpell], as_of: date) -> None:
    found = derive_ogrs_inputs(offences, custody, date_of_birth=BORN, as_of=as_of)
    own = {o.sanctioned_on for o in offences if o.sanctioned_on <= as_of and not o.taken_into_consideration}
    assert (found.total_sanctions or 0) == len(own)
    assert found.conviction_date == max(own, default=None)
    inputs = (found.followup_date, found.total_sanctions, found.age_at_first_sanction, found.ho_code)
    assert found.complete == (None not in inputs)
    if found.followup_date:
        assert found.followup_date >= max(own)
    again = derive_ogrs_inputs(reversed(offences), reversed(custody), date_of_birth=BORN, as_of=as_of)
    assert again == found
