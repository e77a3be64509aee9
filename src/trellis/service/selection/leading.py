"""What leading a case brings: the spell, and the sight of the record that goes with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django.utils import timezone

from trellis.rules.allocation import check_leads, check_room
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Compartment, GrantBasis, LeadKind, Stage
from trellis.service.access.models import Grant, Posting, User
from trellis.service.people.correcting import end
from trellis.service.people.models import Person
from trellis.service.record.queries import facts_of
from trellis.service.schemes.queries import definitions
from trellis.service.selection.models import Lead
from trellis.service.selection.queries.officers import Officer, leads_of, officers_for


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
    """Begin a lead, and let the officer and their team see the core record. Over capacity asks for a reason."""
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
    grantees: list[dict[str, object]] = [{"user": officer.user}]
    if officer.posting.team is not None:
        grantees.append({"team": officer.posting.team})
    for grantee in grantees:
        Grant.objects.create(
            **grantee,
            person_id=person.pk,
            compartments=[Compartment.CORE],
            basis=GrantBasis.ALLOCATED,
            reason=f"{kind.label} from {day:%d/%m/%Y}",
            granted_by=by,
        )


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
