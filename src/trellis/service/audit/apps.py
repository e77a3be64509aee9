"""The app's place in the project."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The trail of changes and of views."""

    name = "trellis.service.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"
