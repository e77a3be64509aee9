"""What every page needs to know about who is looking at it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the page's frame: who is signed in, for which agency, and whether this is the demonstration.

    A view sets `marking` to mark one page otherwise than `usual_marking`.
    """
    user = getattr(request, "user", None)
    frame = {
        "usual_marking": getattr(settings, "MARKING", "OFFICIAL-SENSITIVE"),
        "is_demo": getattr(settings, "IS_DEMO", False),
    }
    if user is None or not user.is_authenticated:
        return frame
    signed = getattr(request, "signed", None)
    agency = signed.agency if signed else None
    return frame | {
        "signed_in_as": str(user),
        "acting_agency": str(agency) if agency else "",
        "sign_out_url": reverse("account_logout"),
    }
