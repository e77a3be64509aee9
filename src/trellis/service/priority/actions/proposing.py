"""An agency proposes a colour, and takes a proposal back."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from trellis.rules.errors import Refused
from trellis.rules.proposals import answer_by, check_propose
from trellis.rules.tasks import TaskKind
from trellis.rules.vocabulary import Permission, PriorityColour, RestsOn, Role, Stage
from trellis.service.access.models import User
from trellis.service.access.permitted import acting_agency, check_permitted
from trellis.service.people.correcting import take_turns, withdraw
from trellis.service.people.models import Person
from trellis.service.priority.models import Proposal
from trellis.service.priority.queries.leads import leads, who_answers
from trellis.service.record.queries import priority_of
from trellis.service.work.actions import raise_task
from trellis.service.work.queries.documents import compartments_open

SOURCE = "priority.Proposal"


@transaction.atomic
def propose_priority(
    *,
    by: User,
    person: Person,
    colour: PriorityColour,
    reason: str,
    rests_on: RestsOn,
    happened_on: date,
) -> Proposal:
    """Propose a colour for the agency acted for, resting on something that happened on a day. It sets nothing.

    Where it differs from the colour in force, a lead who may read it is asked to decide, or a coordinator where none
    may. Refused for somebody who is not managed, without a reason, and on evidence that the proposer may not read.
    """
    check_permitted(by, Permission.PROPOSE_PRIORITY)
    take_turns(person.pk)
    person.refresh_from_db(fields=["stage"])
    today = timezone.localdate()
    check_propose(
        stage=Stage(person.stage), reason=reason, rests_on=rests_on, happened_on=happened_on, today=today,
        held=compartments_open(person.pk),
    )  # fmt: skip
    made: Proposal = Proposal.objects.create(
        person=person, agency_id=acting_agency(by), recorded_by=by, happened_on=happened_on, colour=colour,
        reason=reason.strip(), rests_on=rests_on, compartment=rests_on.compartment,
    )  # fmt: skip
    current = priority_of(person).current
    if current is None or current.colour != colour:
        _ask(made, by, today)
    return made


@transaction.atomic
def withdraw_proposal(*, by: User, proposal: Proposal) -> None:
    """Take back a proposal of one's own agency. Refused for another's; raises Changed where it stands no more."""
    check_permitted(by, Permission.PROPOSE_PRIORITY)
    if proposal.agency_id != acting_agency(by):
        raise Refused(f"This is the proposal of {proposal.agency}. Ask them to take it back, or propose another.")
    withdraw(proposal)


def _ask(made: Proposal, by: User, today: date) -> None:
    """Have a lead decide, unless it is a lead who proposes: they decide, or bring it to a meeting, themselves."""
    if leads(by, made.person):
        return
    lead = who_answers(made.person, made.rests_on_word.compartment, by)
    colour = PriorityColour(made.colour)
    raise_task(
        by=by, kind=TaskKind.PRIORITY, person=made.person, compartment=made.rests_on_word.compartment,
        user=lead, role=None if lead else Role.COORDINATOR, due_on=answer_by(colour, today),
        reason=f"An agency proposes {colour.label}. Decide the priority, or bring it to a meeting.",
        source=SOURCE, source_key=made.pk,
    )  # fmt: skip
