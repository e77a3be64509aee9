"""Officers who may lead, and what each already carries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Count
from django.utils import timezone

from trellis.rules.allocation import Capacity, capacity, leads_required
from trellis.rules.vocabulary import LeadKind, Role
from trellis.service.access.models import Posting, User
from trellis.service.access.queries import officers_with
from trellis.service.people.models import Person
from trellis.service.record.queries import facts_of
from trellis.service.schemes.models import Cohort, Scheme
from trellis.service.selection.models import CohortMembership, Lead
from trellis.service.training.queries.records import who_lacks

# Who manages a case from outside the team works in any role that records contacts, the coordinator's apart (REF-13).
ROLES_OF: Mapping[LeadKind, tuple[Role, ...]] = {
    LeadKind.POLICE: (Role.POLICE_OFFENDER_MANAGER,),
    LeadKind.PROBATION: (Role.PROBATION_OFFENDER_MANAGER,),
    LeadKind.CASE_MANAGER: (Role.PARTNER_WORKER, Role.NEIGHBOURHOOD_OFFICER),
}


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody who may lead, with their time and what they carry. `note`: what a list says of them besides."""

    user: User
    posting: Posting
    room: Capacity
    note: str = ""

    @property
    def label(self) -> str:
        """Name, agency and load, for a list to choose from."""
        over = ": over capacity" if not self.room.spare else ""
        return f"{self.user}, {self.posting.agency} ({self.room.allocated} of {self.room.limit}{over}){self.note}"


def officers_for(kind: LeadKind, scheme: Scheme) -> list[Officer]:
    """Everybody who may lead for a service in a scheme, by name: two queries."""
    postings = list(officers_with(ROLES_OF[kind], scheme))
    carried = _carried(kind, [posting.user_id for posting in postings])
    first = {posting.user_id: posting for posting in reversed(postings)}
    return [
        Officer(
            posting.user,
            posting,
            capacity(
                officers=float(posting.share),
                ratio=scheme.people_per_officer,
                allocated=carried.get(posting.user_id, 0),
            ),
        )
        for posting in postings
        if first[posting.user_id] is posting
    ]


def noting_training(officers: Sequence[Officer], person: Person) -> list[Officer]:
    """The officers, those marked who lack a course that the person's cohort asks for (TRN-04)."""
    today = timezone.localdate()
    memberships = person.cohortmembership_set.current().as_at(today).select_related("cohort__scheme")
    cohorts = [membership.cohort for membership in memberships]
    lacking = who_lacks((one.user.pk for one in officers), cohorts, today)
    note = f": not trained for {' and '.join(map(str, cohorts))}"
    return [replace(one, note=note) if one.user.pk in lacking else one for one in officers]


def _carried(kind: LeadKind, officers: list[int]) -> dict[int, int]:
    held = Lead.objects.current().as_at(timezone.localdate()).filter(kind=kind, officer_id__in=officers)
    return dict(held.order_by().values_list("officer_id").annotate(Count("person", distinct=True)))


def room_in_cohort(cohort: Cohort) -> Capacity | None:
    """What a capped cohort can still take, or None where it has no cap: one query."""
    if cohort.cap is None:
        return None
    members = CohortMembership.objects.current().as_at(timezone.localdate()).filter(cohort=cohort)
    return capacity(officers=cohort.cap, ratio=1, allocated=members.count(), cap=cohort.cap)


def leads_of(person: Person, day: date | None = None) -> list[Lead]:
    """The leads in force on a day, today unless given: one query."""
    held = person.lead_set.current().as_at(day or timezone.localdate())
    return list(held.select_related("officer", "agency").order_by("kind"))


def leads_needed(person: Person, day: date | None = None) -> frozenset[LeadKind]:
    """The leads that a person's supervision asks for."""
    supervision = facts_of([person.pk])[person.pk].supervision_on(day or timezone.localdate())
    return leads_required(spell.kind for spell in supervision)
