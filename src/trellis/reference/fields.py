"""docs/reference/fields.md: every field of every model, what kind of information it is and how long it is kept."""

import os
from pathlib import Path

import django
from django.apps import apps

from trellis.reference.markdown import page, table

_ABOUT = """\
Each model declares its fields beside them, under `register`; a field without a category fails the build. The
compartment is what a grant must open for the rows to be seen; a model without one is read by everybody, because it
holds nothing about managed people."""


def fields_page(_: Path) -> str:
    """The page's text, read from the models; starts Django where it has not started yet."""
    if not apps.ready:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trellis.service.config.settings")
        django.setup()
    # Models can be imported only once Django has been set up.
    from trellis.service.access.database import registered_models  # noqa: PLC0415

    rows = [
        (
            f"`{model._meta.label}`",
            f"`{field.name}`",
            register.category_of(field.name).value,
            register.compartment.value if register.rows.protected else "",
            register.retention.value,
        )
        for model, register in sorted(registered_models(), key=lambda pair: pair[0]._meta.label)
        for field in model._meta.concrete_fields
    ]
    return page("Fields", _ABOUT, table(["model", "field", "category", "compartment", "kept"], rows))
