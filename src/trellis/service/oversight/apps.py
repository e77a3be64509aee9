"""The app's place in the project."""

from django.apps import AppConfig


class OversightConfig(AppConfig):
    """Reading the trail, and taking records out for inspection."""

    name = "trellis.service.oversight"
    label = "oversight"
    default_auto_field = "django.db.models.BigAutoField"
