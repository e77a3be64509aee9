"""What every page about a meeting needs: the meeting, the item, and the way back."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from trellis.rules.access import check_may
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Permission
from trellis.service.access.queries import signed_in
from trellis.service.meetings.models import Meeting, PersonItem
from trellis.service.people.opening import person_or_refusal
from trellis.service.ui.forms import Form


def meeting_or_404(meeting_id: int) -> Meeting:
    """A meeting that the reader may see."""
    found: Meeting = get_object_or_404(Meeting.objects.select_related("scheme"), pk=meeting_id)
    return found


def item_or_refusal(request: HttpRequest, item_id: int) -> PersonItem:
    """A person's place on an agenda, for a reader who may see both."""
    rows = PersonItem.objects.current().select_related("meeting__scheme", "person__scheme")
    found: PersonItem = get_object_or_404(rows, pk=item_id)
    person_or_refusal(request, found.person_id)
    return found


def check_holds(request: HttpRequest) -> None:
    """Refuse a request to write by somebody who only attends."""
    try:
        check_may(signed_in(request).roles, Permission.HOLD_MEETINGS)
    except Refused as refusal:
        raise PermissionDenied(str(refusal)) from refusal


def form_page(
    request: HttpRequest, meeting: Meeting, form: Form, title: str, submit: str, **context: Any
) -> HttpResponse:
    """Draw a form about a meeting."""
    back = reverse("meetings:meeting", args=[meeting.pk])
    ways = {"back": back, "cancel": back, "caption": str(meeting)}
    return render(request, "ui/form.html", ways | {"form": form, "title": title, "submit": submit} | context)
