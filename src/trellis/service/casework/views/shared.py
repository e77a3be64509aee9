"""What the pages of casework share: whose contacts they are about, and the way back to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from trellis.rules.errors import Refused
from trellis.service.access.queries import Signed
from trellis.service.people.models import Person
from trellis.service.schemes.models import Agency
from trellis.service.ui.forms import Form


def own_agency(signed: Signed) -> Agency:
    """The agency acted for. Raises PermissionDenied, with a sentence, for somebody who acts for none."""
    if signed.agency is None:
        raise PermissionDenied("You act for no agency, so nothing can be recorded as yours. Ask an administrator.")
    return signed.agency


def carried_out(form: Form, act: Callable[[dict[str, Any]], object]) -> bool:
    """Whether the act went through with a valid form's answers; a refusal is shown, and nothing of the act is kept."""
    if not form.is_valid():
        return False
    try:
        with transaction.atomic():
            act(dict(form.cleaned_data))
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def way_back(person: Person) -> dict[str, str]:
    """Back to the person's contacts, for a form."""
    back = reverse("casework:contacts", args=[person.pk])
    return {"caption": str(person), "cancel": back, "back": back}
