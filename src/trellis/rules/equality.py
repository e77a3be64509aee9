"""Keep protected characteristics out of local scores (EQ-06), and justify age or sex where it decides eligibility."""

from collections.abc import Collection

from trellis.rules.errors import Refused

PROTECTED = frozenset(
    {
        "age",
        "disability",
        "gender_reassignment",
        "marriage_and_civil_partnership",
        "pregnancy_and_maternity",
        "race",
        "ethnicity",
        "nationality",
        "religion_or_belief",
        "religion",
        "belief",
        "sex",
        "gender",
        "sexual_orientation",
    }
)
"""The characteristics of the Equality Act 2010, section 4, and the words that records use for them."""

MAY_DECIDE_ELIGIBILITY = frozenset({"age", "sex"})
"""What a cohort may be set up by, with a recorded justification."""

APPROVERS_NEEDED = 2


def protected_characteristic(fact: str) -> str:
    """The protected characteristic that a fact's name is, or speaks of (`age_at_least` of age); empty when none."""
    named = (word for word in PROTECTED if fact == word or fact.startswith(f"{word}_"))
    return max(named, key=len, default="")


def check_scoring_fact(fact: str) -> None:
    """Refuse a protected characteristic as something that a local score or colour is worked out from."""
    if protected_characteristic(fact):
        raise Refused(f"“{fact}” is a protected characteristic: no local score or priority may use one. Take it out.")


def decides_by_protected(facts: Collection[str]) -> bool:
    """Whether any of the facts is about a protected characteristic."""
    return any(protected_characteristic(fact) for fact in facts)


def check_eligibility_facts(facts: Collection[str], *, justification: str) -> None:
    """Refuse eligibility by a protected characteristic other than age or sex, or by those without a justification."""
    for fact in facts:
        characteristic = protected_characteristic(fact)
        if characteristic and characteristic not in MAY_DECIDE_ELIGIBILITY:
            raise Refused(f"“{fact}” is a protected characteristic and may not decide who is eligible. Take it out.")
        if characteristic and not justification.strip():
            raise Refused(f"“{fact}” makes {characteristic} decide who is eligible. Write down the justification.")


def check_approvals(approved_by: Collection[str]) -> None:
    """Refuse eligibility by age or sex that fewer than two different people have approved."""
    names = {" ".join(name.casefold().split()) for name in approved_by} - {""}
    if len(names) < APPROVERS_NEEDED:
        raise Refused("Eligibility by age or sex needs the approval of two different people: name them both.")
