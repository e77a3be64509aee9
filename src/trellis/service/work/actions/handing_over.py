"""Passing on one user's work about a person when the case passes to another."""

from __future__ import annotations

from django.db import transaction

from trellis.rules.tasks import TaskState
from trellis.rules.vocabulary import Role
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.people.models import Person
from trellis.service.schemes.models import Agency
from trellis.service.work.actions.tasks import reassign_task
from trellis.service.work.models import Task
from trellis.service.work.queries.documents import compartments_open


@transaction.atomic
def hand_over_tasks(*, person: Person, former: User, new: User, agency: Agency, by: User) -> int:
    """Pass a user's open tasks about a person on to another, who sees the person by now. Returns how many.

    Whose a clock's task is stays for the clock to say, which asks the leads. Of a compartment that the new one does not
    hold, a task goes to the coordinators. Raises Refused as `reassign_task` does.
    """
    with acting(new, agency_id=agency.pk):
        held = set(compartments_open(person.pk))
    tasks = list(Task.objects.filter(person=person, user=former, state=TaskState.OPEN).select_for_update(of=("self",)))
    for task in tasks:
        if task.compartment not in held:
            reassign_task(task=task, by=by, role=Role.COORDINATOR)
        elif task.rule and task.assigned_by_id is None:
            Task.objects.filter(pk=task.pk).update(user=new)
        else:
            reassign_task(task=task, by=by, user=new, agency=agency)
    return len(tasks)
