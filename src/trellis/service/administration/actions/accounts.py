"""What one administrator decides about an account."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Permission
from trellis.service.access.actions import disable_user
from trellis.service.access.models import User
from trellis.service.access.permitted import check_permitted
from trellis.service.access.sign_in.sessions import end_sessions
from trellis.service.administration.models import AccountDecision, DecisionKind
from trellis.service.schemes.models import Scheme


@transaction.atomic
def disable_account(*, by: User, user: User, scheme: Scheme, reason: str) -> AccountDecision:
    """Close an account at once and end its sessions. Raises Refused for one's own and one that is closed."""
    check_permitted(by, Permission.MANAGE_USERS)
    disable_user(by=by, user=user)
    end_sessions(user)
    return AccountDecision.objects.create(
        kind=DecisionKind.DISABLE, user=user, scheme=scheme, reason=reason.strip(), last_sign_in=user.last_login,
        decided_by=by,
    )  # fmt: skip


@transaction.atomic
def keep_account(*, by: User, user: User, scheme: Scheme, until: date, reason: str) -> AccountDecision:
    """Say that an unused account is still needed until a day, when it is asked about again.

    Raises Refused for one's own account and for a day that has passed.
    """
    check_permitted(by, Permission.MANAGE_USERS)
    if user.pk == by.pk:
        raise Refused("Nobody reviews their own account. Ask another administrator.")
    if until <= timezone.localdate():
        raise Refused("The account is needed until a day after today. Enter a later day, or disable it.")
    return AccountDecision.objects.create(
        kind=DecisionKind.KEEP, user=user, scheme=scheme, reason=reason.strip(), last_sign_in=user.last_login,
        until=until, decided_by=by,
    )  # fmt: skip
