"""An assessment that falls due becomes a task of whoever works the case, and is settled by the assessment."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.cast import Cast
from tests.factories import grant, make_fact, make_person
from trellis.rules.needs import Given
from trellis.rules.vocabulary import LeadKind, Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.needs.actions import Answers, record_assessment
from trellis.service.needs.clocks import ASSESSMENTS
from trellis.service.selection.models import CohortMembership, Lead
from trellis.service.work.actions.sweeping import sweep
from trellis.service.work.models import Task

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.mark.requirement("ASM-03")
def test_an_overdue_assessment_is_a_task_until_it_is_made(cast: Cast) -> None:
    person = make_person(cast, stage=Stage.MANAGED)
    grant(cast, cast.police_om, person)
    make_fact(CohortMembership, person, cast.police, cohort=cast.fixed, starts=TODAY - timedelta(20))
    for kind, officer in ((LeadKind.PROBATION, cast.probation_om), (LeadKind.CASE_MANAGER, cast.police_om)):
        make_fact(Lead, person, cast.police, kind=kind, officer=officer, starts=TODAY - timedelta(20))

    def swept() -> Task:
        with acting("clocks") as actor:
            by = User.objects.get(pk=actor.user_id)
            sweep(clock=ASSESSMENTS, scheme=cast.scheme, today=TODAY, by=by)
            return Task.objects.get()

    task = swept()
    assert (task.user_id, task.due_on) == (cast.police_om.pk, TODAY - timedelta(20))
    assert "never assessed" in task.reason
    with acting(cast.police_om):
        record_assessment(
            person=person, assessed_on=TODAY, assessor="Wren", answers=Answers({"family": Given(1)}), by=cast.police_om
        )
    assert swept().ended_why == ASSESSMENTS.ended
