"""Proving again who one is before an act that would do most harm in another's hands."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from trellis.service.access.models import User
from trellis.service.access.sign_in.drafts import keep_draft_of, page_of
from trellis.service.access.sign_in.proof import has_proved_recently

View = Callable[..., HttpResponseBase]


def recently_proved(view: View) -> View:
    """Let in only who has proved a second factor within five minutes; others prove it first and come back.

    Asked for on GET as on POST, so that it is proved before a form is filled in. Where the five minutes end between
    the two, what was typed is kept and offered on the form again.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if has_proved_recently(request):
            return view(request, *args, **kwargs)
        if request.method == "POST" and isinstance(request.user, User):
            keep_draft_of(request, request.user)
        return HttpResponseRedirect(f"{reverse('account_step_up')}?{urlencode({'next': page_of(request)})}")

    guarded.recently_proved = True  # type: ignore[attr-defined]
    return guarded
