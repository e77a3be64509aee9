"""Only the owner migrates."""

from typing import Any


class OwnerMigrates:
    """Keeps migrations away from the application's connection, which could record one without doing it."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Whether migrations may run on that connection."""
        return db == "owner"
