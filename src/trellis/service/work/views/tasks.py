"""The reader's tasks, one task, and giving work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from trellis.rules.errors import Refused
from trellis.rules.tasks import Repeat, TaskKind, TaskState, latest_snooze
from trellis.rules.vocabulary import Permission, Role
from trellis.service.access.queries import officers_with, signed_in
from trellis.service.access.views import needs
from trellis.service.people.opening import person_or_refusal
from trellis.service.ui.filters import date as long_date
from trellis.service.ui.views import Page, paginate
from trellis.service.work.actions import reassign_task, settle_task, snooze_task, withdraw_task
from trellis.service.work.forms.tasks import AssigneeForm, DoneForm, SnoozeForm, WithdrawForm
from trellis.service.work.models import Task
from trellis.service.work.presenting import Shown, tabs_of, tiles_of, usual_tab
from trellis.service.work.queries.tasks import WITH, TabCounts, counts_of, in_tab, listed, tab_counts
from trellis.service.work.views.giving import give_task_page

MOST_LISTED = 25


def tasks(request: HttpRequest) -> HttpResponse:
    """Show the reader's tasks, their roles', their team's, or those that they gave; the longest due first."""
    signed, today = signed_in(request), timezone.localdate()
    counts: TabCounts = tab_counts(signed)
    tab = request.GET.get("whose", "")
    tab = tab if tab in counts else usual_tab(counts)
    theirs = in_tab(signed, tab)
    when = request.GET.get("when", "")
    page: Page[Task] = paginate(request, listed(theirs, when, today), MOST_LISTED)
    tiles = tiles_of(counts_of(theirs, today), tab, when)
    context = {
        "title": "Tasks",
        "tabs": tabs_of(counts, tab),
        "tiles": tiles,
        "showing": next((tile for tile in tiles if tile.when == when), None),
        "tab": tab,
        "here": request.get_full_path(),
        "page": page,
        "tasks": [Shown.of(task, today) for task in page.items],
        "may": signed.may(Permission.WORK_TASKS),
    }
    return render(request, "work/tasks.html", context)


def task(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Show one task: why it is due, whose it is, and what has become of it."""
    found = _task(request, task_id)
    today = timezone.localdate()
    signed = signed_in(request)
    is_open = found.state == TaskState.OPEN
    latest = latest_snooze(TaskKind(found.kind), found.due_on)
    context = {
        "title": "Task",
        "shown": Shown.of(found, today),
        "task": found,
        "form": DoneForm() if is_open and signed.may(Permission.WORK_TASKS) else None,
        "may_snooze": latest is not None and latest > today,
        "may_withdraw": found.made_by_id == signed.user.pk or signed.may(Permission.DECIDE),
        "repeats": Repeat(found.repeats).label if found.repeats else "",
        "back": _came_from(request),
    }
    return render(request, "work/task.html", context)


@needs(Permission.WORK_TASKS)
@require_POST
def done(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Mark a task as done."""
    found = _task(request, task_id)
    form = DoneForm(request.POST)
    form.is_valid()
    try:
        following = settle_task(task=found, by=signed_in(request).user, why=form.cleaned_data.get("why", ""))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        again = f" It comes again on {long_date(following.due_on)}." if following else ""
        messages.success(request, f"Done: “{found.reason.rstrip('.')}”.{again}")
    return redirect(_came_from(request))


@needs(Permission.WORK_TASKS)
def snooze(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Put a task off until a day."""
    found = _task(request, task_id)
    form = SnoozeForm(request.POST or None)
    latest = latest_snooze(TaskKind(found.kind), found.due_on)
    until = f"Until {long_date(latest)} at the latest. It stays due: you are not reminded until then." if latest else ""
    return _asked(
        request, found, form,
        lambda: snooze_task(
            task=found, by=signed_in(request).user, until=form.cleaned_data["until"], reason=form.cleaned_data["reason"]
        ),
        title="Snooze this task", submit="Snooze", lede=until,
    )  # fmt: skip


@needs(Permission.WORK_TASKS)
def pass_on(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Give a task to somebody else."""
    found = _task(request, task_id)
    signed = signed_in(request)
    form = AssigneeForm(request.POST or None, by=signed.user, postings=officers_with(Role, found.scheme))
    return _asked(
        request, found, form, lambda: reassign_task(task=found, by=signed.user, **form.assignee()),
        title="Pass this task on", submit="Pass on",
    )  # fmt: skip


@needs(Permission.WORK_TASKS)
def withdraw(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Take back a task that is not to be done after all."""
    found = _task(request, task_id)
    form = WithdrawForm(request.POST or None)
    return _asked(
        request, found, form,
        lambda: withdraw_task(task=found, by=signed_in(request).user, why=form.cleaned_data["why"]),
        title="Withdraw this task", submit="Withdraw",
        lede="It goes from every list, and so does what would have followed it. Its page keeps your reason.",
    )  # fmt: skip


@needs(Permission.WORK_TASKS)
def new(request: HttpRequest) -> HttpResponse:
    """Give work that is about nobody on the record."""
    return give_task_page(request, person=None, back=reverse("work:tasks"))


@needs(Permission.WORK_TASKS)
def new_about(request: HttpRequest, person_id: int) -> HttpResponse:
    """Give work about a person."""
    person = person_or_refusal(request, person_id)
    return give_task_page(request, person=person, back=reverse("home:person", args=[person.pk]))


def _asked(request: HttpRequest, found: Task, form: Any, act: Callable[[], object], **words: str) -> HttpResponse:
    """Draw a form about one open task, in these words, and do what it asks."""
    back = reverse("work:task", args=[found.pk])
    if form.is_valid():
        try:
            act()
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("work:tasks" if _is_out_of_sight(found) else back)
    context = {"back": back, "cancel": back, "form": form, "caption": found.reason}
    return render(request, "ui/form.html", context | words)


def _task(request: HttpRequest, task_id: UUID) -> Task:
    found: Task = get_object_or_404(
        Task.objects.select_related(*WITH, "scheme", "snoozed_by", "ended_by", "assigned_by"), pk=task_id
    )
    if found.person_id is not None:
        person_or_refusal(request, found.person_id)
    return found


def _is_out_of_sight(task: Task) -> bool:
    """Whether its reader no longer sees a task that they passed on."""
    return not Task.objects.filter(pk=task.pk).exists()


def _came_from(request: HttpRequest) -> str:
    """The page of this service that says it sent the reader here, or the list."""
    address = request.POST.get("from") or request.GET.get("from") or ""
    ours = url_has_allowed_host_and_scheme(address, allowed_hosts=None) and address.startswith("/")
    return address if ours else reverse("work:tasks")
