"""What waits for a second person, and deciding it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Permission
from trellis.service.access.queries import signed_in
from trellis.service.access.stepping_up import recently_proved
from trellis.service.access.views import needs
from trellis.service.administration.actions import approve_request, refuse_request
from trellis.service.administration.forms import DecideForm
from trellis.service.administration.models import AccountRequest, RequestKind
from trellis.service.administration.queries.requests import NAMED, decided_requests, open_requests, why_not_decide
from trellis.service.administration.views.reading import scheme_of, sections
from trellis.service.administration.views.welcoming import welcomed
from trellis.service.ui.views import Page, paginate


@needs(Permission.APPROVE_ACCOUNTS)
def waiting(request: HttpRequest) -> HttpResponse:
    """What waits for somebody's approval, and what was decided of late."""
    scheme = scheme_of(request)
    page: Page[AccountRequest] = paginate(request, open_requests(scheme))
    reader = signed_in(request).user
    context = {
        "title": "Waiting for approval",
        "page": page,
        "requests": [(one, why_not_decide(one, reader)) for one in page.items],
        "decided": decided_requests(scheme),
    }
    return render(request, "administration/waiting.html", context | sections(request, scheme))


@needs(Permission.APPROVE_ACCOUNTS)
@recently_proved
def decide(request: HttpRequest, request_id: int) -> HttpResponse:
    """Approve or refuse what somebody else asked for."""
    asked = get_object_or_404(AccountRequest.objects.select_related(*NAMED, "scheme"), pk=request_id)
    reader = signed_in(request).user
    form = DecideForm(request.POST or None)
    if form.is_valid():
        try:
            if form.cleaned_data["decision"] == DecideForm.APPROVE:
                return _approve(request, asked)
            refuse_request(by=reader, request=asked, decision=form.cleaned_data["why"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "It is refused. Whoever asked sees your reason.")
            return redirect("administration:waiting")
    context = {"title": "Decide a request", "asked": asked, "form": form, "why_not": why_not_decide(asked, reader)}
    return render(request, "administration/decide.html", context)


def _approve(request: HttpRequest, asked: AccountRequest) -> HttpResponse:
    user = approve_request(by=signed_in(request).user, request=asked)
    if asked.kind in {RequestKind.INVITE, RequestKind.LINK, RequestKind.ENABLE}:
        return welcomed(request, user)
    messages.success(request, "It is approved, and holds from now on.")
    return redirect("administration:waiting")
