"""Minutes as each recipient may read them, and putting a line right."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from trellis.rules.vocabulary import MinuteKind, Permission
from trellis.service.access.queries import signed_in
from trellis.service.access.views import needs
from trellis.service.meetings.actions.minutes import correct_minute
from trellis.service.meetings.forms.capturing import CorrectionForm
from trellis.service.meetings.models import Minute
from trellis.service.meetings.queries.attendance import attendance_of
from trellis.service.meetings.queries.minutes import minutes_of
from trellis.service.meetings.views.shared import meeting_or_404
from trellis.service.people.opening import person_or_refusal
from trellis.service.people.standing import row_now, standing_of
from trellis.service.ui.editing import Editing, Standing


@needs(Permission.ATTEND_MEETINGS)
def minutes(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Show the minutes of a meeting, to read and to print: what this reader may see of them."""
    meeting, signed = meeting_or_404(meeting_id), signed_in(request)
    context = {
        "title": "Minutes",
        "meeting": meeting,
        "minutes": minutes_of(meeting),
        "members": attendance_of(meeting),
        "reader": signed.user,
        "agency": signed.agency,
        "may_hold": signed.may(Permission.HOLD_MEETINGS),
        "today": timezone.localdate(),
        "back": reverse("meetings:meeting", args=[meeting.pk]),
    }
    return render(request, "meetings/minutes.html", context)


@needs(Permission.HOLD_MEETINGS)
def correct(request: HttpRequest, minute_id: int) -> HttpResponse:
    """Put a line of the minutes about somebody right."""
    drawn = get_object_or_404(Minute.objects.exclude(kind=MinuteKind.ACTION), pk=minute_id)
    person = person_or_refusal(request, drawn.person_id)
    by = signed_in(request).user

    def read() -> Standing:
        row = row_now(drawn)
        return standing_of(row, mark=row.pk, values={"text": row.text})

    def act(row: int, said: dict[str, Any]) -> None:
        correct_minute(minute=Minute.objects.get(pk=row), text=said["text"], why=said["why"], by=by)

    editing = Editing(request, CorrectionForm, record=f"meetings.Minute {drawn.pk}", read=read)
    back = reverse("meetings:minutes", args=[drawn.meeting_id])
    if editing.save(act):
        messages.success(request, "The minutes are corrected. What they said before stays on the record.")
        return redirect(back)
    context = {"title": "Correct the minutes", "submit": "Save", "caption": str(person), "back": back, "cancel": back}
    return editing.page(context)
