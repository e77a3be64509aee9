"""Asking for what widens somebody's access, and ending what they hold."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction

from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Permission, Role
from trellis.service.access.actions import check_posting, check_username_free, end_posting
from trellis.service.access.models import Posting, User
from trellis.service.access.permitted import check_permitted
from trellis.service.administration.models import AccountRequest, RequestKind
from trellis.service.schemes.models import Agency, Area, Scheme, Team

NOT_YOURSELF = "Nobody asks for access for themselves. Ask another administrator to do it."


@transaction.atomic
def invite(
    *,
    by: User,
    scheme: Scheme,
    name: str,
    email: str,
    username: str,
    role: Role,
    agency: Agency,
    team: Team | None,
    area: Area | None,
    supervises: bool,
    starts: date,
    ends: date | None,
    reason: str,
) -> AccountRequest:
    """Ask for an account with its first role. It exists once somebody else has approved it.

    Raises Refused for a username that somebody has or is invited under, and for what `check_posting` refuses.
    """
    check_permitted(by, Permission.MANAGE_USERS)
    username = username.strip().lower()
    check_username_free(username)
    check_posting(user=None, role=role, agency=agency, scheme=scheme, team=team, area=area, starts=starts, ends=ends)
    request = AccountRequest(
        kind=RequestKind.INVITE, scheme=scheme, name=name.strip(), email=email, username=username, role=role,
        agency=agency, team=team, area=area, supervises=supervises, starts=starts, ends=ends, reason=reason.strip(),
        asked_by=by,
    )  # fmt: skip
    try:
        with transaction.atomic():
            request.save()
    except IntegrityError as clash:
        # Two who invite at once: the database lets one username wait once.
        raise Refused(
            f"An invitation for {username} waits for approval already. Choose another name for signing in."
        ) from clash
    return request


@transaction.atomic
def ask_for_role(
    *,
    by: User,
    user: User,
    scheme: Scheme,
    role: Role,
    agency: Agency,
    team: Team | None,
    area: Area | None,
    supervises: bool,
    starts: date,
    ends: date | None,
    reason: str,
) -> AccountRequest:
    """Ask for another role for somebody. Raises Refused for oneself, for a role that waits or is held already."""
    check_permitted(by, Permission.MANAGE_USERS)
    _check_another(by, user)
    check_posting(user=user, role=role, agency=agency, scheme=scheme, team=team, area=area, starts=starts, ends=ends)
    same = AccountRequest.objects.filter(user=user, decided_at=None, role=role, agency=agency, scheme=scheme)
    if same.exists():
        raise Refused(f"The role {role.label.lower()} at {agency} waits for approval already.")
    return AccountRequest.objects.create(
        kind=RequestKind.POSTING, scheme=scheme, user=user, role=role, agency=agency, team=team, area=area,
        supervises=supervises, starts=starts, ends=ends, reason=reason.strip(), asked_by=by,
    )  # fmt: skip


@transaction.atomic
def ask_for_enabling(*, by: User, user: User, scheme: Scheme, reason: str) -> AccountRequest:
    """Ask that a disabled account be opened again. Raises Refused where it is open or that waits already."""
    if user.is_active:
        raise Refused("This account is not disabled.")
    return _ask(by, user, scheme, RequestKind.ENABLE, reason)


@transaction.atomic
def ask_for_link(*, by: User, user: User, scheme: Scheme, reason: str) -> AccountRequest:
    """Ask for a link that sets a password: a first one that ran out, or one forgotten. The second factor stays.

    Raises Refused for a disabled account.
    """
    if not user.is_active:
        raise Refused("A link opens no disabled account. Ask that it be enabled.")
    return _ask(by, user, scheme, RequestKind.LINK, reason)


@transaction.atomic
def end_role(*, by: User, posting: Posting, on: date | None) -> None:
    """End a role from a day on, or at once, felt on the next request. Raises Refused as `end_posting` does."""
    check_permitted(by, Permission.MANAGE_USERS)
    end_posting(by=by, posting=posting, on=on)


def _ask(by: User, user: User, scheme: Scheme, kind: RequestKind, reason: str) -> AccountRequest:
    check_permitted(by, Permission.MANAGE_USERS)
    _check_another(by, user)
    if AccountRequest.objects.filter(user=user, kind=kind, decided_at=None).exists():
        raise Refused("This waits for approval already.")
    return AccountRequest.objects.create(kind=kind, scheme=scheme, user=user, reason=reason.strip(), asked_by=by)


def _check_another(by: User, user: User) -> None:
    if user.pk == by.pk:
        raise Refused(NOT_YOURSELF)
