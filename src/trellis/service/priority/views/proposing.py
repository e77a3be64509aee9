"""An agency proposes a priority, and takes a proposal back."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from trellis.rules.errors import Refused
from trellis.rules.merging import Changed
from trellis.rules.vocabulary import Permission, PriorityColour, RestsOn
from trellis.service.access.queries import signed_in
from trellis.service.access.views import needs
from trellis.service.people.models import Person
from trellis.service.people.opening import person_or_refusal
from trellis.service.priority.actions import propose_priority, withdraw_proposal
from trellis.service.priority.forms import ProposalForm, TakeBackForm
from trellis.service.priority.models import Proposal
from trellis.service.priority.queries.standing import grid_of
from trellis.service.work.queries.documents import compartments_open

WHAT_IT_DOES = (
    "A proposal sets nothing. It stands beside those of other agencies, and a lead officer or a meeting decides."
    " It replaces what your agency proposed before."
)


@needs(Permission.PROPOSE_PRIORITY)
def propose(request: HttpRequest, person_id: int) -> HttpResponse:
    """Propose a priority for the agency that one acts for."""
    person = person_or_refusal(request, person_id, Person.objects.select_related("scheme"))
    meanings, held = grid_of(person.scheme), compartments_open(person.pk)
    form = ProposalForm(
        request.POST or None, meanings=meanings, held=held, initial={"happened_on": timezone.localdate()}
    )
    if form.is_valid():
        said = form.cleaned_data
        try:
            propose_priority(
                by=signed_in(request).user, person=person, colour=PriorityColour(said["colour"]),
                reason=said["reason"], rests_on=RestsOn(said["rests_on"]), happened_on=said["happened_on"],
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Your agency proposes {PriorityColour(said['colour']).label}.")
            return redirect("priority:person", person.pk)
    words = {"title": "Propose a priority", "lede": WHAT_IT_DOES, "submit": "Propose it", "form": form}
    return render(request, "ui/form.html", words | way_back(person))


@needs(Permission.PROPOSE_PRIORITY)
def take_back(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Take back a proposal of one's own agency."""
    proposal = get_object_or_404(Proposal.objects.select_related("agency", "person"), pk=proposal_id)
    person_or_refusal(request, proposal.person_id)
    if proposal.agency_id != signed_in(request).agency_id:
        raise PermissionDenied(f"This is the proposal of {proposal.agency}. Ask them to take it back.")
    form = TakeBackForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            withdraw_proposal(by=signed_in(request).user, proposal=proposal)
        except (Changed, Refused) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The proposal is taken back. What it said stays in the trail.")
            return redirect("priority:person", proposal.person_id)
    words = {
        "title": "Take back a proposal",
        "lede": f"{proposal.agency} proposed {proposal}. What it proposed before that, if anything, counts again.",
        "submit": "Take it back",
        "form": form,
    }
    return render(request, "ui/form.html", words | way_back(proposal.person))


def way_back(person: Person) -> dict[str, str]:
    """Where a form about a priority leads back to."""
    back = reverse("priority:person", args=[person.pk])
    return {"caption": str(person), "cancel": back, "back": back}
