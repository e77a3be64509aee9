"""Asking for access to a record, one's own requests, and answering others'."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Compartment, Permission
from trellis.service.access.models import AccessRequest
from trellis.service.access.queries import signed_in
from trellis.service.access.stepping_up import recently_proved
from trellis.service.access.views import needs
from trellis.service.people.opening import told_or_404
from trellis.service.protection.actions.requests import answer_request, ask_for_access
from trellis.service.protection.forms import AnswerForm, AskForm
from trellis.service.protection.queries.people import names_of
from trellis.service.protection.queries.requests import own_requests, waiting_for_answer
from trellis.service.ui.views import Page, paginate


@needs(Permission.ASK_FOR_ACCESS)
def ask(request: HttpRequest, person_id: int) -> HttpResponse:
    """Ask for a record that one may not open."""
    told_or_404(person_id)
    form = AskForm(request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        asked = said | {"compartments": [Compartment(one) for one in said["compartments"]]}
        try:
            ask_for_access(by=signed_in(request).user, person_id=person_id, **asked)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "You have asked for access. The answer will stand here, and you will be told.")
            return redirect("protection:requests")
    context = {
        "title": "Ask for access",
        "form": form,
        "lede": "A coordinator or an information officer decides. They see who you are and what you write here.",
        "submit": "Ask for access",
        "back": reverse("home:work"),
        "cancel": reverse("home:work"),
    }
    return render(request, "ui/form.html", context)


@needs(Permission.ASK_FOR_ACCESS, Permission.DECIDE_ACCESS)
def requests(request: HttpRequest) -> HttpResponse:
    """Show the requests that wait for the reader's answer, and their own."""
    signed = signed_in(request)
    decides = signed.may(Permission.DECIDE_ACCESS)
    waiting = list(waiting_for_answer(signed.user)) if decides else []
    page: Page[AccessRequest] = paginate(request, own_requests(signed.user))
    names = names_of(one.person_id for one in [*waiting, *page.items])
    context = {
        "title": "Requests for access",
        "decides": decides,
        "asks": signed.may(Permission.ASK_FOR_ACCESS),
        "waiting": [(one, names[one.person_id], _words(one)) for one in waiting],
        "own": [(one, names[one.person_id], _words(one)) for one in page.items],
        "page": page,
    }
    return render(request, "protection/requests.html", context)


@needs(Permission.DECIDE_ACCESS)
@recently_proved
def answer(request: HttpRequest, request_id: int) -> HttpResponse:
    """Answer somebody's request."""
    asked = get_object_or_404(AccessRequest.objects.select_related("asked_by", "agency", "decided_by"), pk=request_id)
    user = signed_in(request).user
    form = AnswerForm(request.POST or None)
    if form.is_valid():
        try:
            answer_request(by=user, request=asked, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            said = "opened to them" if form.cleaned_data["allowed"] else "not opened"
            messages.success(request, f"The record is {said}. {asked.asked_by} is told.")
            return redirect("protection:requests")
    context = {
        "title": "Answer a request for access",
        "asked": asked,
        "person": names_of([asked.person_id])[asked.person_id],
        "opens": _words(asked),
        "own": asked.asked_by_id == user.pk,
        "form": form,
        "back": reverse("protection:requests"),
    }
    return render(request, "protection/answer.html", context)


def _words(asked: AccessRequest) -> str:
    return ", ".join(Compartment(one).label for one in asked.compartments)
