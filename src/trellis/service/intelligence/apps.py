"""The app's place in the project."""

from django.apps import AppConfig


class IntelligenceConfig(AppConfig):
    """What is known and whom it is told to."""

    name = "trellis.service.intelligence"
    label = "intelligence"
    default_auto_field = "django.db.models.BigAutoField"
