"""The one screen of a meeting: everything on the agenda, and a form for the item that is talked about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from trellis.rules.errors import Refused
from trellis.rules.vocabulary import MeetingStatus, Permission
from trellis.service.access.queries import officers_with, signed_in
from trellis.service.access.views import needs
from trellis.service.common.register import roles_with
from trellis.service.meetings.actions.minutes import minute_general, minute_person
from trellis.service.meetings.forms.capturing import CaptureForm
from trellis.service.meetings.models import GeneralItem, Invitation, Meeting
from trellis.service.meetings.presenting import FIRST_BOX, beside, steps_of
from trellis.service.meetings.queries.agenda import agenda_of
from trellis.service.meetings.queries.attendance import attendance_of
from trellis.service.meetings.queries.suggesting import suggested
from trellis.service.meetings.views.shared import check_holds, item_or_refusal, meeting_or_404
from trellis.service.work.queries.documents import compartments_open


@needs(Permission.ATTEND_MEETINGS)
def meeting(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Show a meeting with its agenda, as far as its reader may see it."""
    return _screen(request, meeting_or_404(meeting_id))


@needs(Permission.ATTEND_MEETINGS)
def item(request: HttpRequest, item_id: int) -> HttpResponse:
    """Show the screen with one person in hand, or minute what is said of them."""
    found = item_or_refusal(request, item_id)
    if request.method == "POST":
        check_holds(request)
    if not signed_in(request).may(Permission.HOLD_MEETINGS):
        return _screen(request, found.meeting, f"item-{found.pk}")
    form = _form(request, found.meeting, compartments=compartments_open(found.person_id))
    by = signed_in(request).user
    if _kept(request, form, lambda: minute_person(item=found, said=form.said(), by=by)):
        return redirect(f"{reverse('meetings:item', args=[found.pk])}#{FIRST_BOX}")
    return _screen(request, found.meeting, f"item-{found.pk}", form)


@needs(Permission.ATTEND_MEETINGS)
def general_item(request: HttpRequest, general_id: int) -> HttpResponse:
    """Show the screen with one general item in hand, or minute what is said under it."""
    found = get_object_or_404(GeneralItem.objects.select_related("meeting__scheme"), pk=general_id)
    if request.method == "POST":
        check_holds(request)
    if not signed_in(request).may(Permission.HOLD_MEETINGS):
        return _screen(request, found.meeting, f"general-{found.pk}")
    form = _form(request, found.meeting)
    by = signed_in(request).user
    if _kept(request, form, lambda: minute_general(item=found, said=form.said(), by=by)):
        return redirect(f"{reverse('meetings:general', args=[found.pk])}#{FIRST_BOX}")
    return _screen(request, found.meeting, f"general-{found.pk}", form)


def _form(request: HttpRequest, about: Meeting, **more: Any) -> CaptureForm:
    return CaptureForm(
        request.POST or None, postings=officers_with(roles_with(Permission.WORK_TASKS), about.scheme), **more
    )


def _kept(request: HttpRequest, form: CaptureForm, act: Callable[[], str | None]) -> bool:
    """Carry out what the form says; False when the screen must be shown (again)."""
    if not form.is_valid():
        return False
    try:
        told = act()
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, f"It is in the minutes. {told}" if told else "It is in the minutes.")
    return True


def _screen(request: HttpRequest, about: Meeting, in_hand: str = "", form: CaptureForm | None = None) -> HttpResponse:
    signed = signed_in(request)
    holds = signed.may(Permission.HOLD_MEETINGS)
    agenda = agenda_of(about)
    members = attendance_of(about)
    can_begin = holds and about.status != MeetingStatus.CANCELLED and about.on <= timezone.localdate()
    steps = steps_of(agenda, to_form=can_begin)
    context = {
        "title": "Meeting",
        "meeting": about,
        "agenda": agenda,
        "members": members,
        "invited": list(Invitation.objects.filter(meeting=about).select_related("user", "agency")),
        "steps": steps,
        "first_box": FIRST_BOX,
        "suggestions": len(suggested(about, about.type.agenda_from)) if holds and about.is_open and about.type else 0,
        "in_hand": in_hand,
        "neighbours": beside(steps, in_hand),
        "form": form if can_begin or request.method == "POST" else None,
        "may_hold": holds,
        "may_minute": can_begin,
        "closes": can_begin and about.is_open,
        "may_decide": signed.may(Permission.DECIDE),
        "sees_referrals": signed.may(Permission.SEE_SCORES),
        "asked": any(one.agency == signed.agency and one.expected and not one.returned for one in members),
        "today": timezone.localdate(),
        "back": reverse("meetings:meetings"),
    }
    return render(request, "meetings/meeting.html", context)
