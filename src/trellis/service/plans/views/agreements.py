"""Behaviour agreements: begun, signed, kept or broken, ended."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from trellis.rules.errors import Refused
from trellis.rules.merging import Changed
from trellis.rules.plans import ClauseKind, Kept
from trellis.rules.vocabulary import Permission
from trellis.service.access.queries import signed_in
from trellis.service.access.views import needs
from trellis.service.people.history import HistoryQuerySet
from trellis.service.people.opening import person_or_refusal
from trellis.service.people.standing import row_now
from trellis.service.plans.actions.agreements import (
    begin_agreement,
    change_clauses,
    end_agreement,
    log_compliance,
    sign_agreement,
)
from trellis.service.plans.forms.agreements import (
    AgreementForm,
    ClausesForm,
    ComplianceForm,
    EndAgreementForm,
    SignatureForm,
)
from trellis.service.plans.models import BehaviourAgreement, Clause
from trellis.service.plans.views.plan import form_page

SIGNED_ANEW = (
    "Whoever signed has signed these words: after a signature, what changes waits to be signed anew. What was agreed"
    " before, and how it was kept, stays."
)


def _agreement(request: HttpRequest, agreement_id: int, *, as_drawn: bool = False) -> BehaviourAgreement:
    """The agreement as it stands, or, `as_drawn`, what was posted about as its page was drawn: its words may count."""
    drawn: BehaviourAgreement = get_object_or_404(BehaviourAgreement, pk=agreement_id)
    person_or_refusal(request, drawn.person_id)
    if as_drawn and request.method == "POST":
        return drawn
    try:
        return row_now(drawn)
    except Changed as gone:
        raise Http404("This agreement has been withdrawn.") from gone


def _clauses(agreement: BehaviourAgreement) -> HistoryQuerySet:
    """The clauses that stand."""
    found: HistoryQuerySet = Clause.objects.current().filter(
        person_id=agreement.person_id, agreement_key=agreement.key, until_version=None
    )
    return found


@needs(Permission.PLAN)
def begin(request: HttpRequest, person_id: int) -> HttpResponse:
    """Begin an agreement from a template."""
    person = person_or_refusal(request, person_id)
    form = AgreementForm(request.POST or None, initial={"starts": timezone.localdate()})
    if form.is_valid():
        said = form.cleaned_data
        own = [line.strip() for line in said["own_clauses"].splitlines() if line.strip()]
        try:
            begin_agreement(
                person=person, template=said["template"], title=said["title"], starts=said["starts"],
                own_clauses=own, by=signed_in(request).user,
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The agreement is in force. Record who signed it.")
            return redirect("plans:person", person.pk)
    return form_page(request, person, form, "Begin a behaviour agreement", "Begin the agreement")


@needs(Permission.PLAN)
def sign(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """Record a signature under the words that its page showed."""
    agreement = _agreement(request, agreement_id, as_drawn=True)
    form = SignatureForm(request.POST or None, initial={"signed_on": timezone.localdate()})
    if form.is_valid():
        said = form.cleaned_data
        try:
            sign_agreement(
                agreement=agreement, signed_by=said["signed_by"], by_person=said["who"] == "person",
                signed_on=said["signed_on"], by=signed_in(request).user,
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The signature is recorded.")
            return redirect("plans:person", agreement.person_id)
    return form_page(request, agreement.person, form, "Record a signature", "Record it")


@needs(Permission.PLAN)
def log(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """Record how a clause was kept."""
    agreement = _agreement(request, agreement_id)
    clauses = _clauses(agreement).filter(kind=ClauseKind.EXPECTATION)
    form = ComplianceForm(request.POST or None, clauses=clauses, initial={"happened_on": timezone.localdate()})
    if form.is_valid():
        said = form.cleaned_data
        try:
            log_compliance(
                agreement=agreement, clause=clauses.get(key=said["clause"]), happened_on=said["happened_on"],
                kept=Kept(said["kept"]), note=said["note"], by=signed_in(request).user,
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "It is in the agreement’s log.")
            return redirect("plans:person", agreement.person_id)
    return form_page(request, agreement.person, form, "How was the agreement kept?", "Record it")


@needs(Permission.PLAN)
def change(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """End clauses of an agreement and add another; what was signed stays, and is signed anew."""
    agreement = _agreement(request, agreement_id, as_drawn=True)
    form = ClausesForm(request.POST or None, clauses=_clauses(agreement))
    if form.is_valid():
        try:
            changed = change_clauses(agreement=agreement, by=signed_in(request).user, **form.change())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            anew = " It waits to be signed anew." if changed.version != agreement.version else ""
            messages.success(request, f"What is agreed has changed.{anew}")
            return redirect("plans:person", agreement.person_id)
    return form_page(request, agreement.person, form, "Change what is agreed", "Change it", lede=SIGNED_ANEW)


@needs(Permission.PLAN)
def end(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """End an agreement."""
    agreement = _agreement(request, agreement_id)
    form = EndAgreementForm(request.POST or None)
    if form.is_valid():
        try:
            end_agreement(agreement=agreement, by=signed_in(request).user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The agreement has ended. Its log is kept.")
            return redirect("plans:person", agreement.person_id)
    return form_page(request, agreement.person, form, "End the agreement", "End the agreement")
