"""What agencies bring to a meeting: updates before it, who is invited, who came."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Compartment, Permission
from trellis.service.access.queries import officers_with, signed_in
from trellis.service.access.stepping_up import recently_proved
from trellis.service.access.views import needs
from trellis.service.common.register import roles_with
from trellis.service.meetings.actions.attending import give_update, invite, nothing_to_add, record_attendance
from trellis.service.meetings.forms.capturing import AttendanceForm, UpdateForm, attendance_values, presences
from trellis.service.meetings.forms.planning import InviteForm
from trellis.service.meetings.models import Attendance, Invitation, Meeting
from trellis.service.meetings.queries.attendance import attendance_of, last_of
from trellis.service.meetings.views.shared import form_page, item_or_refusal, meeting_or_404
from trellis.service.ui.editing import Editing, Standing
from trellis.service.work.queries.documents import compartments_open


@needs(Permission.ATTEND_MEETINGS)
def update(request: HttpRequest, item_id: int) -> HttpResponse:
    """Give one's agency's update on somebody."""
    item = item_or_refusal(request, item_id)
    form = UpdateForm(request.POST or None, compartments=compartments_open(item.person_id))
    if form.is_valid():
        said = form.cleaned_data
        try:
            give_update(
                item=item, text=said["text"], by=signed_in(request).user,
                compartment=Compartment(said.get("compartment") or Compartment.CORE),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Your agency’s update is on the agenda.")
            return redirect(f"{reverse('meetings:meeting', args=[item.meeting_id])}#item-{item.pk}")
    return form_page(request, item.meeting, form, "Give your agency’s update", "Give the update", lede=str(item.person))


@needs(Permission.ATTEND_MEETINGS)
@require_POST
def nothing(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Say that one's agency has nothing to add."""
    meeting = meeting_or_404(meeting_id)
    try:
        nothing_to_add(meeting=meeting, by=signed_in(request).user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "It is recorded that your agency has answered.")
    return redirect("meetings:meeting", meeting.pk)


@needs(Permission.HOLD_MEETINGS)
@recently_proved
def invited(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Ask people to a meeting; a coordinator may open the records of those on its agenda to them."""
    meeting, signed = meeting_or_404(meeting_id), signed_in(request)
    standing = list(Invitation.objects.filter(meeting=meeting).select_related("user", "agency"))
    known = {one.user_id for one in standing}
    postings = {
        one.user_id: one
        for one in officers_with(roles_with(Permission.ATTEND_MEETINGS), meeting.scheme)
        if one.user_id not in known
    }
    may_open = signed.may(Permission.DECIDE)
    form = InviteForm(request.POST or None, postings=postings.values(), may_open=may_open)
    if form.is_valid():
        try:
            opened = invite(
                meeting=meeting, postings=form.chosen(), open_records=bool(form.cleaned_data.get("open_records")),
                by=signed.user,
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            more = " They see those on the agenda until the meeting ends." if opened else ""
            messages.success(request, f"Those you chose are invited.{more}")
            return redirect("meetings:meeting", meeting.pk)
    back = reverse("meetings:meeting", args=[meeting.pk])
    context = {"title": "Invite people", "form": form, "meeting": meeting, "standing": standing, "back": back}
    return render(request, "meetings/invite.html", context)


@needs(Permission.HOLD_MEETINGS)
def attendance(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Record of each agency whether it came."""
    meeting, by = meeting_or_404(meeting_id), signed_in(request).user
    members = [one for one in attendance_of(meeting) if one.expected or one.latest]

    def make(*args: Any, **kwargs: Any) -> AttendanceForm:
        return AttendanceForm(*args, members=members, **kwargs)

    def read() -> Standing:
        rows = list(Attendance.objects.filter(meeting=meeting).order_by("id").select_related("recorded_by"))
        now = [one for one in attendance_of(meeting) if one.agency in {each.agency for each in members}]
        who = str(rows[-1].recorded_by) if rows else ""
        return Standing(last_of(rows), attendance_values(now), who, rows[-1].recorded_at if rows else None)

    def act(mark: int, said: dict[str, Any]) -> None:
        record_attendance(meeting=meeting, mark=mark, presences=presences(said, members), by=by)

    editing = Editing(request, make, record=f"meetings.Attendance {meeting.pk}", read=read)
    if editing.save(act):
        messages.success(request, "Attendance is recorded.")
        return redirect("meetings:meeting", meeting.pk)
    return editing.page(_about(meeting), "meetings/attendance.html")


def _about(meeting: Meeting) -> dict[str, Any]:
    back = reverse("meetings:meeting", args=[meeting.pk])
    return {"title": "Who came", "submit": "Save", "back": back, "cancel": back, "caption": str(meeting)}
