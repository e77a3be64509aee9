"""A reader's notices: all of them, and marking them as read."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from trellis.service.access.queries import signed_in
from trellis.service.ui.filters import plural
from trellis.service.ui.views import Page, paginate
from trellis.service.work.actions import mark_read
from trellis.service.work.models import Notice
from trellis.service.work.queries import address_of, notices_of, unread_of
from trellis.service.work.queries.notices import name_tasks


def notices(request: HttpRequest) -> HttpResponse:
    """Show everything the reader was told, the unread first."""
    user = signed_in(request).user
    page: Page[Notice] = paginate(request, notices_of(user))
    name_tasks(page.items)
    context = {
        "title": "Notices",
        "page": page,
        "notices": [(notice, address_of(notice)) for notice in page.items],
        "unread": unread_of(user).count,
    }
    return render(request, "work/notices.html", context)


@require_POST
def read(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Mark one notice as read, and go back to where the reader was."""
    notice = get_object_or_404(Notice, pk=notice_id)
    mark_read(by=signed_in(request).user, notices=[notice.pk])
    return redirect("home:work" if request.POST.get("from") == "home" else "work:notices")


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark every notice of the reader as read."""
    count = mark_read(by=signed_in(request).user)
    messages.success(request, f"{plural(count, 'notice')} marked as read." if count else "Nothing was unread.")
    return redirect("work:notices")
