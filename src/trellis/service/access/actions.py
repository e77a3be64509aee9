"""Making accounts and giving roles. The first accounts come from `trellis user`, later ones from the screens."""

from __future__ import annotations

from datetime import date, datetime, time

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from trellis.rules.access import COMPARTMENTS_SEEN, STAGES_SEEN
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import GrantBasis, Role
from trellis.service.access.actor import acting, current_actor
from trellis.service.access.models import Cover, Grant, Posting, User
from trellis.service.access.system_actors import ADMINISTRATION
from trellis.service.schemes.models import Agency, Area, Scheme, Team
from trellis.service.schemes.queries import areas_where_people_live

# What opens one person to somebody for their work at an agency. Emergency access is over within the hour as it is.
FOR_WORK = (GrantBasis.ALLOCATED, GrantBasis.VIEW, GrantBasis.PANEL, GrantBasis.REQUEST)


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
    area: Area | None = None,
    supervises: bool = False,
    email: str = "",
    starts: date | None = None,
    ends: date | None = None,
    password: str | None = None,
) -> User:
    """Make an account with its first posting, and the sight of whole stages that its role brings.

    Without a password nobody can sign in to it by password. Raises Refused for a name that is taken, a password that is
    too short or too common, and whatever `add_posting` refuses.
    """
    check_username_free(username)
    if password is not None:
        _check_password(password)
    user = User.objects.create_user(username, password, name=name, email=email)
    add_posting(
        by=by, user=user, role=role, agency=agency, scheme=scheme, team=team, area=area, supervises=supervises,
        starts=starts, ends=ends,
    )  # fmt: skip
    return user


@transaction.atomic
def add_posting(
    *,
    by: User,
    user: User,
    role: Role,
    agency: Agency,
    scheme: Scheme,
    team: Team | None = None,
    area: Area | None = None,
    supervises: bool = False,
    starts: date | None = None,
    ends: date | None = None,
) -> Posting:
    """Give somebody a role from a day (today unless named) until a day on which they no longer hold it.

    An area limits the posting to that local unit. Raises Refused for oneself and for what `check_posting` refuses.
    """
    starts = starts or timezone.localdate()
    check_posting(user=user, role=role, agency=agency, scheme=scheme, team=team, area=area, starts=starts, ends=ends)
    if user.pk == by.pk:
        raise Refused("Nobody gives a role to themselves. Ask another administrator.")
    posting = Posting.objects.create(
        user=user, agency=agency, team=team, scheme=scheme, role=role, area=area, supervises=supervises,
        starts=starts, ends=ends,
    )  # fmt: skip
    _open_stages(posting, by)
    return posting


@transaction.atomic
def end_posting(*, by: User, posting: Posting, on: date | None = None) -> None:
    """End a posting and what it opened, from a day on (today unless named): what it opened before stays as it was.

    With somebody's last posting at an agency end their grants of single people there, and the cover that they give.
    Whom they lead stays theirs on paper until a coordinator names another.

    Raises Refused for one's own posting, one that has ended, a day in the past and a day after the end already set.
    """
    today = timezone.localdate()
    on = on or today
    if posting.user_id == by.pk:
        raise Refused("Nobody changes their own roles. Ask another administrator.")
    if posting.ends is not None and posting.ends <= today:
        raise Refused("This role has ended already.")
    if on < today:
        raise Refused("A role ends today or later: what somebody could see before is not changed.")
    if posting.ends is not None and on > posting.ends:
        raise Refused("A role may end sooner, never later. To keep it longer, give the role anew.")
    # One that has not begun ends on its first day, so it never does.
    posting.ends = max(on, posting.starts)
    posting.save(update_fields=["ends"])
    moment = max(_midnight(posting.ends), timezone.now())
    for grant in _unaccounted_for(posting, moment):
        grant.ends_at = max(moment, grant.starts_at)
        grant.save(update_fields=["ends_at"])
    if (last := _last_day_at_work(posting)) is not None:
        _end_work(posting, last)


@transaction.atomic
def disable_user(*, by: User, user: User) -> None:
    """Close an account from this moment: the next request of any of its sessions is nobody's.

    Its postings stay, so that enabling it again needs no new ones. Raises Refused for oneself.
    """
    if user.pk == by.pk:
        raise Refused("Nobody disables their own account. Ask another administrator.")
    if not user.is_active:
        raise Refused("This account is disabled already.")
    user.is_active = False
    user.save(update_fields=["is_active"])


@transaction.atomic
def enable_user(*, by: User, user: User) -> None:
    """Open an account that was disabled. Raises Refused for oneself."""
    if user.pk == by.pk:
        raise Refused("Nobody enables their own account. Ask another administrator.")
    user.is_active = True
    user.save(update_fields=["is_active"])


def check_username_free(username: str) -> None:
    """Refuse a name for signing in that somebody has."""
    if User.objects.filter(username__iexact=username).exists():
        raise Refused(f"There is an account {username} already. Choose another name for signing in.")


