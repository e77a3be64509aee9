"""Referring somebody by name, the queue of referrals, whom they mean, and agencies' views."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Permission, ReferralSource
from trellis.service.access.queries import signed_in
from trellis.service.access.views import needs
from trellis.service.people.birth import born_words
from trellis.service.people.models import Person
from trellis.service.selection.actions import ask_for_view, close_unmatched, give_view, match_referral, refer
from trellis.service.selection.forms import NOBODY, AskForm, MatchForm, PartnerReferralForm, ViewForm, WordsForm
from trellis.service.selection.models import Referral
from trellis.service.selection.presenting import status_of
from trellis.service.selection.queries.panel import views_on
from trellis.service.selection.queries.referrals import (
    asked_of,
    may_be_asked,
    referrals_seen,
    requests_of,
    suggestions,
)
from trellis.service.selection.views.candidates import scheme_of
from trellis.service.ui.views import Page, paginate


@needs(Permission.REFER)
def refer_somebody(request: HttpRequest) -> HttpResponse:
    """Refer somebody by name. Nothing on record is shown, whatever is typed."""
    signed = signed_in(request)
    scheme = scheme_of(signed)
    form = PartnerReferralForm(request.POST or None, scheme=scheme)
    if form.is_valid():
        try:
            answers = form.cleaned_data | {"source": ReferralSource(form.cleaned_data["source"])}
            referral = refer(by=signed.user, scheme=scheme, **answers)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The referral is made. What happens next is below.")
            return redirect("selection:referral", referral.pk)
    context = {
        "title": "Refer somebody",
        "lede": "Give what you know. You need not know whether the person has a record, and you will not be shown one.",
        "submit": "Refer",
        "form": form,
        "cancel": reverse("selection:referrals"),
        "back": reverse("selection:referrals"),
    }
    return render(request, "ui/form.html", context)


@needs(Permission.SEE_REFERRALS, Permission.REFER)
def referrals(request: HttpRequest) -> HttpResponse:
    """List the referrals that the reader may see: a coordinator's queue, a partner's own."""
    signed = signed_in(request)
    closed = request.GET.get("show") == "closed"
    page: Page[Referral] = paginate(request, referrals_seen(closed=closed))
    context = {
        "title": "Referrals",
        "page": page,
        "closed": closed,
        "may_refer": signed.may(Permission.REFER),
        "may_match": signed.may(Permission.DECIDE),
        "may_see_scores": signed.may(Permission.SEE_SCORES),
    }
    return render(request, "selection/referrals.html", context)


@needs(Permission.SEE_REFERRALS, Permission.REFER)
def referral(request: HttpRequest, referral_id: int) -> HttpResponse:
    """Show a referral: what was said, where it stands and what happens next."""
    found = _referral(referral_id)
    signed = signed_in(request)
    person = Person.objects.filter(pk=found.person_id).first() if found.person_id else None
    open_still = found.closed_at is None
    looks_again = list(found.decisions.order_by("-pk").values_list("review_on", flat=True))
    status, sentence = status_of(found, decided=bool(looks_again), again_on=next(iter(looks_again), None))
    context = {
        "title": "Referral",
        "referral": found,
        "person": person,
        "born": born_words(person) if person else "",
        "status": status,
        "sentence": sentence,
        "views": views_on(found),
        "requests": requests_of(found),
        "may_open_person": bool({Permission.SEE_MANAGED_PEOPLE, Permission.SEE_KNOWN_PEOPLE} & signed.permissions),
        "may_see_panel": person is not None and signed.may(Permission.SEE_SCORES),
        "may_match": open_still and found.person_id is None and signed.may(Permission.DECIDE),
        "may_ask": open_still and signed.may(Permission.DECIDE),
        "may_view": open_still and signed.may(Permission.GIVE_VIEW),
        "asked": asked_of(found, signed.user.pk),
        "back": reverse("selection:referrals"),
    }
    return render(request, "selection/referral.html", context)


@needs(Permission.DECIDE)
def match(request: HttpRequest, referral_id: int) -> HttpResponse:
    """Say whom a referral means."""
    found = _referral(referral_id)
    words = WordsForm(request.POST or None)
    looked_for = words.cleaned_data["words"] if words.is_valid() else ""
    likely = suggestions(found, looked_for)
    form = MatchForm(request.POST if "person" in request.POST or "match" in request.POST else None, found=likely)
    if form.is_valid():
        try:
            return _matched(request, found, form)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    context = {
        "title": "Who is this?",
        "referral": found,
        "form": form,
        "words": words,
        "looked_for": looked_for,
        "likely": likely,
        "back": reverse("selection:referral", args=[found.pk]),
    }
    return render(request, "selection/match.html", context)


def _matched(request: HttpRequest, found: Referral, form: MatchForm) -> HttpResponse:
    by, answer = signed_in(request).user, form.cleaned_data["person"]
    if answer == NOBODY:
        close_unmatched(by=by, referral=found, closing=form.cleaned_data["closing"])
        messages.success(request, "The referral is closed, and the referrer can read why.")
    else:
        match_referral(by=by, referral=found, person=get_object_or_404(Person, pk=int(answer)))
        messages.success(request, "The referral now stands before the panel.")
    return redirect("selection:referral", found.pk)


@needs(Permission.DECIDE)
def ask(request: HttpRequest, referral_id: int) -> HttpResponse:
    """Ask somebody for their agency's view."""
    found = _referral(referral_id)
    form = AskForm(request.POST or None, postings=may_be_asked(found.scheme))
    if form.is_valid():
        try:
            ask_for_view(by=signed_in(request).user, referral=found, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{form.cleaned_data['user']} can see the referral and give a view for 14 days.")
            return redirect("selection:referral", found.pk)
    return _form(request, found, form, title="Ask for a view", submit="Ask")


@needs(Permission.GIVE_VIEW)
def view(request: HttpRequest, referral_id: int) -> HttpResponse:
    """Give one's agency's view."""
    found = _referral(referral_id)
    form = ViewForm(request.POST or None)
    if form.is_valid():
        try:
            give_view(by=signed_in(request).user, referral=found, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Your agency’s view is with the panel.")
            return redirect("selection:referral", found.pk)
    return _form(request, found, form, title="Give your agency’s view", submit="Send to the panel")


def _referral(referral_id: int) -> Referral:
    known = Referral.objects.select_related("scheme", "area", "agency", "referred_by", "cohort")
    found: Referral = get_object_or_404(known, pk=referral_id)
    return found


def _form(request: HttpRequest, found: Referral, form: Any, **context: str) -> HttpResponse:
    back = reverse("selection:referral", args=[found.pk])
    return render(
        request, "ui/form.html", context | {"form": form, "caption": found.given_name, "back": back, "cancel": back}
    )
