"""Where a person stands in selection, and how that changes."""

from __future__ import annotations

from trellis.rules.errors import Refused
from trellis.rules.selection import Act, next_stage
from trellis.rules.vocabulary import Stage
from trellis.service.access.actor import acting, current_actor
from trellis.service.access.system_actors import SELECTION
from trellis.service.people.models import Person
from trellis.service.selection.models import Referral


def move(person: Person, act: Act) -> None:
    """Bring a person to where an act leads. Raises Refused where it cannot be done.

    Done as the system actor: whoever refers somebody may lose sight of them by it, and need not be able to see a stage
    in order to send somebody there.
    """
    stage = next_stage(Stage(person.stage), act)
    request = current_actor()
    with acting(SELECTION, request_id=request.request_id if request else None):
        moved = Person.objects.filter(pk=person.pk, stage=person.stage).update(stage=stage)
    if not moved:
        raise Refused("Somebody else has just acted on this person. Open the page again and see where they stand.")
    person.stage = stage


def check_open(referral: Referral) -> None:
    """Refuse an act on a referral that has had its answer."""
    if referral.closed_at is not None:
        raise Refused("This referral is closed: a decision has been recorded.")
