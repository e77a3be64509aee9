"""What waits for a second person, and what has been decided about an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from trellis.service.access.models import User
from trellis.service.administration.models import AccountDecision, AccountRequest
from trellis.service.schemes.models import Scheme
from trellis.service.ui.filters import date

RECENT = 20
NAMED = ("user", "agency", "team", "area", "asked_by", "decided_by")


def open_requests(scheme: Scheme) -> QuerySet[AccountRequest]:
    """What waits for somebody's approval, the longest waiting first."""
    return AccountRequest.objects.filter(scheme=scheme, decided_at=None).select_related(*NAMED)


def decided_requests(scheme: Scheme) -> QuerySet[AccountRequest]:
    """What was approved or refused of late, the latest first."""
    decided = AccountRequest.objects.filter(scheme=scheme, decided_at__isnull=False).select_related(*NAMED)
    return decided.order_by("-decided_at", "-pk")[:RECENT]


def why_not_decide(request: AccountRequest, reader: User) -> str:
    """Why the reader may not decide a request; empty when they may."""
    if not request.is_open:
        return f"{request.decided_by} has decided this already."
    if request.asked_by_id == reader.pk:
        return "You asked for this, so somebody else decides it: another administrator or the information officer."
    if request.user_id == reader.pk:
        return "This is about your own account, so somebody else decides it."
    return ""


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of an account's history."""

    at: datetime
    text: str
    reason: str
    who: str


def history_of(user: User, scheme: Scheme) -> list[Happening]:
    """What was asked and decided about an account, the latest first."""
    requests = AccountRequest.objects.filter(scheme=scheme, user=user).select_related(*NAMED)
    decisions = AccountDecision.objects.filter(scheme=scheme, user=user).select_related("decided_by")
    lines = [line for request in requests for line in _asked_and_decided(request)]
    lines += [Happening(one.decided_at, _words(one), one.reason, str(one.decided_by)) for one in decisions]
    return sorted(lines, key=lambda line: line.at, reverse=True)


def _asked_and_decided(request: AccountRequest) -> list[Happening]:
    what = request.get_kind_display()
    if request.role:
        what = f"{what}: {request.get_role_display().lower()}"
    lines = [Happening(request.asked_at, f"{what}, asked for", request.reason, str(request.asked_by))]
    if request.decided_at is not None:
        outcome = "approved" if request.approved else "refused"
        lines.append(Happening(request.decided_at, f"{what}, {outcome}", request.decision, str(request.decided_by)))
    return lines


def _words(decision: AccountDecision) -> str:
    if decision.until is None:
        return decision.get_kind_display()
    return f"{decision.get_kind_display()} until {date(decision.until)}"


def account_decisions(scheme: Scheme) -> QuerySet[AccountDecision]:
    """What was decided about accounts of the scheme, the latest first."""
    return AccountDecision.objects.filter(scheme=scheme).select_related("user", "decided_by")


def open_about(user: User) -> QuerySet[AccountRequest]:
    """What waits about one account."""
    return AccountRequest.objects.filter(Q(user=user), decided_at=None).select_related(*NAMED)
