"""Restricted records: set a restriction, approve, review and lift it, and list those in force."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Permission
from trellis.service.access.models import Limit
from trellis.service.access.queries import signed_in
from trellis.service.access.stepping_up import recently_proved
from trellis.service.access.views import needs
from trellis.service.people.models import Person
from trellis.service.people.opening import person_or_refusal
from trellis.service.protection.actions.limits import approve_limit, ask_to_lift, lift_limit, review_limit, set_limit
from trellis.service.protection.actions.naming import answer_name_changes, ask_to_change_names
from trellis.service.protection.forms import LiftForm, LimitReviewForm, NamesForm, RestrictForm
from trellis.service.protection.queries.limits import (
    changes_waiting,
    history_of,
    limits_seen,
    names_on,
    state_of,
    teams_to_name,
    with_waits,
)
from trellis.service.protection.queries.people import names_of, workers_of
from trellis.service.ui.views import Page, paginate


@needs(Permission.RESTRICT_RECORDS)
@recently_proved
def restrict(request: HttpRequest, person_id: int) -> HttpResponse:
    """Restrict who may open a record, from this moment."""
    person = person_or_refusal(request, person_id, Person.objects.select_related("scheme"))
    form = RestrictForm(request.POST or None, users=workers_of(person.scheme), teams=teams_to_name(person.scheme))
    if form.is_valid():
        try:
            limit = set_limit(by=signed_in(request).user, person=person, **form.asked())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The restriction is in force. Somebody else is to approve it.")
            return redirect("protection:restriction", limit.pk)
    context = {
        "title": "Restrict a record",
        "caption": str(person),
        "lede": "It is in force at once, whoever has access today. Another person approves it, and two lift it.",
        "form": form,
        "submit": "Restrict the record",
        "back": reverse("home:person", args=[person.pk]),
        "cancel": reverse("home:person", args=[person.pk]),
    }
    return render(request, "ui/form.html", context)


@needs(Permission.RESTRICT_RECORDS)
def restrictions(request: HttpRequest) -> HttpResponse:
    """List the restrictions that the reader may know of: in force, or lifted with `?lifted=yes`."""
    in_force = request.GET.get("lifted") != "yes"
    page: Page[Limit] = paginate(request, limits_seen(in_force=in_force))
    names = names_of(limit.person_id for limit in page.items)
    today = timezone.localdate()
    context = {
        "title": "Restricted records",
        "limits": [(limit, names[limit.person_id], state_of(limit, today)) for limit in page.items],
        "page": page,
        "in_force": in_force,
    }
    return render(request, "protection/restrictions.html", context)


@needs(Permission.RESTRICT_RECORDS)
def restriction(request: HttpRequest, limit_id: int) -> HttpResponse:
    """Show one restriction: whom it names, what was done about it, and what may be done now."""
    limit = _limit(limit_id)
    user = signed_in(request).user
    lifted = limit.lifted_at is not None
    changes = [] if lifted else changes_waiting(limit)
    context = {
        "title": "Restriction",
        "limit": limit,
        "person": names_of([limit.person_id])[limit.person_id],
        "state": state_of(limit, timezone.localdate()),
        "names": names_on(limit),
        "changes": changes,
        "asked_by_reader": any(one.asked_by_id == user.pk for one in changes),
        "history": history_of(limit),
        "may_approve": not lifted and limit.approved_at is None and limit.set_by_id != user.pk,
        "may_ask_to_lift": not lifted and limit.lift_asked_at is None,
        "may_lift": not lifted and limit.lift_asked_at is not None and limit.lift_asked_by_id != user.pk,
        "lifted": lifted,
        "back": reverse("protection:restrictions"),
    }
    return render(request, "protection/restriction.html", context)


@needs(Permission.RESTRICT_RECORDS)
@recently_proved
@require_POST
def approve(request: HttpRequest, limit_id: int) -> HttpResponse:
    """Approve what somebody else has set."""
    limit, by = _limit(limit_id), signed_in(request).user
    return _done(request, limit, lambda: approve_limit(by=by, limit=limit), told="The restriction is approved.")


@needs(Permission.RESTRICT_RECORDS)
@recently_proved
def change_names(request: HttpRequest, limit_id: int) -> HttpResponse:
    """Ask that a restriction name other people or teams."""
    limit = _limit(limit_id)
    names = names_on(limit)
    users, teams = [one.user for one in names if one.user], [one.team for one in names if one.team]
    form = NamesForm(
        request.POST or None,
        # Whoever is named already may have left the scheme since.
        users=sorted({*users, *workers_of(limit.scheme)}, key=str),
        teams=sorted({*teams, *teams_to_name(limit.scheme)}, key=str),
        initial={"users": [str(one.pk) for one in users], "teams": [str(one.pk) for one in teams]},
    )
    if form.is_valid():
        try:
            ask_to_change_names(by=signed_in(request).user, limit=limit, **form.asked())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "You have asked for the change. The names stay until somebody else agrees to it.")
            return redirect("protection:restriction", limit.pk)
    return _form_page(request, limit, form, "Change who is named", "Ask for the change")


@needs(Permission.RESTRICT_RECORDS)
@recently_proved
@require_POST
def answer_names(request: HttpRequest, limit_id: int) -> HttpResponse:
    """Agree to the change of names that somebody asked for, or not."""
    limit, by, agreed = _limit(limit_id), signed_in(request).user, request.POST.get("agreed") == "yes"
    return _done(
        request, limit, lambda: answer_name_changes(by=by, limit=limit, agreed=agreed),
        told="The names are changed." if agreed else "The names stay as they were.",
    )  # fmt: skip


@needs(Permission.RESTRICT_RECORDS)
@recently_proved
@require_POST
def lift(request: HttpRequest, limit_id: int) -> HttpResponse:
    """Lift a restriction at another person's asking."""
    limit, by = _limit(limit_id), signed_in(request).user
    told = "The restriction is lifted. Whoever has access to the record can open it again."
    return _done(request, limit, lambda: lift_limit(by=by, limit=limit), told=told)


