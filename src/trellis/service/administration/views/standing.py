"""Ending a role and disabling an account: one person's act, felt at once."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Permission
from trellis.service.access.models import Posting
from trellis.service.access.queries import signed_in
from trellis.service.access.stepping_up import recently_proved
from trellis.service.access.views import needs
from trellis.service.administration.actions import disable_account, end_role
from trellis.service.administration.forms import EndForm, ReasonForm
from trellis.service.administration.views.reading import account_of, scheme_of

CLOSES = (
    "From their next page on they are signed out everywhere and cannot sign in. Their roles stay as they are, so that"
    " two people can enable the account again. For somebody who leaves, end each role too."
)


@needs(Permission.MANAGE_USERS)
@recently_proved
def end(request: HttpRequest, posting_id: int) -> HttpResponse:
    """End a role now, or at the end of a later day."""
    postings = Posting.objects.filter(scheme=scheme_of(request)).select_related("user", "agency")
    posting = get_object_or_404(postings, pk=posting_id)
    form = EndForm(request.POST or None)
    if form.is_valid():
        try:
            end_role(by=signed_in(request).user, posting=posting, on=form.ends())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The role is ended.")
            return redirect("administration:user", posting.user_id)
    back = reverse("administration:user", args=[posting.user_id])
    context = {
        "form": form,
        "title": "End a role",
        "caption": f"{posting.user}: {posting.get_role_display().lower()}, {posting.agency}",
        "submit": "End the role",
        "back": back,
        "cancel": back,
    }
    return render(request, "ui/form.html", context)


@needs(Permission.MANAGE_USERS)
@recently_proved
def disable(request: HttpRequest, user_id: int) -> HttpResponse:
    """Close an account at once, with the reason."""
    one, scheme = account_of(request, user_id)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            disable_account(by=signed_in(request).user, user=one, scheme=scheme, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The account is disabled.")
            return redirect("administration:user", one.pk)
    back = reverse("administration:user", args=[one.pk])
    context = {"title": "Disable the account", "caption": str(one), "lede": CLOSES, "submit": "Disable the account"}
    return render(request, "ui/form.html", context | {"form": form, "back": back, "cancel": back})
