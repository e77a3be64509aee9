"""What leading a case brings: the spell, and the sight of the record that goes with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django.utils import timezone

from trellis.rules.access import COMPARTMENTS_SEEN
from trellis.rules.allocation import check_leads, check_room
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Compartment, GrantBasis, LeadKind, Role, Stage
from trellis.service.access.agreements import check_sharing_open
from trellis.service.access.models import Grant, Posting, User
from trellis.service.access.permitted import acting_agency
from trellis.service.people.correcting import end
from trellis.service.people.models import Person
from trellis.service.protection.queries.people import compartments_of
from trellis.service.record.queries import facts_of
from trellis.service.schemes.queries import definitions
from trellis.service.selection.models import Lead
from trellis.service.selection.queries.officers import Officer, leads_of, officers_for
from trellis.service.training.queries.records import check_competent


def allocate(person: Person, choices: Mapping[LeadKind, User], *, by: User, day: date, reason: str) -> None:
    """Name the leads of somebody about to be managed, and let them and their teams see the record.

    Raises Refused without the leads that supervision asks for, for somebody who may not lead, and over capacity
    without a reason.
    """
    supervision = [spell.kind for spell in facts_of([person.pk])[person.pk].supervision_on(day)]
    check_leads(stage=Stage.MANAGED, supervision=supervision, held=list(choices))
    for kind, user in choices.items():
        give_lead(person, kind, officer_of(person, kind, user), by=by, day=day, reason=reason)


def officer_of(person: Person, kind: LeadKind, user: User) -> Officer:
    """Somebody as an officer with their load. Raises Refused for one who may not lead for this service here."""
    for officer in officers_for(kind, person.scheme):
        if officer.user.pk == user.pk:
            return officer
    raise Refused(f"{user} cannot be a {kind.label.lower()} in this scheme: choose an officer from the list.")


def give_lead(person: Person, kind: LeadKind, officer: Officer, *, by: User, day: date, reason: str) -> None:
    """Begin a lead, and let the officer see what their role needs and the giver holds, and their team the core record.

    Somebody who manages the case from outside the team (REF-13) sees it alone, and of it what their agency's sharing
    agreement lists. Over capacity asks for a reason. Raises Refused too where nothing new may be shared with an agency,
    and for an officer without the training that the person's cohort asks for: no reason overrides that (TRN-04).
    """
    for membership in person.cohortmembership_set.current().as_at(day).select_related("cohort__scheme"):
        check_competent(user=officer.user, cohort=membership.cohort)
    scheme = definitions().schemes.get(person.scheme.slug)
    stops = scheme is not None and scheme.capacity.when_over == "stop"
    check_room(officer.room, stops=stops, reason=reason)
    Lead.objects.create(
        person=person,
        agency=officer.posting.agency,
        recorded_by=by,
        starts=day,
        kind=kind,
        officer=officer.user,
        reason=reason.strip(),
    )
    if officer.posting.agency_id != acting_agency(by):
        check_sharing_open(officer.posting.agency, person.scheme)
    # Who leads for one agency does not see the record when they act for another.
    own: dict[str, object] = {"user": officer.user, "agency_id": officer.posting.agency_id}
    grantees = [(own, _needed(person, officer))]
    team = officer.posting.team
    if team is not None and kind is not LeadKind.CASE_MANAGER:
        grantees.append(({"team": team, "agency_id": team.agency_id}, {Compartment.CORE}))
    for grantee, compartments in grantees:
        Grant.objects.create(
            **grantee,
            person_id=person.pk,
            compartments=sorted(compartments),
            basis=GrantBasis.ALLOCATED,
            reason=f"{kind.label} from {day:%d/%m/%Y}",
            granted_by=by,
        )


def _needed(person: Person, officer: Officer) -> set[Compartment]:
    """The compartments that the officer's work needs, as far as whoever allocates holds them without an end."""
    needed = COMPARTMENTS_SEEN[Role(officer.posting.role)]
    return {Compartment.CORE, *(needed & compartments_of(person.pk, None))}


def end_leads(person: Person, leads: Iterable[Lead], day: date) -> None:
    """End leads, and the sight that they gave. A team keeps it while another of its officers leads."""
    ending = list(leads)
    for lead in ending:
        end(lead, day)
    still = {lead.officer_id for lead in leads_of(person, day)}
    going = {lead.officer_id for lead in ending} - still
    grants = Grant.objects.filter(person_id=person.pk, basis=GrantBasis.ALLOCATED, ends_at=None)
    grants.filter(user_id__in=going).update(ends_at=timezone.now())
    staying = _teams_of(still)
    grants.filter(team_id__in=_teams_of(going) - staying).update(ends_at=timezone.now())


def _teams_of(officers: Iterable[int]) -> set[int]:
    posted = Posting.objects.live().filter(user_id__in=list(officers), team__isnull=False)
    return set(posted.values_list("team_id", flat=True))
