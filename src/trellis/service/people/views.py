"""What is shown where a page is refused."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.defaults import permission_denied

from trellis.service.people.opening import InsteadOfPage


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a refusal: with the page that it brings, or with what the role does not allow."""
    if isinstance(exception, InsteadOfPage):
        return exception.page
    return permission_denied(request, exception)
