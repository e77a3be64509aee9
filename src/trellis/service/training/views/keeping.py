"""Recording a course, confirming one, withdrawing one, and saying what one needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from trellis.rules.errors import Refused
from trellis.service.access.queries import signed_in
from trellis.service.schemes.models import Scheme
from trellis.service.training.actions.records import (
    confirm_completion,
    record_completion,
    state_need,
    withdraw_completion,
)
from trellis.service.training.forms import CompletionForm, ConfirmForm, NeedForm, WithdrawForm
from trellis.service.training.models import Completion
from trellis.service.training.queries.records import course_set
from trellis.service.training.views.reading import overseen_user
from trellis.service.ui.forms import Form


def record(request: HttpRequest, user_id: int) -> HttpResponse:
    """Record a course that a colleague completed, or one's own for somebody else to confirm."""
    signed = signed_in(request)
    user, scheme = overseen_user(signed, user_id), _scheme(request)
    own = user.pk == signed.user.pk
    form = CompletionForm(request.POST or None, courses=course_set(scheme), own=own)
    said = "Recorded. It counts once somebody who looks after your training has confirmed it." if own else "Recorded."
    lede = "It counts once your supervisor, a coordinator or an administrator has confirmed it." if own else ""

    def act() -> None:
        answers = {name: value for name, value in form.cleaned_data.items() if name != "competent"}
        competent = bool(form.cleaned_data.get("competent"))
        record_completion(by=signed.user, user=user, scheme=scheme, competent=competent, **answers)

    words = {"title": "Record a course", "caption": str(user), "lede": lede, "submit": "Record it"}
    return _asked(request, form, act, said=said, home=_home(request, user.pk), words=words)


def confirm(request: HttpRequest, completion_id: int) -> HttpResponse:
    """Confirm a course that a colleague recorded."""
    row = _completion(request, completion_id)
    course = course_set(row.scheme).course(row.course)
    form = ConfirmForm(request.POST if request.method == "POST" else None, judged=bool(course and course.judged))
    words = {
        "title": "Confirm a course",
        "caption": str(row.user),
        "lede": f"{row.course_name}, completed on {row.completed_on:%-d %B %Y}. {row.evidence}.",
        "submit": "Confirm it",
    }
    return _asked(
        request, form,
        lambda: confirm_completion(
            by=signed_in(request).user, completion=row, competent=bool(form.cleaned_data.get("competent"))
        ),
        said="Confirmed.", home=_home(request, row.user_id), words=words,
    )  # fmt: skip


def withdraw(request: HttpRequest, completion_id: int) -> HttpResponse:
    """Take back what was recorded in error."""
    row = _completion(request, completion_id)
    form = WithdrawForm(request.POST or None)
    words = {
        "title": "Withdraw a course",
        "caption": str(row.user),
        "lede": f"{row.course_name}, completed on {row.completed_on:%-d %B %Y}. The record of it stays, with why.",
        "submit": "Withdraw it",
    }
    return _asked(
        request, form,
        lambda: withdraw_completion(by=signed_in(request).user, completion=row, why=form.cleaned_data["why"]),
        said="Withdrawn.", home=_home(request, row.user_id), words=words,
    )  # fmt: skip


def need(request: HttpRequest) -> HttpResponse:
    """Say whether one's training is enough, and what would help."""
    signed, scheme = signed_in(request), _scheme(request)
    form = NeedForm(request.POST or None, courses=course_set(scheme))
    words = {"title": "What you say of your training", "submit": "Keep my answer"}
    return _asked(
        request, form, lambda: state_need(by=signed.user, scheme=scheme, **form.cleaned_data),
        said="Your answer is kept.", home=reverse("training:mine"), words=words,
    )  # fmt: skip


def _asked(
    request: HttpRequest, form: Form, act: Callable[[], object], *, said: str, home: str, words: dict[str, Any]
) -> HttpResponse:
    """Draw a form, do what it asks, and go home with what is said of it."""
    if form.is_valid():
        try:
            act()
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, said)
            return redirect(home)
    return render(request, "ui/form.html", {"form": form, "back": home, "cancel": home} | words)


def _scheme(request: HttpRequest) -> Scheme:
    scheme = signed_in(request).scheme
    if scheme is None:
        raise Http404("You work in no scheme today.")
    return scheme


def _home(request: HttpRequest, user_id: int) -> str:
    own = user_id == signed_in(request).user.pk
    return reverse("training:mine") if own else reverse("training:colleague", args=[user_id])


def _completion(request: HttpRequest, completion_id: int) -> Completion:
    """A colleague's completion that stands, of those whose training the reader looks after."""
    rows = Completion.objects.filter(withdrawn_at=None).select_related("user", "scheme")
    found: Completion = get_object_or_404(rows, pk=completion_id)
    overseen_user(signed_in(request), found.user_id)
    return found
