"""What every page of administration begins with: the scheme administered, and an account of it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from trellis.rules.vocabulary import Permission
from trellis.service.access.models import User
from trellis.service.access.queries import signed_in
from trellis.service.administration.queries.accounts import users_of, with_state
from trellis.service.administration.queries.requests import open_requests
from trellis.service.schemes.models import Scheme

# Whoever approves reads what administrators read.
READERS = (Permission.MANAGE_USERS, Permission.APPROVE_ACCOUNTS)


def scheme_of(request: HttpRequest) -> Scheme:
    """The scheme whose users the reader administers. Raises PermissionDenied where their role is of none."""
    scheme = signed_in(request).scheme
    if scheme is None:
        raise PermissionDenied("Your role belongs to no scheme, so there are no users for you to manage.")
    return scheme


def account_of(request: HttpRequest, user_id: int) -> tuple[User, Scheme]:
    """Somebody of the reader's scheme, with `state` and `seen_at`; raises Http404 for anybody else."""
    scheme = scheme_of(request)
    return get_object_or_404(with_state(users_of(scheme), scheme), pk=user_id), scheme


def sections(request: HttpRequest, scheme: Scheme) -> dict[str, object]:
    """What the sub-navigation of these pages needs."""
    return {"waiting": open_requests(scheme).count(), "manages": signed_in(request).may(Permission.MANAGE_USERS)}