def check_posting(
    *,
    user: User | None,
    role: Role,
    agency: Agency,
    scheme: Scheme,
    team: Team | None,
    area: Area | None,
    starts: date,
    ends: date | None,
) -> None:
    """Refuse a team of another agency, days in the past or the wrong way round, and a role that somebody holds."""
    if team is not None and team.agency_id != agency.pk:
        raise Refused(f"{team} is not a team of {agency}. Choose one of its own.")
    if starts < timezone.localdate():
        raise Refused("A role begins today or later: what somebody could see before is not changed.")
    if ends is not None and ends <= starts:
        raise Refused("The last day is before the first day. Change one of them.")
    if user and _lasts(user, role=role, agency=agency, scheme=scheme, team=team, area=area):
        raise Refused(f"{user} is {role.label.lower()} there already. End that role first to change its dates.")


def _lasts(user: User, **posting: object) -> bool:
    """Whether somebody has such a posting, now or to come."""
    return Posting.objects.filter(Q(ends=None) | Q(ends__gt=timezone.localdate()), user=user, **posting).exists()


def _open_stages(posting: Posting, by: User) -> None:
    """Grant the stages that the posting's role sees: of the whole scheme, or of the areas of its local unit."""
    role = Role(posting.role)
    stages = sorted(STAGES_SEEN[role])
    for area in _areas_opened(posting) if stages else []:
        Grant.objects.create(
            user_id=posting.user_id,
            agency=posting.agency,
            scheme=posting.scheme,
            area=area,
            stages=stages,
            compartments=sorted(COMPARTMENTS_SEEN[role]),
            basis=GrantBasis.UNIT if area else GrantBasis.ROLE,
            reason=f"Works as {role.label.lower()}",
            granted_by=by,
            starts_at=_beginning(posting.starts),
            ends_at=_midnight(posting.ends) if posting.ends else None,
        )


def _last_day_at_work(ending: Posting) -> date | None:
    """The day from which the user has no posting at the agency of one that ends, or None where no such day is set."""
    last = ending.ends
    for other in Posting.objects.filter(user_id=ending.user_id, agency=ending.agency).order_by("starts", "pk"):
        if last is not None and other.starts <= last and (other.ends is None or other.ends > last):
            last = other.ends
    return last


def _end_work(ending: Posting, last: date) -> None:
    """End what single people the user sees for the agency, and the cover they give there, from a day on.

    A grant that names no agency ends too, for it would carry over to the next.
    """
    moment = max(_midnight(last), timezone.now())
    for grant in Grant.objects.filter(
        Q(agency=None) | Q(agency=ending.agency),
        Q(ends_at=None) | Q(ends_at__gt=moment),
        user_id=ending.user_id,
        person_id__isnull=False,
        basis__in=FOR_WORK,
    ):
        grant.ends_at = max(moment, grant.starts_at)
        grant.save(update_fields=["ends_at"])
    actor = current_actor()
    # Cover is the coordinators' to see and to change. Whoever ends roles is none.
    with acting(ADMINISTRATION, request_id=actor.request_id if actor else None):
        for cover in Cover.objects.filter(covered_by_id=ending.user_id, agency=ending.agency, ends__gt=last):
            cover.ends = max(last, cover.starts)
            cover.save(update_fields=["ends"])


def _unaccounted_for(ending: Posting, moment: datetime) -> list[Grant]:
    """The grants of whole stages that would last past the moment, and that none of the user's other postings brought.

    What no posting explains is ended too, so that an end leaves nothing open.
    """
    ours = Grant.objects.filter(
        Q(agency=None) | Q(agency=ending.agency),
        Q(ends_at=None) | Q(ends_at__gt=moment),
        user_id=ending.user_id,
        person_id=None,
        scheme=ending.scheme,
        basis__in=(GrantBasis.ROLE, GrantBasis.UNIT),
    )
    left = list(ours.order_by("pk"))
    others = Posting.objects.filter(user_id=ending.user_id, scheme=ending.scheme, agency=ending.agency)
    for other in others.filter(Q(ends=None) | Q(ends__gt=timezone.localdate())).exclude(pk=ending.pk):
        for area in _areas_opened(other):
            brought = [grant for grant in left if _may_have_brought(other, area, grant)]
            if brought:
                left.remove(max(brought, key=lambda grant: _likeness(other, grant)))
    return left


def _may_have_brought(posting: Posting, area: Area | None, grant: Grant) -> bool:
    role = Role(posting.role)
    same_ground = grant.area_id == (area.pk if area else None) and set(grant.stages) == STAGES_SEEN[role]
    return same_ground and set(grant.compartments) <= COMPARTMENTS_SEEN[role]


def _likeness(posting: Posting, grant: Grant) -> tuple[bool, bool, bool]:
    return (
        set(grant.compartments) == COMPARTMENTS_SEEN[Role(posting.role)],
        grant.ends_at == (_midnight(posting.ends) if posting.ends else None),
        timezone.localdate(grant.starts_at) == posting.starts,
    )


def _areas_opened(posting: Posting) -> list[Area | None]:
    return [*areas_where_people_live(posting.area)] if posting.area else [None]


def _beginning(day: date) -> datetime:
    """The first moment of a posting: now, where it begins today."""
    return max(_midnight(day), timezone.now())


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=timezone.get_current_timezone())


def _check_password(password: str) -> None:
    try:
        validate_password(password)
    except ValidationError as fault:
        raise Refused(" ".join(fault.messages)) from fault
