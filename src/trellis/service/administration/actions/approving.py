"""Approving and refusing what somebody else asked for. What is approved is made at once."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Permission, Role
from trellis.service.access.actions import add_posting, add_user, check_username_free, enable_user
from trellis.service.access.actor import acting, current_actor
from trellis.service.access.models import User
from trellis.service.access.permitted import check_permitted
from trellis.service.access.sign_in.invitations import start_afresh
from trellis.service.access.system_actors import ADMINISTRATION
from trellis.service.administration.models import AccountRequest, RequestKind
from trellis.service.administration.queries.requests import why_not_decide


@transaction.atomic
def approve_request(*, by: User, request: AccountRequest, decision: str = "") -> User:
    """Approve what somebody else asked for, and make it: the account, its role and what the role opens.

    Neither of the two could have made it alone, so a system actor does, in the name of whoever approves. Raises Refused
    for what one asked oneself, for one's own account, for what is decided and for what has become impossible since.
    """
    request = _decided(request, by, approved=True, decision=decision)
    actor = current_actor()
    with acting(ADMINISTRATION, request_id=actor.request_id if actor else None):
        user = _make(request, by)
    if request.user_id is None:
        request.user = user
        request.save(update_fields=["user"])
    return user


@transaction.atomic
def refuse_request(*, by: User, request: AccountRequest, decision: str) -> None:
    """Refuse what somebody else asked for, with the reason. Raises Refused as `approve_request` does."""
    _decided(request, by, approved=False, decision=decision)


def _decided(request: AccountRequest, by: User, *, approved: bool, decision: str) -> AccountRequest:
    check_permitted(by, Permission.APPROVE_ACCOUNTS)
    # Two approvers at once: the second waits here, then reads that it is decided.
    request = AccountRequest.objects.select_for_update().get(pk=request.pk)
    if refusal := why_not_decide(request, by):
        raise Refused(refusal)
    request.approved, request.decision = approved, decision.strip()
    request.decided_by, request.decided_at = by, timezone.now()
    request.save(update_fields=["approved", "decision", "decided_by", "decided_at"])
    return request


def _make(request: AccountRequest, by: User) -> User:
    """Make what was approved. A day that has passed while it waited becomes today."""
    if request.kind == RequestKind.INVITE:
        check_username_free(request.username)
        return add_user(by=by, username=request.username, name=request.name, email=request.email, **_posting(request))
    user = request.user
    assert user is not None
    if request.kind == RequestKind.POSTING:
        add_posting(by=by, user=user, **_posting(request))
    elif request.kind == RequestKind.ENABLE:
        enable_user(by=by, user=user)
        start_afresh(user)
    return user


def _posting(request: AccountRequest) -> dict[str, Any]:
    today = timezone.localdate()
    assert request.starts is not None
    if request.ends is not None and request.ends <= today:
        raise Refused("The last day asked for has passed. Refuse this, and have it asked for with other dates.")
    return {
        "role": Role(request.role),
        "agency": request.agency,
        "scheme": request.scheme,
        "team": request.team,
        "area": request.area,
        "supervises": request.supervises,
        "starts": max(request.starts, today),
        "ends": request.ends,
    }
