"""Only the owner migrates, and counters have a connection of their own."""

from typing import Any

from django.db.models import Model

COUNTERS = "counters"


class OwnerMigrates:
    """Keeps migrations away from the application's connection, which could record one without doing it."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Whether migrations may run on that connection."""
        return db == "owner"


class CountersApart:
    """Gives the shared cache a connection of its own, so that what it counts outlives a request that is undone."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        """The connection to read by, for the cache alone."""
        return self.db_for_write(model)

    def db_for_write(self, model: type[Model], **hints: Any) -> str | None:
        """The connection to write by, for the cache alone."""
        return COUNTERS if model._meta.app_label == "django_cache" else None
