"""Reading agreements, consent and what has been shared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.apps import apps
from django.db.models import QuerySet

from trellis.rules.sharing import ConsentGiven, OnwardRule
from trellis.rules.vocabulary import SharingContent
from trellis.service.access.models import AgreementParty, SharingAgreement
from trellis.service.common.register import Register
from trellis.service.people.models import Person
from trellis.service.people.sharing import SharedByAgreement, sharable_fields
from trellis.service.schemes.models import Agency, Scheme
from trellis.service.schemes.queries import definitions
from trellis.service.sharing.models import Consent, InformationShared


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record that an agreement may list, in words, with those of its fields that may be listed alone."""

    label: str
    name: str
    fields: list[tuple[str, str]]


def sharable_kinds() -> list[Kind]:
    """Every kind of record about somebody, from the models' registers, by name."""
    return sorted(_kinds(), key=lambda kind: kind.name)


def _kinds() -> Iterator[Kind]:
    for model in apps.get_models():
        register: Register | None = getattr(model, "register", None)
        if register is None or not register.rows.by_agreement or not model._meta.managed:
            continue
        label, name = model._meta.label, str(model._meta.verbose_name_plural)
        fields = sharable_fields(model) if issubclass(model, SharedByAgreement) else []
        named = [(f"{label}.{one}", str(model._meta.get_field(one).verbose_name)) for one in fields]  # type: ignore[union-attr]
        yield Kind(label, f"{name[0].upper()}{name[1:]}", named)


def agreements_of(scheme: Scheme | None) -> QuerySet[SharingAgreement]:
    """A scheme's agreements with their parties, those in force first."""
    found = SharingAgreement.objects.filter(scheme=scheme) if scheme else SharingAgreement.objects.none()
    return found.prefetch_related("parties__agency").order_by("ends", "name")


def place_of(agency: Agency, scheme: Scheme, day: date) -> AgreementParty | None:
    """The agency's place in an agreement in force that day, the one reviewed last of several."""
    places = AgreementParty.objects.filter(agency=agency, agreement__scheme=scheme, agreement__starts__lte=day)
    places = places.exclude(agreement__ends__lte=day)
    return places.select_related("agreement").order_by("-agreement__review_on").first()


def consents_of(person: Person) -> list[Consent]:
    """What somebody answered, the latest first."""
    return list(Consent.objects.current().filter(person=person).select_related("with_agency", "agency", "recorded_by"))


def given(consents: list[Consent]) -> list[ConsentGiven]:
    """The answers as the rules ask for them."""
    return [ConsentGiven(one.with_agency_id, one.given, one.starts, one.ends) for one in consents]


def acts_about(person: Person) -> QuerySet[InformationShared]:
    """What has been shared about somebody, disclosed or refused, the latest first."""
    found: QuerySet[InformationShared] = InformationShared.objects.current().filter(person=person)
    return found.select_related("recipient", "agency", "agreement", "recorded_by")


def onward_rules() -> dict[SharingContent, OnwardRule]:
    """Who may be given content whose source limits passing it on."""
    return {one.content: one.rule for one in definitions().onward_sharing.values()}
