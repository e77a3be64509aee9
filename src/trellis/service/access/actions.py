"""Making accounts. Administrators' screens will call these; until then the command `trellis user` does."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from trellis.rules.access import STAGES_SEEN
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Compartment, Role
from trellis.service.access.models import Grant, Posting, User
from trellis.service.schemes.models import Agency, Scheme, Team


@transaction.atomic
def add_user(
    *,
    by: User,
    username: str,
    name: str,
    role: Role,
    agency: Agency,
    scheme: Scheme,
    team: Team | None = None,
    password: str | None = None,
) -> User:
    """Make an account with its first posting, and the sight of whole stages that its role brings.

    Without a password nobody can sign in to it by password. Raises Refused for a name that is taken, a team of another
    agency and a password that is too short or too common.
    """
    if User.objects.filter(username__iexact=username).exists():
        raise Refused(f"There is an account {username} already. Choose another name for signing in.")
    if team is not None and team.agency_id != agency.pk:
        raise Refused(f"{team} is not a team of {agency}. Choose one of its own.")
    if password is not None:
        _check_password(password)
    user = User.objects.create_user(username, password, name=name)
    Posting.objects.create(user=user, agency=agency, team=team, scheme=scheme, role=role, starts=timezone.localdate())
    if stages := STAGES_SEEN[role]:
        Grant.objects.create(
            user=user,
            scheme=scheme,
            stages=sorted(stages),
            compartments=[Compartment.CORE],
            basis=f"works as {role.label.lower()}",
            granted_by=by,
        )
    return user


def _check_password(password: str) -> None:
    try:
        validate_password(password)
    except ValidationError as fault:
        raise Refused(" ".join(fault.messages)) from fault
