"""Accounts that nobody has used: the queue, the decision, and the list to print."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Permission
from trellis.service.access.models import User
from trellis.service.access.queries import signed_in
from trellis.service.access.stepping_up import recently_proved
from trellis.service.access.views import needs
from trellis.service.administration.actions import disable_account, keep_account
from trellis.service.administration.forms import ReviewForm
from trellis.service.administration.queries.accounts import dormant, with_postings
from trellis.service.administration.queries.requests import account_decisions
from trellis.service.administration.views.reading import READERS, account_of, scheme_of, sections
from trellis.service.ui.views import MOST_PER_PAGE, Page, paginate

PRINTED_DECISIONS = 100


@needs(*READERS)
def unused(request: HttpRequest) -> HttpResponse:
    """The accounts that wait for a decision, the longest unused first."""
    scheme = scheme_of(request)
    page: Page[User] = paginate(request, dormant(scheme))
    context = {
        "title": "Dormant accounts",
        "page": page,
        "lines": with_postings(scheme, page.items),
        "days": settings.DORMANT_AFTER_DAYS,
        "reader": signed_in(request).user,
    }
    return render(request, "administration/dormant.html", context | sections(request, scheme))


@needs(*READERS)
def printed(request: HttpRequest) -> HttpResponse:
    """The queue and the latest decisions on paper, with who decided and when."""
    scheme = scheme_of(request)
    page: Page[User] = paginate(request, dormant(scheme), MOST_PER_PAGE)
    context = {
        "title": "Review of dormant accounts",
        "page": page,
        "lines": with_postings(scheme, page.items),
        "decisions": account_decisions(scheme)[:PRINTED_DECISIONS],
        "days": settings.DORMANT_AFTER_DAYS,
        "today": timezone.localdate(),
        "scheme": scheme,
        "back": reverse("administration:dormant"),
    }
    return render(request, "administration/dormant_list.html", context)


@needs(Permission.MANAGE_USERS)
@recently_proved
def review(request: HttpRequest, user_id: int) -> HttpResponse:
    """Decide about one unused account."""
    one, scheme = account_of(request, user_id)
    form = ReviewForm(request.POST or None)
    if form.is_valid():
        data, by = form.cleaned_data, signed_in(request).user
        try:
            if data["decision"] == ReviewForm.KEEP:
                keep_account(by=by, user=one, scheme=scheme, until=data["until"], reason=data["reason"])
            else:
                disable_account(by=by, user=one, scheme=scheme, reason=data["reason"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The decision is recorded.")
            return redirect("administration:dormant")
    back = reverse("administration:dormant")
    context = {"title": "Review a dormant account", "form": form, "one": one, "back": back, "cancel": back}
    return render(request, "administration/review.html", context | {"submit": "Record the decision"})
