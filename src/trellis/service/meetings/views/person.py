"""A person's meetings: when they were discussed, and putting them on an agenda."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from trellis.rules.errors import Refused
from trellis.rules.vocabulary import AgendaSource, MeetingStatus, Permission
from trellis.service.access.queries import signed_in
from trellis.service.access.views import needs
from trellis.service.meetings.actions.planning import put_on_agenda
from trellis.service.meetings.forms.planning import ChooseMeetingForm
from trellis.service.meetings.models import Meeting
from trellis.service.meetings.queries.discussions import discussions_of
from trellis.service.people.opening import person_or_refusal


@needs(Permission.ATTEND_MEETINGS)
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """Show at which meetings a person was discussed, and what was minuted."""
    somebody = person_or_refusal(request, person_id)
    context = {
        "title": "Meetings",
        "person": somebody,
        "back": reverse("home:person", args=[somebody.pk]),
        "discussions": discussions_of(somebody),
        "may_hold": signed_in(request).may(Permission.HOLD_MEETINGS),
    }
    return render(request, "meetings/person.html", context)


@needs(Permission.HOLD_MEETINGS)
def add(request: HttpRequest, person_id: int) -> HttpResponse:
    """Put a person on the agenda of a planned meeting."""
    somebody = person_or_refusal(request, person_id)
    planned = Meeting.objects.filter(scheme=somebody.scheme_id, status=MeetingStatus.PLANNED).order_by("on", "at")
    form = ChooseMeetingForm(request.POST or None, meetings=planned)
    if form.is_valid():
        meeting = form.meetings[form.cleaned_data["meeting"]]
        try:
            added = put_on_agenda(
                meeting=meeting, people={somebody.pk: AgendaSource.ADDED}, by=signed_in(request).user
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            words = "They are on the agenda." if added else "They are on that agenda already."
            messages.success(request, words)
            return redirect("meetings:person", somebody.pk)
    back = reverse("meetings:person", args=[somebody.pk])
    context = {"title": "Put on an agenda", "caption": str(somebody), "form": form, "submit": "Put on the agenda"}
    if not form.meetings:
        context["lede"] = "No meeting is planned. Plan one first, under Meetings."
    return render(request, "ui/form.html", context | {"back": back, "cancel": back})
