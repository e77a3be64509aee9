"""What somebody had typed when their session ended or had to be proved again: kept a day, for them alone.

Police desktops are shared, so nothing stays in the browser. A draft is sealed with the field key for its user and page,
row security shows it to nobody else, and it is offered on the same page after signing in.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.db import connection
from django.http import HttpRequest
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from trellis.service.access.models import Draft, User
from trellis.service.common.encryption import Undecipherable, field_keys

KEPT = timedelta(days=1)
LONGEST_PAGE = 300
IN_SESSION = "sign_in.drafts"
MOST_CHARACTERS = 100_000
Fields = dict[str, list[str]]
# What is not for keeping: the token that proves the form, and whatever is secret by its nature.
NEVER_KEPT = {"csrfmiddlewaretoken", "credential", "code", "login"}


def page_of(request: HttpRequest) -> str:
    """The page that shows the form of a request: where it came from on this site, or its own address."""
    if request.method != "POST":
        return request.get_full_path()
    source = urlsplit(request.headers.get("Referer", ""))
    return source.path if source.netloc == request.get_host() and source.path else request.path


def page_named(request: HttpRequest) -> str:
    """The page of this site that a request names, or nothing."""
    page = request.POST.get("page", "")
    is_ours = url_has_allowed_host_and_scheme(page, None)
    return page if is_ours and page.startswith("/") and len(page) <= LONGEST_PAGE else ""


def keep_draft_of(request: HttpRequest, user: User, fields: Mapping[str, list[str]] | None = None) -> bool:
    """Keep what a request posted, for the page it was typed on; returns whether there was anything to keep."""
    page = page_named(request) if fields is not None else page_of(request)
    kept = bool(page) and keep_draft(user, page, dict(request.POST.lists()) if fields is None else fields)
    if kept:
        request.session[IN_SESSION] = sorted({*drafted_pages(request), page})
    return kept


def drafted_pages(request: HttpRequest) -> list[str]:
    """The pages for which this session knows of a draft, so that other pages ask nothing."""
    pages: list[str] = request.session.get(IN_SESSION, [])
    return pages


def drop_draft(request: HttpRequest, user: User, page: str) -> None:
    """Throw a page's draft away, because it was sent or is not wanted."""
    Draft.objects.filter(written_by=user, page=page).delete()
    request.session[IN_SESSION] = [one for one in drafted_pages(request) if one != page]


def keep_draft(user: User, page: str, fields: Mapping[str, list[str]]) -> bool:
    """Keep the fields of a form; returns whether there was anything worth keeping and room for it.

    The user must be the actor: row security lets nobody write or read another's.
    """
    kept = {
        name: values
        for name, values in fields.items()
        if name not in NEVER_KEPT and "password" not in name and any(value.strip() for value in values)
    }
    text = json.dumps(kept)
    if not kept or len(text) > MOST_CHARACTERS or len(page) > LONGEST_PAGE:
        return False
    sealed = field_keys().encrypt(text, row=_row(user, page))
    Draft.objects.update_or_create(written_by=user, page=page, defaults={"sealed": sealed, "kept_at": timezone.now()})
    return True


def draft_for(user: User, page: str) -> Fields | None:
    """What the user had typed on a page, or None. One that no key opens any longer counts as gone."""
    draft = Draft.objects.filter(written_by=user, page=page, kept_at__gt=_oldest()).first()
    if draft is None:
        return None
    try:
        fields: Fields = json.loads(field_keys().decrypt(draft.sealed, row=_row(user, page)))
    except Undecipherable:
        return None
    return fields


def find_drafts(request: HttpRequest, user: User, **_: Any) -> None:
    """Receiver of user_logged_in: the session knows on which pages its user was writing; what is too old goes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT actor_forgets_drafts()")
    request.session[IN_SESSION] = sorted(Draft.objects.filter(written_by=user).values_list("page", flat=True))


def _oldest() -> datetime:
    return timezone.now() - KEPT


def _row(user: User, page: str) -> str:
    return f"access_draft/{user.pk}{page}"
