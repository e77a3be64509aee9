"""Giving work by a form, for every page from which work can follow."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from trellis.rules.errors import Refused
from trellis.rules.tasks import Repeat, TaskKind
from trellis.rules.vocabulary import Role
from trellis.service.access.queries import officers_with, signed_in
from trellis.service.people.models import Person
from trellis.service.work.actions import raise_task
from trellis.service.work.forms.tasks import TaskForm


def give_task_page(
    request: HttpRequest,
    *,
    person: Person | None,
    back: str,
    kind: TaskKind | None = None,
    source: str = "",
    source_key: object = "",
    lede: str = "",
) -> HttpResponse:
    """Draw the form that gives a task, or give it and go back. The caller has fetched the person and what it is of.

    With a kind the form does not ask for one. With a source there is one open task for it: see `raise_task`.
    """
    signed = signed_in(request)
    scheme = person.scheme if person else signed.scheme
    postings = officers_with(Role, scheme) if scheme else []
    form = TaskForm(request.POST or None, by=signed.user, postings=postings, kind=kind)
    if form.is_valid():
        said = form.cleaned_data
        try:
            raise_task(
                by=signed.user, kind=kind or TaskKind(said["kind"]), reason=said["reason"], due_on=said["due_on"],
                person=person, scheme=scheme, repeats=Repeat(said["repeats"]), source=source, source_key=source_key,
                **form.assignee(),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The task is given.")
            return redirect(back)
    context = {"title": "Give a task", "submit": "Give the task", "back": back, "cancel": back, "form": form}
    about = {"caption": str(person)} if person else {}
    return render(request, "ui/form.html", context | about | {"lede": lede})
