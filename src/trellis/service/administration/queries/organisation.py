"""Agencies with their teams, and the boundaries side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from trellis.rules.vocabulary import AreaKind
from trellis.service.schemes.models import Agency, Area, Scheme, Team

LOCAL_UNITS = (AreaKind.DISTRICT, AreaKind.PROBATION_DELIVERY_UNIT)


@dataclass(frozen=True, slots=True)
class Placed:
    """One area: how deep it lies among those of its kind (from 0), what it is inside, spans and is spanned by."""

    area: Area
    depth: int
    inside: str
    spans: str
    spanned_by: str


def agencies() -> QuerySet[Agency]:
    """Every agency by name, each with its teams."""
    return Agency.objects.prefetch_related(Prefetch("teams", Team.objects.select_related("area", "scheme")))


def teams_of(scheme: Scheme) -> QuerySet[Team]:
    """The scheme's teams, by agency and name."""
    return (
        Team.objects.filter(Q(scheme=scheme) | Q(scheme=None)).select_related("agency").order_by("agency__name", "name")
    )


def areas_within(scheme: Scheme) -> QuerySet[Area]:
    """The scheme's area and all inside it, parents before children."""
    return Area.objects.filter(path__startswith=scheme.area.path)


def local_units(scheme: Scheme) -> QuerySet[Area]:
    """Police districts and probation units: what a posting may be limited to."""
    return areas_within(scheme).filter(boundary__in=LOCAL_UNITS).order_by("boundary", "name")


def side_by_side(scheme: Scheme) -> list[tuple[AreaKind, list[Placed]]]:
    """The tree by what drew each boundary, in the order of AreaKind; kinds without an area are left out."""
    areas = {area.pk: area for area in areas_within(scheme)}
    over: dict[int, list[str]] = {}
    for area in areas.values():
        for pk in area.covers:
            over.setdefault(pk, []).append(area.name)
    placed = [
        Placed(
            area=area,
            depth=_depth(area, areas),
            inside=areas[area.parent_id].name if area.parent_id in areas else "",
            spans=", ".join(sorted(areas[pk].name for pk in area.covers if pk in areas)),
            spanned_by=", ".join(sorted(over.get(area.pk, []))),
        )
        for area in areas.values()
    ]
    kinds = [(kind, [one for one in placed if one.area.boundary == kind]) for kind in AreaKind]
    return [(kind, found) for kind, found in kinds if found]


def _depth(area: Area, areas: Mapping[int, Area]) -> int:
    above = (areas[int(pk)] for pk in area.path.strip("/").split("/")[:-1] if int(pk) in areas)
    return sum(one.boundary == area.boundary for one in above)
