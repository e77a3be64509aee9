"""Sharing agreements: who shares what with whom, and until when."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from trellis.rules.errors import Refused
from trellis.rules.need_to_know import WHOLE_RECORD
from trellis.rules.vocabulary import Permission, SharingRegime
from trellis.service.access.models import AgreementParty, SharingAgreement
from trellis.service.access.queries import signed_in
from trellis.service.access.stepping_up import recently_proved
from trellis.service.access.views import needs
from trellis.service.sharing.actions import change_agreement, place_agency, record_agreement
from trellis.service.sharing.forms import AgreementForm, ChangeForm, NewPlaceForm, PlaceForm
from trellis.service.sharing.presenting import listed_words, state_of
from trellis.service.sharing.queries import agreements_of, sharable_kinds
from trellis.service.ui.editing import Editing, Standing

READERS = (Permission.MANAGE_AGREEMENTS, Permission.SHARE)
CHANGED = ("name", "purpose", "powers", "review_on", "ends")


@needs(*READERS)
def agreements(request: HttpRequest) -> HttpResponse:
    """List the scheme's agreements, those past their review first among those in force."""
    signed = signed_in(request)
    today = timezone.localdate()
    context = {
        "title": "Sharing agreements",
        "agreements": [(one, state_of(one, today)) for one in agreements_of(signed.scheme)],
        "may_manage": signed.may(Permission.MANAGE_AGREEMENTS),
    }
    return render(request, "sharing/agreements.html", context)


@needs(*READERS)
def agreement(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """Show one agreement: its purpose and powers, its parties, and what each of them reads."""
    signed = signed_in(request)
    found = _found(request, agreement_id)
    kinds = sharable_kinds()
    context = {
        "title": "Sharing agreement",
        "agreement": found,
        "state": state_of(found, timezone.localdate()),
        "places": [(place, listed_words(place.shares, kinds)) for place in _whole_first(found)],
        "may_manage": signed.may(Permission.MANAGE_AGREEMENTS),
        "has_ended": found.ends is not None and found.ends <= timezone.localdate(),
        "back": reverse("sharing:agreements"),
    }
    return render(request, "sharing/agreement.html", context)


@needs(Permission.MANAGE_AGREEMENTS)
@recently_proved
def new(request: HttpRequest) -> HttpResponse:
    """Record an agreement."""
    signed = signed_in(request)
    form = AgreementForm(request.POST or None)
    if form.is_valid() and signed.scheme is not None:
        try:
            made = record_agreement(scheme=signed.scheme, by=signed.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The agreement is recorded. Now add its parties.")
            return redirect("sharing:agreement", made.pk)
    back = reverse("sharing:agreements")
    context = {"title": "Record a sharing agreement", "form": form, "submit": "Record the agreement"}
    return render(request, "ui/form.html", context | {"back": back, "cancel": back})


@needs(Permission.MANAGE_AGREEMENTS)
@recently_proved
def change(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """Review an agreement, or end it."""
    found = _found(request, agreement_id)
    editing = Editing(
        request, ChangeForm, record=f"access.SharingAgreement {found.pk}", read=lambda: _standing(found.pk)
    )
    back = reverse("sharing:agreement", args=[found.pk])
    if editing.save(
        lambda version, answers: change_agreement(
            agreement=found, version=version, by=signed_in(request).user, **answers
        )
    ):
        messages.success(request, "The agreement is changed.")
        return redirect(back)
    context = {"title": "Review a sharing agreement", "caption": found.name, "submit": "Save the agreement"}
    return editing.page(context | {"back": back, "cancel": back})


@needs(Permission.MANAGE_AGREEMENTS)
@recently_proved
def join(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """Add an agency to an agreement."""
    found = _found(request, agreement_id)
    form = NewPlaceForm(request.POST or None)
    if form.is_valid() and _placed(request, found, form):
        messages.success(request, "The agency has joined the agreement.")
        return redirect("sharing:agreement", found.pk)
    back = reverse("sharing:agreement", args=[found.pk])
    context = {"title": "Add an agency to the agreement", "caption": found.name, "submit": "Add the agency"}
    return render(request, "ui/form.html", context | {"form": form, "back": back, "cancel": back})


@needs(Permission.MANAGE_AGREEMENTS)
@recently_proved
def place(request: HttpRequest, place_id: int) -> HttpResponse:
    """Change what an agency reads under an agreement."""
    found = get_object_or_404(
        AgreementParty.objects.filter(agreement__scheme=signed_in(request).scheme).select_related(
            "agreement", "agency"
        ),
        pk=place_id,
    )
    whole = WHOLE_RECORD in found.shares
    usual = {"regime": found.regime, "basis": found.basis, "whole": whole, "kinds": [] if whole else found.shares}
    form = PlaceForm(request.POST or None, initial=usual)
    if form.is_valid() and _placed(request, found.agreement, form, found):
        messages.success(request, "What the agency reads is changed, from its next page on.")
        return redirect("sharing:agreement", found.agreement_id)
    back = reverse("sharing:agreement", args=[found.agreement_id])
    context = {
        "title": "What an agency reads",
        "heading": f"What {found.agency} reads",
        "caption": found.agreement.name,
    }
    return render(request, "ui/form.html", context | {"form": form, "submit": "Save", "back": back, "cancel": back})


def _found(request: HttpRequest, agreement_id: int) -> SharingAgreement:
    return get_object_or_404(SharingAgreement, pk=agreement_id, scheme=signed_in(request).scheme)


def _whole_first(agreement: SharingAgreement) -> list[AgreementParty]:
    return sorted(agreement.parties.select_related("agency"), key=lambda place: WHOLE_RECORD not in place.shares)


def _placed(
    request: HttpRequest, agreement: SharingAgreement, form: PlaceForm, place: AgreementParty | None = None
) -> bool:
    try:
        place_agency(
            agreement=agreement,
            agency=place.agency if place else form.cleaned_data["agency"],
            regime=SharingRegime(form.cleaned_data["regime"]),
            basis=form.cleaned_data["basis"],
            shares=form.shares(),
            by=signed_in(request).user,
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _standing(agreement_id: int) -> Standing:
    found = SharingAgreement.objects.get(pk=agreement_id)
    return Standing(found.version, {name: getattr(found, name) for name in CHANGED})
