"""Cover: who stands in for whom, and arranging it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Permission
from trellis.service.access.models import Cover
from trellis.service.access.queries import signed_in
from trellis.service.access.stepping_up import recently_proved
from trellis.service.access.views import needs
from trellis.service.protection.actions.cover import arrange_cover, end_cover
from trellis.service.protection.forms import CoverForm
from trellis.service.protection.queries.cover import cover_to_come, last_day_of
from trellis.service.protection.queries.people import workers_of
from trellis.service.ui.views import Page, paginate


@needs(Permission.ARRANGE_COVER)
@recently_proved
def cover(request: HttpRequest) -> HttpResponse:
    """List cover that lasts or is to come, and arrange more."""
    signed = signed_in(request)
    if signed.scheme is None:
        raise PermissionDenied("You work in no scheme today, so there is nobody to arrange cover for.")
    form = CoverForm(request.POST or None, workers=workers_of(signed.scheme))
    if form.is_valid():
        try:
            arrange_cover(by=signed.user, scheme=signed.scheme, **form.asked())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The cover is arranged.")
            return redirect("protection:cover")
    page: Page[Cover] = paginate(request, cover_to_come())
    context = {
        "title": "Cover",
        "form": form,
        "cover": [(one, last_day_of(one)) for one in page.items],
        "page": page,
    }
    return render(request, "protection/cover.html", context)


@needs(Permission.ARRANGE_COVER)
@require_POST
def end(request: HttpRequest, cover_id: int) -> HttpResponse:
    """End cover early."""
    found = get_object_or_404(Cover, pk=cover_id)
    try:
        end_cover(by=signed_in(request).user, cover=found)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The cover has ended.")
    return redirect("protection:cover")
