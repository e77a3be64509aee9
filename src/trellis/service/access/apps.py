"""The app's place in the project."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class AccessConfig(AppConfig):
    """Who may see whom, and who they are."""

    name = "trellis.service.access"
    label = "access"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Enforce the declarations after every migration, and refuse statements for which nobody stands."""
        # Models are ready only here.
        from trellis.service.access.database import enforce_after_migrate  # noqa: PLC0415
        from trellis.service.access.guard import guard_connection  # noqa: PLC0415

        post_migrate.connect(enforce_after_migrate, sender=self)
        connection_created.connect(guard_connection)
