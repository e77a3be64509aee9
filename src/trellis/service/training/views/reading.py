"""One's own training, a colleague's, and the team's."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from trellis.rules.training import FELT_TRAINED_BELOW, JUDGED_SUFFICIENT
from trellis.service.access.models import User
from trellis.service.access.queries import Signed, signed_in
from trellis.service.schemes.models import Scheme
from trellis.service.training.presenting import Filter, filters, shown_courses
from trellis.service.training.queries.overseen import looks_after, overseen, working_in
from trellis.service.training.queries.records import completions_of, course_set, lines_of, opinion_of, wanted
from trellis.service.ui.views import Page, paginate


def mine(request: HttpRequest) -> HttpResponse:
    """Show the reader's own training and what they said they need."""
    signed = signed_in(request)
    context = {"title": "Your training", "own": True, "rooms": rooms(signed, "training:mine")}
    return _record(request, signed.user, signed.scheme, context)


def colleague(request: HttpRequest, user_id: int) -> HttpResponse:
    """Show a colleague's training to whoever looks after it."""
    signed = signed_in(request)
    scheme = signed.scheme
    user = overseen_user(signed, user_id)
    context = {"title": "Training", "own": user.pk == signed.user.pk, "back": reverse("training:team")}
    return _record(request, user, scheme, context)


def team(request: HttpRequest) -> HttpResponse:
    """Show who lacks what, whose courses end soon, and what the team says of its training."""
    signed = signed_in(request)
    scheme, today = signed.scheme, timezone.localdate()
    lines = lines_of(overseen(signed.postings, scheme), scheme, today) if scheme else []
    ids = [line.user.pk for line in lines]
    waiting = {user for user, rows in completions_of(ids).items() if any(row.confirmed_at is None for row in rows)}
    shown: Filter = filters(lines, waiting, request.GET.get("show", ""), reverse("training:team"))
    needs = [line.need for line in lines if line.need]
    page: Page[Any] = paginate(request, shown.lines)
    context = {
        "title": "Your team’s training",
        "rooms": rooms(signed, "training:team"),
        "looks_after": looks_after(signed.postings),
        "tiles": shown.tiles,
        "showing": shown.showing,
        "page": page,
        "waiting": waiting,
        "opinion": opinion_of(needs),
        "staff": len(lines),
        "wanted": wanted(needs, course_set(scheme)) if scheme else {},
        "felt_trained_below": FELT_TRAINED_BELOW,
        "judged_sufficient": JUDGED_SUFFICIENT,
    }
    return render(request, "training/team.html", context)


def rooms(signed: Signed, here: str) -> list[dict[str, Any]]:
    """The pages beside one another, for whoever looks after others' training too."""
    if not looks_after(signed.postings):
        return []
    offered = (("Your training", "training:mine"), ("Your team’s training", "training:team"))
    return [{"text": text, "href": reverse(name), "active": name == here} for text, name in offered]


def overseen_user(signed: Signed, user_id: int) -> User:
    """A user whose training the reader looks after, or who they are; anybody else answers 404."""
    if user_id == signed.user.pk:
        return signed.user
    found = overseen(signed.postings, signed.scheme).filter(user_id=user_id).first() if signed.scheme else None
    if found is None:
        raise Http404("No training record of that number is yours to look after.")
    return found.user


def _record(request: HttpRequest, user: User, scheme: Scheme | None, context: dict[str, Any]) -> HttpResponse:
    signed, today = signed_in(request), timezone.localdate()
    own = user.pk == signed.user.pk
    context |= {"user": user, "may_keep": not own and looks_after(signed.postings), "may_record": scheme is not None}
    if scheme is not None:
        known = course_set(scheme)
        line = next(iter(lines_of(working_in(scheme).filter(user=user), scheme, today)), None)
        rows = completions_of([user.pk]).get(user.pk, [])
        need = line.need if line else None
        context |= {"courses": shown_courses(line, rows, known, today), "need": need}
        context["wanted"] = [course.name for course in known.picked(need.courses)] if need else []
    return render(request, "training/record.html", context)
