"""Every word is stored once, reads well, and keeps its order."""

import pytest

from trellis.rules.vocabulary import Band, ContactOutcome, Finding, RiskOfHarm, Role, SupervisionKind, Word

WORDS = sorted(Word.__subclasses__(), key=lambda word: word.__name__)


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.__name__)
def test_each_member_is_its_value_and_has_words_of_its_own(word: type[Word]) -> None:
    assert all(isinstance(member, str) and member == member.value for member in word)
    assert all(word(member.value) is member for member in word)
    labels = [member.label for member in word]
    assert all(labels)
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.__name__)
def test_choices_are_plain_text_in_order(word: type[Word]) -> None:
    assert word.choices() == [(member.value, member.label) for member in word]


def test_formatting_a_member_writes_what_is_stored() -> None:
    assert f"{Role.PARTNER_WORKER}" == "partner_worker"


def test_no_label_calls_a_person_an_offender() -> None:
    naming = {member for word in WORDS for member in word if "offender" in member.label.lower()}
    assert naming == {Role.POLICE_OFFENDER_MANAGER, Role.PROBATION_OFFENDER_MANAGER}


def test_bands_compare_by_risk_and_not_by_alphabet() -> None:
    assert [band for band in Band if band.at_least(Band.HIGH)] == [Band.HIGH, Band.VERY_HIGH]
    assert [risk.rank for risk in RiskOfHarm] == [0, 1, 2, 3]


def test_only_attending_and_complying_is_a_successful_contact() -> None:
    assert [outcome for outcome in ContactOutcome if outcome.successful] == [ContactOutcome.ATTENDED_COMPLIED]


def test_a_youth_order_is_not_probations() -> None:
    assert [kind for kind in SupervisionKind if not kind.is_probation] == [SupervisionKind.YOUTH_ORDER]


def test_findings_that_prove_an_offence() -> None:
    assert [finding for finding in Finding if not finding.is_proven] == [Finding.NOT_GUILTY, Finding.DISCONTINUED]
