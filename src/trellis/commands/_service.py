"""What every command that uses the database does first."""

from __future__ import annotations

import os

from trellis.commands import CommandError


def prepare(*, migrate: bool = True) -> None:
    """Set Django up on a database that may serve.

    The embedded server is started, given its roles and migrated. A named database must be ready: CommandError says
    what it lacks.
    """
    embedded = set_up()
    from django.core.exceptions import ImproperlyConfigured

    if embedded and migrate:
        from django.core.management import call_command

        call_command("migrate", verbosity=0, interactive=False)
    from trellis.service.config.starting import refuse_unfit_database

    try:
        refuse_unfit_database()
    except ImproperlyConfigured as fault:
        raise CommandError(str(fault)) from fault


def set_up() -> bool:
    """Set Django up on whatever the database holds; returns whether it is the embedded server's, which is started.

    Raises CommandError for settings that are missing or cannot be.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trellis.service.config.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured

    try:
        embedded = not settings.DATABASE_URL
    except (ImproperlyConfigured, ValueError) as fault:
        raise CommandError(str(fault)) from fault
    if embedded:
        _start_embedded()
    import django

    django.setup()
    return embedded


def _start_embedded() -> None:
    from django.conf import settings

    from trellis.service.access.roles import create_roles
    from trellis.service.config.databases import DATABASE

    settings.EMBEDDED.start()
    create_roles(settings.EMBEDDED.url, DATABASE)
