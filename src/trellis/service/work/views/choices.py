"""How the reader wants to be told of things."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from trellis.rules.errors import Refused
from trellis.service.access.queries import signed_in
from trellis.service.work.actions.choices import choose_ways
from trellis.service.work.forms.tasks import ChoicesForm
from trellis.service.work.queries.notices import ways_of_telling


def choices(request: HttpRequest) -> HttpResponse:
    """Choose, for each kind of thing, where and when to be told of it."""
    user = signed_in(request).user
    form = ChoicesForm(request.POST or None, ways=ways_of_telling(user))
    if form.is_valid():
        try:
            choose_ways(by=user, ways=form.chosen())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Your choices are kept.")
            return redirect("work:notices")
    back = reverse("work:notices")
    context = {"title": "How you are told of things", "submit": "Keep my choices", "back": back, "cancel": back}
    return render(request, "work/choices.html", context | {"form": form})
