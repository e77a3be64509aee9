"""Makes the organisation that a scheme's definition describes."""

from __future__ import annotations

from django.db import transaction

from trellis.service.schemes.definitions import SchemeDefinition
from trellis.service.schemes.models import Agency, Area, Cohort, Scheme, Team
from trellis.service.schemes.queries import definitions


@transaction.atomic
def set_up_scheme(*, key: str) -> Scheme:
    """Make or bring up to date the areas, agencies, teams and cohorts of a scheme's definition.

    Nothing is removed: what a definition no longer names stays, because people's records point to it. Raises Refused
    when there is no such definition. The actor of the transaction is who did it.
    """
    definition = definitions().scheme(key)
    areas = _set_up_areas(definition)
    scheme, _ = Scheme.objects.update_or_create(
        slug=definition.key,
        defaults={
            "name": definition.name,
            "national_label": definition.national_label,
            "area": areas[definition.area],
            "priority_grid": definition.priority_grid,
            "people_per_officer": definition.capacity.people_per_officer,
            "starts": definition.starts,
            "ends": definition.ends,
        },
    )
    _set_up_cohorts(scheme, key)
    _set_up_teams(scheme, definition, areas)
    return scheme


def _set_up_areas(definition: SchemeDefinition) -> dict[str, Area]:
    areas: dict[str, Area] = {}
    for one in definition.areas:
        parent = areas[one.parent] if one.parent else None
        area, _ = Area.objects.update_or_create(
            slug=one.key, defaults={"code": one.code, "name": one.name, "boundary": one.kind, "parent": parent}
        )
        path = f"{parent.path if parent else '/'}{area.pk}/"
        if area.path != path:
            area.path = path
            area.save(update_fields=["path"])
        areas[one.key] = area
    for one in definition.areas:
        covers = sorted(areas[key].pk for key in one.covers)
        if areas[one.key].covers != covers:
            areas[one.key].covers = covers
            areas[one.key].save(update_fields=["covers"])
    return areas


def _set_up_cohorts(scheme: Scheme, key: str) -> None:
    for one in definitions().cohorts_of(key):
        Cohort.objects.update_or_create(
            scheme=scheme,
            slug=one.key,
            defaults={
                "name": one.name,
                "national_class": one.national_class,
                "eligibility_rule": one.eligibility_rule or "",
                "opens_on": one.opens_on,
                "cap": one.cap,
            },
        )


def _set_up_teams(scheme: Scheme, definition: SchemeDefinition, areas: dict[str, Area]) -> None:
    agencies = {
        one.key: Agency.objects.update_or_create(slug=one.key, defaults={"name": one.name, "kind": one.kind})[0]
        for one in definition.agencies
    }
    for one in definition.teams:
        Team.objects.update_or_create(
            slug=one.key,
            defaults={
                "name": one.name, "agency": agencies[one.agency], "scheme": scheme, "area": areas[one.area],
            },
        )  # fmt: skip
