"""What the demonstration's officers have learnt and say they need, all invented; cases already theirs stay theirs."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from trellis.rules.vocabulary import Role
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.demo.cast import OFFICER_ROLES
from trellis.service.schemes.models import Scheme
from trellis.service.selection.models import Lead
from trellis.service.training.actions.records import record_completion, state_need
from trellis.service.training.queries.overseen import working_in
from trellis.service.training.queries.records import required_for_cohort

COORDINATOR = "idris.fernsby"
# Days since each course of the role, one line an officer in turn; none where it was not taken.
TAKEN = (
    {"iom": 300, "information_sharing": 90, "complex_needs": 200},
    {"iom": 900, "information_sharing": 340, "complex_needs": 500},
    {"iom": 420, "information_sharing": 400},
    {"iom": 150, "information_sharing": 20, "complex_needs": 60},
)
# Who says what: whether they were trained, whether it is enough, what would help, and in their own words.
SAID: tuple[tuple[str, bool, bool, list[str], str], ...] = (
    (
        "wren.aldersmith",
        True,
        False,
        ["complex_needs"],
        "How to talk with somebody who has stopped answering the door.",
    ),
    ("posy.larkfield", True, True, [], ""),
    ("maud.ferriday", True, True, [], ""),
    ("silas.penhallow", False, False, ["iom"], "I came in July and learnt from the colleague beside me."),
    ("dilys.marchbanks", True, False, ["domestic_abuse"], ""),
    ("nesta.whitlow", True, True, [], ""),
    ("cuthbert.vane", False, False, ["information_sharing", "complex_needs"], ""),
    ("ottoline.rudge", True, True, [], ""),
)


def train_staff(scheme: Scheme) -> None:
    """Record courses for everybody who leads, one that waits to be confirmed, and what some say of their training."""
    coordinator = User.objects.get(username=COORDINATOR)
    with acting(coordinator):
        officers = list(working_in(scheme).filter(role__in=OFFICER_ROLES.values()))
        for place, posting in enumerate(officers):
            for course, days in TAKEN[place % len(TAKEN)].items():
                _complete(posting.user, scheme, course, days, coordinator)
        for officer in _leading_where_courses_are_asked(scheme):
            _complete(officer, scheme, "domestic_abuse", 120, coordinator)
        for posting in working_in(scheme).filter(role__in=(Role.PARTNER_WORKER, Role.NEIGHBOURHOOD_OFFICER)):
            _complete(posting.user, scheme, "information_sharing", 45, coordinator)
    for username, trained, sufficient, courses, wish in SAID:
        user = User.objects.get(username=username)
        with acting(user):
            state_need(by=user, scheme=scheme, trained=trained, sufficient=sufficient, courses=courses, wish=wish)
    claims = User.objects.get(username="silas.penhallow")
    with acting(claims):
        _complete(claims, scheme, "domestic_abuse", 3, claims)


def _leading_where_courses_are_asked(scheme: Scheme) -> list[User]:
    """Officers who lead somebody in a cohort that asks for courses: the extract that allocated them knew no courses."""
    asking = [cohort for cohort in scheme.cohorts.all() if required_for_cohort(cohort)]
    leading = Lead.objects.current().filter(ends=None, person__cohortmembership_set__cohort__in=asking)
    return list(User.objects.filter(pk__in=leading.values("officer")).distinct().order_by("pk"))


def _complete(user: User, scheme: Scheme, course: str, days: int, by: User) -> None:
    record_completion(
        by=by, user=user, scheme=scheme, course=course, completed_on=timezone.localdate() - timedelta(days),
        evidence="On the trainer’s attendance list (invented)", competent=user != by,
    )  # fmt: skip
