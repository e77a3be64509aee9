"""How long people wait for drug or alcohol treatment, from what stands in their plans and contacts.

Services keep no referrals here yet. What stands is the step of a plan that gives treatment to an agency, which counts
from the day on which it was written, and that agency's first successful contact from then on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, timedelta

from django.db.models import Min
from django.utils import timezone

from trellis.rules.plans import StepState
from trellis.rules.vocabulary import AgencyKind
from trellis.rules.waits import Wait, Waiting, waiting
from trellis.service.casework.models import Contact
from trellis.service.casework.queries.clocks import SUCCESSFUL
from trellis.service.plans.models import Step

TREATMENT = "treatment"
# Long enough for a wait to end, and short enough for the figure to speak of how things stand.
ASKED_WITHIN = timedelta(days=365)


def waits_for_treatment(people: Collection[int], today: date) -> Waiting:
    """The waits of these people that began within a year, of the steps that the reader may read: three queries."""
    standing = (
        Step.objects.current()
        .filter(person__in=people, tactic=TREATMENT, owner__kind=AgencyKind.DRUG_AND_ALCOHOL)
        .exclude(state=StepState.DROPPED)
    )
    steps = list(standing.order_by().values_list("key", "person_id", "owner_id"))
    # A corrected step keeps its key, and its first version says since when treatment is asked for.
    versions = Step.objects.filter(key__in=[key for key, _, _ in steps]).order_by().values("key")
    first = dict(versions.annotate(at=Min("recorded_at")).values_list("key", "at"))
    contacts = Contact.objects.current().filter(
        person__in={person for _, person, _ in steps}, agency__in={owner for _, _, owner in steps},
        outcome__in=SUCCESSFUL, happened_on__lte=today,
    )  # fmt: skip
    seen: dict[tuple[int, int | None], list[date]] = defaultdict(list)
    for person, agency, on in contacts.order_by("happened_on").values_list("person_id", "agency_id", "happened_on"):
        seen[person, agency].append(on)
    waits = [_wait(timezone.localdate(first[key]), seen[person, owner]) for key, person, owner in steps]
    return waiting([wait for wait in waits if wait.asked >= today - ASKED_WITHIN], today)


def _wait(asked: date, seen: Iterable[date]) -> Wait:
    return Wait(asked, next((day for day in seen if day >= asked), None))
