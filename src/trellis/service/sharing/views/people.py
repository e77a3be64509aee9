"""What has been shared about somebody: the log, a new act, and consent."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from trellis.rules.errors import Refused
from trellis.rules.tasks import TaskKind
from trellis.rules.vocabulary import Permission, SharingAct, SharingBasis, SharingContent
from trellis.service.access.queries import Signed, signed_in
from trellis.service.access.views import needs
from trellis.service.people.models import Person
from trellis.service.people.opening import person_or_refusal
from trellis.service.schemes.models import Agency
from trellis.service.sharing.actions import check_may_withdraw, record_act, record_consent, withdraw_consent
from trellis.service.sharing.forms import ActForm, ConsentForm, WithdrawalForm
from trellis.service.sharing.models import Consent, InformationShared
from trellis.service.sharing.queries import acts_about, consents_of
from trellis.service.ui.views import Page, paginate
from trellis.service.work.queries.tasks import tasks_of
from trellis.service.work.views.giving import give_task_page

SHARED = InformationShared._meta.label


@needs(Permission.SHARE)
def log(request: HttpRequest, person_id: int) -> HttpResponse:
    """Show what has been shared about somebody, disclosed and refused, and what they consented to."""
    person = person_or_refusal(request, person_id)
    page: Page[InformationShared] = paginate(request, acts_about(person))
    context = {
        "title": "What has been shared",
        "person": person,
        "page": page,
        "tasks": tasks_of(SHARED, [act.pk for act in page.items]),
        "works": signed_in(request).may(Permission.WORK_TASKS),
        "consents": consents_of(person),
        "contents": {one.value: one.label for one in SharingContent},
        "today": timezone.localdate(),
        "back": reverse("home:person", args=[person.pk]),
    }
    return render(request, "sharing/log.html", context)


@needs(Permission.SHARE)
def record(request: HttpRequest, person_id: int) -> HttpResponse:
    """Record that something was shared, disclosed or refused."""
    person = person_or_refusal(request, person_id)
    form = ActForm(request.POST or None, initial={"happened_on": timezone.localdate()})
    if form.is_valid() and _recorded(request, person, form):
        messages.success(request, "It is in the log.")
        return redirect("sharing:log", person.pk)
    context = {"title": "Record what was shared", "submit": "Record it", "form": form}
    return render(request, "ui/form.html", context | _way_back(person))


@needs(Permission.SHARE)
def consent(request: HttpRequest, person_id: int) -> HttpResponse:
    """Record whether somebody agrees that an agency is told."""
    person = person_or_refusal(request, person_id)
    signed = signed_in(request)
    form = ConsentForm(request.POST or None, initial={"starts": timezone.localdate()})
    if form.is_valid():
        try:
            record_consent(person=person, agency=_agency(signed), by=signed.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Their answer is recorded.")
            return redirect("sharing:log", person.pk)
    context = {"title": "Record consent", "submit": "Record their answer", "form": form}
    return render(request, "ui/form.html", context | _way_back(person))


@needs(Permission.SHARE)
def withdraw(request: HttpRequest, consent_id: int) -> HttpResponse:
    """End consent that somebody takes back. Nothing more is shared on it."""
    consents = Consent.objects.current().select_related("person", "with_agency", "agency")
    found = get_object_or_404(consents, pk=consent_id)
    person_or_refusal(request, found.person_id)
    by = signed_in(request).user
    try:
        check_may_withdraw(found, by)
    except Refused as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    form = WithdrawalForm(request.POST or None, initial={"ends": timezone.localdate()})
    if form.is_valid():
        try:
            withdraw_consent(consent=found, ends=form.cleaned_data["ends"], by=by)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Their consent has ended. Nothing more is shared on it.")
            return redirect("sharing:log", found.person_id)
    context = {
        "title": "Withdraw consent",
        "lede": f"{found}. {found.purpose}",
        "submit": "Withdraw their consent",
        "form": form,
    }
    return render(request, "ui/form.html", context | _way_back(found.person))


@needs(Permission.SHARE)
def give_task(request: HttpRequest, act_id: int) -> HttpResponse:
    """Give work that follows from an item of information that was shared: whose it is, and by when (PLN-10)."""
    act = get_object_or_404(InformationShared.objects.current().select_related("person__scheme"), pk=act_id)
    person = person_or_refusal(request, act.person_id)
    return give_task_page(
        request, person=person, back=reverse("sharing:log", args=[person.pk]), kind=TaskKind.SHARED_ITEM,
        source=SHARED, source_key=act.pk, lede=f"It follows from: {act.what}",
    )  # fmt: skip


def _recorded(request: HttpRequest, person: Person, form: ActForm) -> bool:
    signed, asked = signed_in(request), dict(form.cleaned_data)
    asker = asked.pop("asker")
    asked |= {
        "recipient_name": asked["recipient_name"] or asker or "",
        "act": SharingAct(asked["act"]),
        "basis": SharingBasis(asked["basis"]) if asked["basis"] else None,
        "contents": [SharingContent(one) for one in asked["contents"]],
    }
    try:
        record_act(person=person, agency=_agency(signed), by=signed.user, **asked)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _agency(signed: Signed) -> Agency:
    if signed.agency is None:
        raise PermissionDenied("You act for no agency, and sharing is an act of an agency.")
    return signed.agency


def _way_back(person: Person) -> dict[str, str]:
    back = reverse("sharing:log", args=[person.pk])
    return {"caption": str(person), "back": back, "cancel": back}
