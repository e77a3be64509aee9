"""The template environment: Django's Jinja2 backend with the GOV.UK macros, our filters and nothing implicit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemBytecodeCache,
    PackageLoader,
    PrefixLoader,
    Undefined,
)
from jinja2.utils import missing

from trellis.service.ui import components, filters

ENGINE = "jinja2"
CONTEXT_PROCESSORS = (
    "django.contrib.messages.context_processors.messages",
    "trellis.service.ui.context.shell",
)


class Misspelt(Undefined):
    """A name that is not there may be tested, but printing it is a mistake and says so.

    A missing key of a mapping stays silent: the GOV.UK macros read optional parameters that way.
    """

    def __str__(self) -> str:
        """Refuse to print what does not exist."""
        named = self._undefined_name is not None  # an inline `if` without `else` has no name, and may be nothing
        if named and (self._undefined_obj is missing or not isinstance(self._undefined_obj, dict | Undefined)):
            self._fail_with_undefined_error()
        return ""


def environment(**options: Any) -> Environment:
    """Return the environment that Django's Jinja2 backend asks for; `options` are the backend's."""
    own: BaseLoader = options.pop("loader")
    macros = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    env = Environment(  # noqa: S701  autoescape is on, in the options below
        **options
        | {
            "loader": ChoiceLoader([own, macros]),
            "undefined": Misspelt,
            "trim_blocks": True,
            "lstrip_blocks": True,
            "autoescape": True,
        }
    )
    env.globals.update(static=static, url=url, now=timezone.localtime, error_summary=components.error_summary)
    env.filters.update(
        date=filters.date,
        datetime=filters.date_and_time,
        short_date=filters.short_date,
        time=filters.time_of_day,
        clock=filters.clock,
        plural=filters.plural,
        age=filters.age,
        possessive=filters.possessive,
    )
    return env


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """Return the address of a named page: `url("people:person", person.pk)`."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


def template_settings(
    apps_root: Path, context_processors: Sequence[str] = (), *, compiled: Path | None = None
) -> list[dict[str, Any]]:
    """Return Django's TEMPLATES: Jinja2 over every app's templates, then Django's own for its admin and allauth.

    `apps_root` is the folder that holds the service apps. A context processor's values win over a view's, so the
    names it hands over must not be names that views use. In the folder `compiled` templates are kept compiled for the
    next process; without it each process compiles its own.
    """
    if compiled:
        compiled.mkdir(parents=True, exist_ok=True)
    return [
        {
            "NAME": ENGINE,
            "BACKEND": "django.template.backends.jinja2.Jinja2",
            "DIRS": sorted(apps_root.glob("*/templates")),
            "APP_DIRS": False,
            "OPTIONS": {
                "environment": "trellis.service.ui.jinja.environment",
                "context_processors": [*CONTEXT_PROCESSORS, *context_processors],
                "bytecode_cache": FileSystemBytecodeCache(str(compiled)) if compiled else None,
            },
        },
        {
            "NAME": "django",
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [],
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        },
    ]
