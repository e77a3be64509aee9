"""What is shown where a page is refused."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.views.defaults import permission_denied

from trellis.service.access.queries import signed_in
from trellis.service.access.reasons import ASKED_FOR
from trellis.service.access.sign_in.drafts import keep_draft_of
from trellis.service.people.opening import InsteadOfPage


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a refusal: with the page that it brings, or with what the role does not allow."""
    if isinstance(exception, InsteadOfPage):
        if exception.page.status_code == HTTPStatus.OK and request.method == "POST" and ASKED_FOR not in request.POST:
            # A question stands in the way of what a form sent. Kept here, because the view's own writes are undone.
            keep_draft_of(request, signed_in(request).user)
        return exception.page
    return permission_denied(request, exception)
