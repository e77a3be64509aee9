"""Adding agencies, teams and areas: data, not code."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import models, transaction
from django.utils.text import slugify

from trellis.rules.errors import Refused
from trellis.rules.vocabulary import AgencyKind, AreaKind, Permission
from trellis.service.access.models import User
from trellis.service.access.permitted import check_permitted
from trellis.service.schemes.models import Agency, Area, Scheme, Team

LONGEST_SLUG = 50


@transaction.atomic
def add_agency(*, by: User, name: str, kind: AgencyKind) -> Agency:
    """Add an agency. Raises Refused for a name that one has."""
    check_permitted(by, Permission.MANAGE_USERS)
    return Agency.objects.create(slug=_slug(Agency, "agency", name), name=name.strip(), kind=kind)


@transaction.atomic
def add_team(*, by: User, scheme: Scheme, name: str, agency: Agency, area: Area | None) -> Team:
    """Add a team of an agency to a scheme. Raises Refused for a name that one has."""
    check_permitted(by, Permission.MANAGE_USERS)
    slug = _slug(Team, "team", name)
    return Team.objects.create(slug=slug, name=name.strip(), agency=agency, scheme=scheme, area=area)


@transaction.atomic
def add_area(*, by: User, name: str, code: str, boundary: AreaKind, parent: Area, covers: Sequence[Area] = ()) -> Area:
    """Add an area inside another; `covers` are areas of another kind that it spans.

    Raises Refused for a name that one has, and for an area that spans one of its own kind: those lie inside each other.
    """
    check_permitted(by, Permission.MANAGE_USERS)
    if any(one.boundary == boundary for one in covers):
        raise Refused(f"A {boundary.label.lower()} spans areas of another kind. Choose those, or none.")
    area = Area.objects.create(
        slug=_slug(Area, "area", name), name=name.strip(), code=code.strip(), boundary=boundary, parent=parent,
        covers=sorted(one.pk for one in covers),
    )  # fmt: skip
    # Its place holds its own number, which there is only now.
    area.path = f"{parent.path}{area.pk}/"
    area.save(update_fields=["path"])
    return area


def _slug(model: type[models.Model], what: str, name: str) -> str:
    """A short name made of the name's letters. Raises Refused where there are none, or another has it."""
    slug = slugify(name)[:LONGEST_SLUG]
    if not slug:
        raise Refused(f"The name of the {what} has no letter or figure in it. Give its name.")
    if model._default_manager.filter(slug=slug).exists():
        raise Refused(f"There is {'an' if what[0] in 'aeiou' else 'a'} {what} of that name already. Give another name.")
    return slug
