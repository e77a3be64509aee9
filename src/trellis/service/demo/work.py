"""A dozen tasks of the demonstration and three documents, all invented, so that nobody's first look is at nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from trellis.rules.documents import DocumentKind
from trellis.rules.tasks import Repeat, TaskKind
from trellis.rules.vocabulary import Role, Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.people.models import Person
from trellis.service.schemes.models import Scheme
from trellis.service.work.actions import raise_task, snooze_task
from trellis.service.work.actions.documents import add_document, add_version
from trellis.service.work.jobs import raise_due

LED_BY = "wren.aldersmith"
# What, about, in how many days, how often, and whose: a user name, a role, or a name as typed.
GIVEN = (
    ("Ask the landlord for a letter about the arrears", TaskKind.SHARED_ITEM, 0, Repeat.NEVER, LED_BY),
    ("Find out whether the college place is still open", TaskKind.OTHER, 2, Repeat.NEVER, LED_BY),
    ("Check with the gym that the card is used", TaskKind.OTHER, 4, Repeat.WEEKLY, LED_BY),
    (
        "Walk past in the evening and say hello",
        TaskKind.NEIGHBOURHOOD_REVIEW,
        5,
        Repeat.NEVER,
        Role.NEIGHBOURHOOD_OFFICER,
    ),
    ("Review the plan with the ward’s officer", TaskKind.NEIGHBOURHOOD_REVIEW, 9, Repeat.NEVER, LED_BY),
    (
        "Bring the prescription forward to before work",
        TaskKind.OTHER,
        1,
        Repeat.NEVER,
        "Nurse Hollin, Clearwater clinic",
    ),
    ("Say at the next meeting who meets the gate", TaskKind.MEETING, 12, Repeat.NEVER, "posy.larkfield"),
)
LETTER = (
    "Fable Homes\n\nThe rent account is four weeks behind. If half is paid by the end of the month, the notice is"
    " withdrawn.\n\nThis letter is invented.\n"
)
AGREEMENT = "I will keep away from the precinct after six. I will come to the gym on Tuesdays.\n\n{}\n\nInvented.\n"


def give_work(scheme: Scheme) -> None:
    """Have the clocks ask, then give tasks and keep documents about the first people that one officer leads."""
    raise_due()
    officer = User.objects.get(username=LED_BY)
    with acting(officer):
        people = list(
            Person.objects.filter(scheme=scheme, stage=Stage.MANAGED, lead_set__officer=officer).distinct()[:3]
        )
    if not people:
        return
    coordinator = User.objects.get(username="idris.fernsby")
    with acting(coordinator):
        _give(people, coordinator)
    with acting(officer):
        _keep(people, officer)


def _give(people: list[Person], by: User) -> None:
    today = timezone.localdate()
    for place, (reason, kind, days, repeats, whose) in enumerate(GIVEN):
        user = None if isinstance(whose, Role) else User.objects.filter(username=whose).first()
        assignee: dict[str, Any] = (
            {"role": whose} if isinstance(whose, Role) else {"user": user} if user else {"named": whose}
        )
        task = raise_task(
            by=by, kind=kind, reason=reason, due_on=today + timedelta(days), repeats=repeats,
            person=people[place % len(people)] if whose != "posy.larkfield" else None, scheme=people[0].scheme,
            **assignee,
        )  # fmt: skip
    snooze_task(task=task, by=by, until=today + timedelta(14), reason="The meeting is in a fortnight")


def _keep(people: list[Person], by: User) -> None:
    add_document(
        by=by, person=people[0], kind=DocumentKind.LETTER, title="Letter of the landlord about arrears",
        content=LETTER.encode(),
    )  # fmt: skip
    agreement = add_document(
        by=by, person=people[0], kind=DocumentKind.AGREEMENT, title="Agreement of this autumn",
        content=AGREEMENT.format("Not yet signed.").encode(),
    )  # fmt: skip
    add_version(
        by=by, document=agreement, content=AGREEMENT.format("Signed by both.").encode(), note="Signed at the office"
    )
