"""Safety alerts: record one, look at one again, end one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Permission
from trellis.service.access.queries import signed_in
from trellis.service.access.views import needs
from trellis.service.home.forms import AlertForm, AlertReview
from trellis.service.home.presenting import review_words
from trellis.service.people.actions import end_alert, review_alert
from trellis.service.people.models import Alert
from trellis.service.people.opening import person_or_refusal
from trellis.service.people.standing import row_now, standing_of
from trellis.service.record.actions import record_alert
from trellis.service.ui.editing import Editing, Standing


@needs(Permission.MANAGE_ALERTS)
def alerts(request: HttpRequest, person_id: int) -> HttpResponse:
    """Show the alerts in force about a person, and record another."""
    person = person_or_refusal(request, person_id)
    signed = signed_in(request)
    today = timezone.localdate()
    form = AlertForm(request.POST or None, initial={"starts": today})
    if form.is_valid():
        if signed.agency is None:
            raise PermissionDenied("You act for no agency, and an alert is an agency’s record.")
        try:
            record_alert(person=person, agency=signed.agency, by=signed.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The alert is in force.")
            return redirect("home:person", person.pk)
    standing = Alert.objects.current().as_at(today).filter(person=person).select_related("agency").order_by("review_on")
    context = {
        "title": "Alerts",
        "person": person,
        "form": form,
        "alerts": [(alert, review_words(alert.review_on, today)) for alert in standing],
        "back": reverse("home:person", args=[person.pk]),
    }
    return render(request, "home/alerts.html", context)


@needs(Permission.MANAGE_ALERTS)
def review(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Look at an alert again: keep it with its next review, or end it with a why."""
    alert = _drawn_from(request, alert_id)
    editing = Editing(
        request,
        AlertReview,
        record=f"people.Alert {alert.pk}",
        read=lambda: _standing(alert),
        asked={"verdict": None, "review_on": None, "ends": timezone.localdate()},
    )
    if editing.save(lambda row, answers: _carry_out(request, Alert.objects.get(pk=row), answers)):
        return redirect("home:person", alert.person_id)
    back = reverse("home:alerts", args=[alert.person_id])
    context = {
        "title": "Review an alert",
        "heading": f"Review the alert: {alert.get_kind_display().lower()}",
        "caption": str(alert.person),
        "lede": review_words(alert.review_on, timezone.localdate()),
        "submit": "Save the review",
        "back": back,
        "cancel": back,
    }
    return editing.page(context)


def _drawn_from(request: HttpRequest, alert_id: int) -> Alert:
    """The alert to review. What was written about one that has been corrected since is taken in all the same."""
    alerts = Alert.objects.all() if request.method == "POST" else Alert.objects.current()
    alert: Alert = get_object_or_404(alerts.select_related("person"), pk=alert_id)
    person_or_refusal(request, alert.person_id)
    return alert


def _standing(drawn: Alert) -> Standing:
    alert = row_now(drawn)
    values = {name: getattr(alert, name) for name in ("reason", "review_on", "ends")}
    return standing_of(alert, mark=alert.pk, values=values | {"verdict": "end" if alert.ends else "keep"})


def _carry_out(request: HttpRequest, alert: Alert, asked: dict[str, Any]) -> None:
    by = signed_in(request).user
    if asked["verdict"] == "end":
        end_alert(alert=alert, ends=asked["ends"], why=asked["why"], by=by)
        messages.success(request, "The alert has ended. It stays in the timeline.")
    else:
        review_alert(alert=alert, reason=asked["reason"], review_on=asked["review_on"], by=by)
        messages.success(request, "The alert stays in force.")
