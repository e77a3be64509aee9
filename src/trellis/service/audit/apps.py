"""The app's place in the project."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The trail of changes and of views."""

    name = "trellis.service.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to sign-ins."""
        # Models of users are ready only here.
        from trellis.service.audit.sign_in import connect  # noqa: PLC0415

        connect()
