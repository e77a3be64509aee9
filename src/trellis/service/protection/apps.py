"""The app's place in the project."""

from django.apps import AppConfig


class ProtectionConfig(AppConfig):
    """Who may see a record, and how that is limited, opened in an emergency, asked for and lent."""

    name = "trellis.service.protection"
    label = "protection"
    default_auto_field = "django.db.models.BigAutoField"
