"""Django's migrate, on the owner's connection unless told otherwise."""

from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands import migrate


class Command(migrate.Command):
    """Migrates as the owner: the application's role may not alter tables."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Change the default connection."""
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the migrations."""
        super().handle(*args, **options)
