"""What the panel has before it, and what it decided."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from trellis.rules.access import check_may
from trellis.rules.errors import Refused
from trellis.rules.selection import warn_few_agencies
from trellis.rules.vocabulary import LeadKind, PanelOutcome, Permission, Stage
from trellis.service.access.queries import Signed, signed_in
from trellis.service.access.views import needs
from trellis.service.people.models import Person
from trellis.service.record.presenting import header
from trellis.service.selection.actions import record_decision
from trellis.service.selection.forms import DecisionForm
from trellis.service.selection.models import PanelDecision, Referral
from trellis.service.selection.presenting import offences_to_choose
from trellis.service.selection.queries.officers import leads_needed, officers_for, room_in_cohort
from trellis.service.selection.queries.panel import picture_of, views_on


@needs(Permission.SEE_SCORES)
def panel(request: HttpRequest, referral_id: int) -> HttpResponse:
    """Show score, context and views side by side; whoever may decide records the decision here."""
    referral, person = _before_the_panel(referral_id)
    signed = signed_in(request)
    form = _decision_form(request, signed, referral, person)
    if form and form.is_valid():
        try:
            made = record_decision(by=signed.user, referral=referral, **form.decision())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _done(made))
            return redirect("selection:decision", made.pk)
    picture = picture_of(person)
    views = views_on(referral)
    context = {
        "title": "Panel",
        "referral": referral,
        "person": person,
        "header": header(person, picture.alerts),
        "picture": picture,
        "views": views,
        "few_agencies": warn_few_agencies([str(view.agency) for view in views]),
        "rooms": [(cohort, room) for cohort in person.scheme.cohorts.all() if (room := room_in_cohort(cohort))],
        "choices": offences_to_choose(picture.facts) if signed.may(Permission.EDIT_PERSON) else [],
        "may_score": signed.may(Permission.RUN_SCORES),
        "form": form,
        "back": reverse("selection:referral", args=[referral.pk]),
    }
    return render(request, "selection/panel.html", context)


def _before_the_panel(referral_id: int) -> tuple[Referral, Person]:
    known = Referral.objects.select_related("scheme", "agency", "referred_by", "cohort")
    referral: Referral = get_object_or_404(known, pk=referral_id)
    person = Person.objects.select_related("scheme", "area").filter(pk=referral.person_id or 0).first()
    if person is None:
        raise Http404("Nobody is matched to this referral, or you may not see who it is.")
    return referral, person


def _decision_form(request: HttpRequest, signed: Signed, referral: Referral, person: Person) -> DecisionForm | None:
    """The form for whoever may decide, while there is something to decide."""
    if request.method == "POST":
        try:
            check_may(signed.roles, Permission.DECIDE)
        except Refused as refusal:
            raise PermissionDenied(str(refusal)) from refusal
    if referral.closed_at is not None or person.stage != Stage.REFERRAL or not signed.may(Permission.DECIDE):
        return None
    return DecisionForm(
        request.POST or None,
        scheme=person.scheme,
        officers={kind: officers_for(kind, person.scheme) for kind in LeadKind},
        needed=leads_needed(person),
    )


def _done(made: PanelDecision) -> str:
    if made.outcome == PanelOutcome.ADOPT:
        return f"{made.person} is adopted to {made.cohort}, with a lead. Set a priority next."
    return f"The decision is recorded: {made.get_outcome_display().lower()}."


@needs(Permission.SEE_SCORES)
def decision(request: HttpRequest, decision_id: int) -> HttpResponse:
    """Show a decision with what the panel had before it, as known then."""
    known = PanelDecision.objects.select_related("person", "cohort", "decided_by", "referral")
    made = get_object_or_404(known, pk=decision_id)
    signed = signed_in(request)
    context = {
        "title": "Panel decision",
        "decision": made,
        "evidence": made.evidence,
        "may_set_priority": made.person.stage == Stage.MANAGED and signed.may(Permission.SET_PRIORITY),
        "back": reverse("selection:referral", args=[made.referral_id]),
    }
    return render(request, "selection/decision.html", context)
