"""The accounts of a scheme: those that work in it now or have, and those asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import BooleanField, Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone

from trellis.rules.vocabulary import Stage, Word
from trellis.service.access.models import Grant, Posting, User
from trellis.service.administration.models import AccountDecision, AccountRequest, DecisionKind, RequestKind
from trellis.service.schemes.models import Scheme
from trellis.service.ui.filters import short_date


class AccountState(Word):
    """How an account stands. The first that fits is the one shown."""

    WAITING = "waiting", "Waiting for approval"
    DISABLED = "disabled", "Disabled"
    DORMANT = "dormant", "Dormant"
    INVITED = "invited", "Invited"
    ACTIVE = "active", "Active"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which accounts: part of a name or username, an agency, a role, a state; empty is all."""

    text: str = ""
    agency: str = ""
    role: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list: an account with its postings in the scheme, or an invitation that waits."""

    name: str
    username: str
    state: AccountState
    agencies: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    last_sign_in: datetime | None = None
    user_id: int | None = None
    request_id: int | None = None


# A list of both is one query, so it can be sorted and cut into pages by the database.
Rows = QuerySet[User, tuple[int, bool, str, str]]
SEARCHED_AT_MOST = 50


def users_of(scheme: Scheme) -> QuerySet[User]:
    """Everybody who holds a posting in the scheme, or held one."""
    return User.objects.filter(is_system=False, pk__in=Posting.objects.filter(scheme=scheme).values("user"))


def dormant_since() -> datetime:
    """Who has not signed in after this moment is dormant."""
    return timezone.now() - timedelta(days=settings.DORMANT_AFTER_DAYS)


def with_state(users: QuerySet[User], scheme: Scheme) -> QuerySet[User]:
    """The users, each with `state` (a value of AccountState) and `seen_at`, when they signed in or were made."""
    waits = AccountRequest.objects.filter(scheme=scheme, user=OuterRef("pk"), decided_at=None, kind=RequestKind.ENABLE)
    kept_until = AccountDecision.objects.filter(scheme=scheme, user=OuterRef("pk"), kind=DecisionKind.KEEP)
    return users.annotate(
        seen_at=Coalesce("last_login", "joined_at"),
        kept_until=Subquery(kept_until.order_by("-decided_at", "-id").values("until")[:1]),
        state=Case(
            When(Q(is_active=False) & Exists(waits), then=Value(AccountState.WAITING.value)),
            When(is_active=False, then=Value(AccountState.DISABLED.value)),
            When(_dormant(), then=Value(AccountState.DORMANT.value)),
            When(last_login=None, then=Value(AccountState.INVITED.value)),
            default=Value(AccountState.ACTIVE.value),
            output_field=CharField(),
        ),
    )


def _dormant() -> Q:
    still_kept = Q(kept_until__gte=timezone.localdate())
    return Q(seen_at__lt=dormant_since()) & (Q(kept_until=None) | ~still_kept)


def dormant(scheme: Scheme) -> QuerySet[User]:
    """Accounts that somebody must decide about, the longest unused first."""
    return with_state(users_of(scheme), scheme).filter(Q(state=AccountState.DORMANT)).order_by("seen_at", "pk")


def accounts(scheme: Scheme, asked: Asked) -> Rows:
    """The accounts and waiting invitations asked for, by name; `listed` makes lines of a page of them."""
    columns = ("pk", "invited", "shown_as", "state")
    users = with_state(users_of(scheme), scheme).filter(_text(asked))
    if asked.state:
        users = users.filter(Q(state=asked.state))
    if asked.agency or asked.role:
        users = users.filter(Exists(_postings(scheme, asked).filter(user=OuterRef("pk"))))
    lines = users.annotate(invited=_no(), shown_as=Lower("name")).values_list(*columns)
    if asked.state not in {"", AccountState.WAITING}:
        return lines.order_by("shown_as", "pk")
    invitations = AccountRequest.objects.filter(scheme=scheme, kind=RequestKind.INVITE, decided_at=None)
    invitations = invitations.filter(_text(asked), **_given(agency=asked.agency, role=asked.role))
    waiting = invitations.order_by().annotate(
        invited=_yes(), shown_as=Lower("name"), state=Value(AccountState.WAITING.value, output_field=CharField())
    )
    return lines.order_by().union(waiting.values_list(*columns), all=True).order_by("shown_as", "pk")


def _text(asked: Asked) -> Q:
    return Q(name__icontains=asked.text) | Q(username__icontains=asked.text) if asked.text else Q()


def _given(**values: str) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}


def _postings(scheme: Scheme, asked: Asked) -> QuerySet[Posting]:
    return Posting.objects.live().filter(scheme=scheme, **_given(agency=asked.agency, role=asked.role))


def _yes() -> Value:
    return Value(True, output_field=BooleanField())


def _no() -> Value:
    return Value(False, output_field=BooleanField())


def listed(scheme: Scheme, rows: Iterable[tuple[int, bool, str, str]]) -> list[Listed]:
    """Lines for one page of `accounts`: three queries, however many."""
    rows = list(rows)
    users = User.objects.in_bulk([pk for pk, invited, _, _ in rows if not invited])
    requests = AccountRequest.objects.select_related("agency").in_bulk([pk for pk, invited, _, _ in rows if invited])
    postings = _by_user(scheme, users.values())
    return [
        _invitation(requests[pk]) if invited else _account(users[pk], AccountState(state), postings[pk])
        for pk, invited, _, state in rows
    ]


def with_postings(scheme: Scheme, users: Iterable[User]) -> list[tuple[User, list[Posting]]]:
    """Each user with their postings of today in the scheme: one query, however many."""
    users = list(users)
    postings = _by_user(scheme, users)
    return [(user, postings[user.pk]) for user in users]


def _by_user(scheme: Scheme, users: Iterable[User]) -> dict[int, list[Posting]]:
    found: dict[int, list[Posting]] = defaultdict(list)
    for posting in Posting.objects.live().filter(scheme=scheme, user__in=users).select_related("agency"):
        found[posting.user_id].append(posting)
    return found


def _account(user: User, state: AccountState, postings: list[Posting]) -> Listed:
    return Listed(
        name=str(user),
        username=user.username,
        state=state,
        agencies=sorted({str(posting.agency) for posting in postings}),
        roles=sorted({posting.get_role_display() for posting in postings}),
        last_sign_in=user.last_login,
        user_id=user.pk,
    )


def _invitation(request: AccountRequest) -> Listed:
    return Listed(
        name=request.name,
        username=request.username,
        state=AccountState.WAITING,
        agencies=[str(request.agency)],
        roles=[request.get_role_display()],
        request_id=request.pk,
    )


@dataclass(frozen=True, slots=True)
class Held:
    """One posting: until when in words, and whether it can still be ended."""

    posting: Posting
    until: str
    lasts: bool


def held_by(user: User, scheme: Scheme) -> list[Held]:
    """Every posting of somebody in the scheme: those without an end first, then by when they end, the latest first."""
    postings = Posting.objects.filter(user=user, scheme=scheme).select_related("agency", "team", "area")
    today = timezone.localdate()
    return [_held(posting, today) for posting in postings.order_by(F("ends").desc(nulls_first=True), "-starts", "-pk")]


def _held(posting: Posting, today: date) -> Held:
    if posting.ends is None:
        return Held(posting, "No end set", lasts=True)
    if posting.ends <= today:
        return Held(posting, f"Ended {short_date(posting.ends)}", lasts=False)
    return Held(posting, short_date(posting.ends - timedelta(days=1)), lasts=True)


@dataclass(frozen=True, slots=True)
class Opened:
    """What a role opens: whole stages of the scheme or of one area, never one person."""

    because: str
    where: str
    stages: str
    since: datetime
    until: datetime | None


def opened_to(user: User, scheme: Scheme) -> list[Opened]:
    """What somebody's roles open for them, now or soon."""
    grants = Grant.objects.filter(user=user, scheme=scheme, person_id=None).select_related("area")
    lasting = grants.filter(Q(ends_at=None) | Q(ends_at__gt=timezone.now())).order_by("starts_at", "pk")
    return [
        Opened(
            because=grant.get_basis_display(),
            where=str(grant.area) if grant.area else "The whole scheme",
            stages=", ".join(stage.label for stage in Stage if stage in grant.stages),
            since=grant.starts_at,
            until=grant.ends_at,
        )
        for grant in lasting
    ]
