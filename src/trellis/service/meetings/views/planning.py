"""Planning a meeting: its type, its day, who is expected, who is on the agenda; holding and cancelling it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from trellis.rules.errors import Refused
from trellis.rules.merging import Changed
from trellis.rules.vocabulary import Permission
from trellis.service.access.queries import signed_in
from trellis.service.access.views import needs
from trellis.service.meetings.actions.planning import (
    add_general_item,
    cancel_meeting,
    change_meeting,
    expect,
    hold_meeting,
    plan_meeting,
    put_on_agenda,
    take_off_agenda,
)
from trellis.service.meetings.forms.planning import (
    DETAILS,
    CancelForm,
    ExpectedForm,
    GeneralItemForm,
    MeetingForm,
    PeopleForm,
    PlanForm,
    details_of,
)
from trellis.service.meetings.models import Meeting
from trellis.service.meetings.queries.suggesting import Suggested, suggested
from trellis.service.meetings.queries.usual import agencies_expected, agencies_in, usual_agencies
from trellis.service.meetings.views.shared import form_page, item_or_refusal, meeting_or_404
from trellis.service.people.models import Person
from trellis.service.schemes.models import Scheme
from trellis.service.schemes.queries import definitions
from trellis.service.ui.editing import Editing, Standing
from trellis.service.ui.filters import plural


def _scheme(request: HttpRequest) -> Scheme:
    scheme = signed_in(request).scheme
    if scheme is None:
        raise PermissionDenied("You work in no scheme today, so there is nothing to plan a meeting for.")
    return scheme


@needs(Permission.HOLD_MEETINGS)
def choose(request: HttpRequest) -> HttpResponse:
    """Choose a type of meeting to plan."""
    context = {"title": "Plan a meeting", "types": definitions().meeting_types.values()}
    return render(request, "meetings/choose.html", context | {"back": reverse("meetings:meetings")})


@needs(Permission.HOLD_MEETINGS)
def plan(request: HttpRequest, kind: str) -> HttpResponse:
    """Plan a meeting of a type."""
    shape = definitions().meeting_types.get(kind)
    if shape is None:
        raise Http404("There is no such type of meeting.")
    scheme = _scheme(request)
    usual, user = usual_agencies(scheme, kind), signed_in(request).user
    begin = {"expected": [str(one.pk) for one in usual], "minutes": shape.minutes, "minute_taker": str(user)}
    form = PlanForm(request.POST or None, agencies=agencies_in(scheme), usual=usual, initial=begin)
    if form.is_valid():
        said = form.cleaned_data
        try:
            made = plan_meeting(
                scheme=scheme, kind=kind, details=details_of(said), expected=form.chosen(), why_not=said["why_not"],
                by=user,
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The meeting is planned. Its agenda writes itself from the record.")
            return redirect("meetings:meeting", made.pk)
    back = reverse("meetings:choose")
    context = {"form": form, "title": "Plan a meeting", "caption": shape.name, "submit": "Plan the meeting"}
    return render(request, "ui/form.html", context | {"back": back, "cancel": reverse("meetings:meetings")})


@needs(Permission.HOLD_MEETINGS)
def change(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Change when, where and by whom a meeting is held."""
    meeting, by = meeting_or_404(meeting_id), signed_in(request).user

    def read() -> Standing:
        now = Meeting.objects.get(pk=meeting.pk)
        return Standing(now.version, {name: getattr(now, name) for name in DETAILS})

    def act(version: int, said: dict[str, Any]) -> None:
        change_meeting(meeting=meeting_or_404(meeting.pk), version=version, details=details_of(said), by=by)

    editing = Editing(request, MeetingForm, record=f"meetings.Meeting {meeting.pk}", read=read)
    if editing.save(act):
        messages.success(request, "The meeting is changed.")
        return redirect("meetings:meeting", meeting.pk)
    back = reverse("meetings:meeting", args=[meeting.pk])
    return editing.page(
        {"title": "Change the meeting", "submit": "Save", "back": back, "cancel": back, "caption": str(meeting)}
    )


