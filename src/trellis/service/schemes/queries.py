"""The definitions that this installation uses, and the organisation that was made from them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from trellis.service.schemes.definitions import Definitions, load_all
from trellis.service.schemes.models import Area


def definitions() -> Definitions:
    """Every definition of the installation's folder: read once a process, refused whole when one is faulty."""
    return _read(Path(settings.DEFINITIONS))


@lru_cache(maxsize=4)
def _read(folder: Path) -> Definitions:
    return load_all(folder)


def areas_where_people_live(area: Area) -> list[Area]:
    """The areas that hold the people of a local unit: those it spans, or itself where it spans none."""
    return list(Area.objects.filter(pk__in=area.covers)) if area.covers else [area]


def areas_under(area: Area) -> list[Area]:
    """An area and everything inside it, parents before children."""
    return list(Area.objects.filter(path__startswith=area.path))
