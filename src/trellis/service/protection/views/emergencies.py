"""Emergency access: open a record, end it, and review what others did."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from trellis.rules.errors import Refused
from trellis.rules.need_to_know import EMERGENCY_MINUTES
from trellis.rules.reasons import Reason, ReasonKind
from trellis.rules.vocabulary import Compartment, GrantBasis, Permission
from trellis.service.access.models import Grant, User
from trellis.service.access.queries import signed_in
from trellis.service.access.reasons import note_reason
from trellis.service.access.stepping_up import recently_proved
from trellis.service.access.views import needs
from trellis.service.people.opening import told_or_404
from trellis.service.protection.actions.emergencies import (
    NotOpened,
    end_emergency,
    open_in_emergency,
    review_emergency,
    tell_of_refusal,
)
from trellis.service.protection.forms import EmergencyForm, EmergencyReviewForm
from trellis.service.protection.queries.emergencies import due_of, emergencies, read_during, somebody_reviews
from trellis.service.protection.queries.people import names_of
from trellis.service.ui.filters import time_of_day
from trellis.service.ui.views import Page, paginate


@needs(Permission.BREAK_GLASS)
@recently_proved
def emergency(request: HttpRequest, person_id: int) -> HttpResponse:
    """Say what emergency access does, ask for the reason and open the record."""
    told_or_404(person_id)
    user = signed_in(request).user
    form = EmergencyForm(request.POST or None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        note_reason(Reason(ReasonKind.BREAK_GLASS, words=reason))
        try:
            grant = open_in_emergency(by=user, person_id=person_id, reason=reason)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            if isinstance(refusal, NotOpened):
                tell_of_refusal(by=user, person_id=person_id)
        else:
            messages.warning(request, _opened(grant, user))
            return redirect("home:person", person_id)
    context = {
        "title": "Open a record in an emergency",
        "form": form,
        "submit": "Open the record now",
        "minutes": EMERGENCY_MINUTES,
        "back": reverse("home:work"),
        "cancel": reverse("home:work"),
    }
    return render(request, "protection/emergency.html", context)


def _opened(grant: Grant, user: User) -> str:
    until = time_of_day(grant.ends_at) if grant.ends_at else ""
    assert grant.scheme is not None, "emergency access is of one scheme"
    if somebody_reviews(grant.scheme, user):
        return f"The record is open to you until {until}. The information officer is alerted."
    return (
        f"The record is open to you until {until}. Nobody else is posted as information officer, so the coordinators"
        " are alerted."
    )


@needs(Permission.BREAK_GLASS)
@require_POST
def end(request: HttpRequest, person_id: int) -> HttpResponse:
    """End one's own emergency access before its hour is up."""
    told_or_404(person_id)
    ended = end_emergency(by=signed_in(request).user, person_id=person_id)
    messages.success(request, "Your emergency access has ended." if ended else "It had ended already.")
    return redirect("home:work")


@needs(Permission.REVIEW_EMERGENCIES)
def queue(request: HttpRequest) -> HttpResponse:
    """List the uses of emergency access that wait for review, and those reviewed."""
    page: Page[Grant] = paginate(request, emergencies(reviewed=True))
    waiting = list(emergencies(reviewed=False))
    names = names_of(grant.person_id for grant in [*waiting, *page.items])
    today, signed = timezone.localdate(), signed_in(request)
    own = [grant for grant in waiting if grant.user_id == signed.user.pk and grant.scheme is not None]
    context = {
        "title": "Emergency access",
        "stuck": any(grant.scheme and not somebody_reviews(grant.scheme, signed.user) for grant in own[:1]),
        "waiting": [(grant, names.get(grant.person_id), due_of(grant), due_of(grant) < today) for grant in waiting],
        "reviewed": [(grant, names.get(grant.person_id)) for grant in page.items],
        "page": page,
        "user": signed.user,
    }
    return render(request, "protection/emergencies.html", context)


@needs(Permission.REVIEW_EMERGENCIES)
def review(request: HttpRequest, grant_id: int) -> HttpResponse:
    """Show one use of emergency access with what was read, and take the finding."""
    grants = Grant.objects.select_related("user", "agency", "scheme", "review__reviewed_by")
    grant = get_object_or_404(grants, pk=grant_id, basis=GrantBasis.BREAK_GLASS)
    user = signed_in(request).user
    form = EmergencyReviewForm(request.POST or None)
    if form.is_valid():
        try:
            review_emergency(by=user, grant=grant, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The review is recorded.")
            return redirect("protection:emergencies")
    context = {
        "title": "Review emergency access",
        "grant": grant,
        "person": names_of([grant.person_id])[grant.person_id],
        "opened": ", ".join(Compartment(one).label.lower() for one in grant.compartments),
        "due": due_of(grant),
        "read": read_during(grant),
        "done": getattr(grant, "review", None),
        "own": grant.user_id == user.pk,
        "form": form,
        "back": reverse("protection:emergencies"),
    }
    return render(request, "protection/emergency_review.html", context)