@needs(Permission.HOLD_MEETINGS)
def expected(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Say which agencies are expected."""
    meeting = meeting_or_404(meeting_id)
    usual = usual_agencies(meeting.scheme, meeting.kind)
    begin = {"expected": [str(one.pk) for one in agencies_expected(meeting)]}
    form = ExpectedForm(request.POST or None, agencies=agencies_in(meeting.scheme), usual=usual, initial=begin)
    if form.is_valid():
        try:
            expect(
                meeting=meeting, expected=form.chosen(), why_not=form.cleaned_data["why_not"],
                by=signed_in(request).user,
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Who is expected is recorded.")
            return redirect("meetings:meeting", meeting.pk)
    return form_page(request, meeting, form, "Who is expected", "Save")


@needs(Permission.HOLD_MEETINGS)
def people(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Put people on the agenda, of those whom the record suggests."""
    meeting = meeting_or_404(meeting_id)
    found = _suggested(meeting)
    at_once = meeting.type.agenda_from if meeting.type else ()
    begin = {"people": [str(one.person_id) for one, _ in found if one.why in at_once]}
    form = PeopleForm(request.POST or None, found=found, initial=begin)
    if form.is_valid():
        chosen = {int(key): form.found[key] for key in form.cleaned_data["people"]}
        try:
            added = put_on_agenda(meeting=meeting, people=chosen, by=signed_in(request).user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{plural(added, 'person is', 'people are')} put on the agenda.")
            return redirect("meetings:meeting", meeting.pk)
    back = reverse("meetings:meeting", args=[meeting.pk])
    context = {"title": "Put people on the agenda", "form": form, "offered": bool(found), "meeting": meeting}
    return render(request, "meetings/people.html", context | {"back": back})


def _suggested(meeting: Meeting) -> list[tuple[Suggested, Person]]:
    if meeting.type is None or not meeting.is_open:
        return []
    found = suggested(meeting, (*meeting.type.agenda_from, *meeting.type.suggests))
    named = Person.objects.in_bulk([one.person_id for one in found])
    return [(one, named[one.person_id]) for one in found if one.person_id in named]


@needs(Permission.HOLD_MEETINGS)
def general(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Put something on the agenda that is about nobody in particular."""
    meeting = meeting_or_404(meeting_id)
    form = GeneralItemForm(request.POST or None)
    if form.is_valid():
        try:
            add_general_item(meeting=meeting, title=form.cleaned_data["title"], by=signed_in(request).user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("meetings:meeting", meeting.pk)
    return form_page(request, meeting, form, "Add an item", "Add it")


@needs(Permission.HOLD_MEETINGS)
@require_POST
def off(request: HttpRequest, item_id: int) -> HttpResponse:
    """Take somebody off the agenda."""
    item = item_or_refusal(request, item_id)
    try:
        take_off_agenda(item=item, by=signed_in(request).user)
    except (Refused, Changed) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{item.person} is off the agenda.")
    return redirect("meetings:meeting", item.meeting_id)


@needs(Permission.HOLD_MEETINGS)
@require_POST
def hold(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Close a meeting as held."""
    meeting = meeting_or_404(meeting_id)
    try:
        hold_meeting(meeting=meeting, by=signed_in(request).user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("meetings:meeting", meeting.pk)
    messages.success(request, "The meeting is held. Minutes may still be added and corrected.")
    return redirect("meetings:minutes", meeting.pk)


@needs(Permission.HOLD_MEETINGS)
def cancel(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Cancel a meeting."""
    meeting = meeting_or_404(meeting_id)
    form = CancelForm(request.POST or None)
    if form.is_valid():
        try:
            cancel_meeting(meeting=meeting, why=form.cleaned_data["why"], by=signed_in(request).user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The meeting is cancelled.")
            return redirect("meetings:meetings")
    return form_page(request, meeting, form, "Cancel the meeting", "Cancel the meeting")
