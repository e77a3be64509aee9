"""The app's place in the project."""

from django.apps import AppConfig


class HomeConfig(AppConfig):
    """Where everybody starts."""

    name = "trellis.service.home"
    label = "home"
    default_auto_field = "django.db.models.BigAutoField"
