"""The first morning: some people referred, some views given, a briefing issued, so that every page has work on it."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from trellis.rules.vocabulary import Compartment, LimitKind, LimitReason, Marking, ReferralSource, Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.demo.contacts_scene import plan_contacts
from trellis.service.intelligence.actions import issue_briefing
from trellis.service.people.models import Person
from trellis.service.protection.actions.emergencies import end_emergency, open_in_emergency
from trellis.service.protection.actions.limits import set_limit
from trellis.service.protection.actions.requests import ask_for_access
from trellis.service.schemes.models import Scheme
from trellis.service.selection.actions import ask_for_view, give_view, refer
from trellis.service.selection.models import Proposal, Referral

REFERRED = 4
REASON = "Three burglaries in the last quarter and no settled address: the team asks for help and attention together."
VIEWS = {
    "wren.aldersmith": (True, "Active again since the summer. Two calls at the address, nobody in."),
    "posy.larkfield": (True, "On an order until the spring. Keeps appointments, relapses between them."),
    "bram.copperwick": (None, "On our waiting list for a flat; would lose the place with another custody."),
}
PARTNERS_WORDS = "He sleeps in the stairwell of a block of ours and residents report bicycles going missing."
RESTRICTED = "A sister of theirs works in the probation office at Crowsmere."
EMERGENCY = "A neighbour reports that this person has left home with a knife and named somebody to be harmed."
REQUESTED = "I take over their supervision next week and must know of the order and its appointments."
NOTE = "First briefing of the demonstration. What changes from now on shows in the next."


@transaction.atomic
def begin_work(scheme: Scheme) -> None:
    """Refer the first candidates, give views on one of them, and issue the first briefing."""
    coordinator = User.objects.get(username="idris.fernsby")
    with acting(coordinator):
        referrals = [_refer(coordinator, proposal) for proposal in _first_proposals(scheme)]
        for username in VIEWS:
            ask_for_view(by=coordinator, referral=referrals[0], user=User.objects.get(username=username))
    for username, (supports, text) in VIEWS.items():
        worker = User.objects.get(username=username)
        with acting(worker):
            give_view(by=worker, referral=Referral.objects.get(pk=referrals[0].pk), supports=supports, text=text)
    _partner_refers(scheme)
    _guard_records(scheme, coordinator)
    plan_contacts(scheme)
    with acting(coordinator):
        issue_briefing(by=coordinator, scheme=scheme, note=NOTE, marking=Marking.OFFICIAL_SENSITIVE)


def _first_proposals(scheme: Scheme) -> list[Proposal]:
    """The highest scores of different people, so that the panel has somebody to talk about."""
    proposals = Proposal.objects.filter(
        closed_at=None, person__scheme=scheme, person__stage=Stage.CANDIDATE, score__isnull=False
    )
    by_person: dict[int, Proposal] = {}
    for proposal in proposals.select_related("person", "cohort").order_by("-score__percent_2y", "person_id"):
        by_person.setdefault(proposal.person_id, proposal)
    return list(by_person.values())[:REFERRED]


def _refer(coordinator: User, proposal: Proposal) -> Referral:
    return refer(
        by=coordinator,
        scheme=proposal.person.scheme,
        source=ReferralSource.CANDIDATE_LIST,
        reason=REASON,
        person=proposal.person,
        cohort=proposal.cohort,
    )


def _partner_refers(scheme: Scheme) -> None:
    """A partner names somebody whom they cannot see; whom they mean is the coordinator's to say."""
    with acting("selection"):
        meant = Person.objects.filter(scheme=scheme, stage=Stage.KNOWN).order_by("id").first()
    if meant is None:
        return
    partner = User.objects.get(username="bram.copperwick")
    with acting(partner):
        refer(
            by=partner,
            scheme=scheme,
            source=ReferralSource.HOUSING,
            reason=PARTNERS_WORDS,
            name=str(meant),
            birth=meant.date_of_birth,
        )


def _guard_records(scheme: Scheme, coordinator: User) -> None:
    """One record restricted and waiting for approval, opened once in an emergency, and one that is asked for."""
    police = User.objects.get(username="wren.aldersmith")
    probation = User.objects.get(username="posy.larkfield")
    with acting(coordinator):
        others = Person.objects.filter(scheme=scheme, stage=Stage.MANAGED).exclude(
            lead_set__officer__in=(police, probation)
        )
        people = list(others.order_by("id")[:2])
        if len(people) < 2:
            return
        restricted, asked_for = people
        leads = User.objects.filter(leads__person=restricted, leads__superseded_at=None).distinct()
        set_limit(
            by=coordinator,
            person=restricted,
            kind=LimitKind.RESTRICTION,
            reason_code=LimitReason.STAFF_OR_RELATIVE,
            reason=RESTRICTED,
            review_on=timezone.localdate() + timedelta(90),
            users=[coordinator, *leads],
            teams=(),
        )
    with acting(police):
        open_in_emergency(by=police, person_id=restricted.pk, reason=EMERGENCY)
        end_emergency(by=police, person_id=restricted.pk)
    with acting(probation):
        ask_for_access(by=probation, person_id=asked_for.pk, compartments=[Compartment.CORE], reason=REQUESTED, days=14)