@needs(Permission.RESTRICT_RECORDS)
@recently_proved
def review(request: HttpRequest, limit_id: int) -> HttpResponse:
    """Keep a restriction until another day of review."""
    limit = _limit(limit_id)
    form = LimitReviewForm(request.POST or None)
    if form.is_valid():
        try:
            review_limit(by=signed_in(request).user, limit=limit, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The review is recorded. The restriction stays in force.")
            return redirect("protection:restriction", limit.pk)
    return _form_page(request, limit, form, "Review a restriction", "Save the review")


@needs(Permission.RESTRICT_RECORDS)
@recently_proved
def ask_lift(request: HttpRequest, limit_id: int) -> HttpResponse:
    """Ask that a restriction be lifted."""
    limit = _limit(limit_id)
    form = LiftForm(request.POST or None)
    if form.is_valid():
        try:
            ask_to_lift(by=signed_in(request).user, limit=limit, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "You have asked to lift it. It stays in force until somebody else does.")
            return redirect("protection:restriction", limit.pk)
    return _form_page(request, limit, form, "Ask to lift a restriction", "Ask to lift it")


def _limit(limit_id: int) -> Limit:
    limits = with_waits(Limit.objects.all()).select_related(
        "set_by", "approved_by", "lift_asked_by", "lifted_by", "scheme"
    )
    found: Limit = get_object_or_404(limits, pk=limit_id)
    return found


def _done(request: HttpRequest, limit: Limit, act: Callable[[], None], *, told: str) -> HttpResponse:
    """Act on a restriction, say what became of it, and go back to its page."""
    try:
        act()
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, told)
    return redirect("protection:restriction", limit.pk)


def _form_page(request: HttpRequest, limit: Limit, form: object, title: str, submit: str) -> HttpResponse:
    back = reverse("protection:restriction", args=[limit.pk])
    caption = f"{names_of([limit.person_id])[limit.person_id]}: {limit}"
    context = {"title": title, "caption": caption, "form": form, "submit": submit, "back": back, "cancel": back}
    return render(request, "ui/form.html", context)
