"""The app's place in the project."""

from django.apps import AppConfig


class SharingConfig(AppConfig):
    """Sharing agreements, consent, and each act of sharing."""

    name = "trellis.service.sharing"
    label = "sharing"
    default_auto_field = "django.db.models.BigAutoField"
