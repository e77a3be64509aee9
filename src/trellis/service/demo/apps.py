"""The app's place in the project."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The synthetic force as a working scheme."""

    name = "trellis.service.demo"
    label = "demo"
    default_auto_field = "django.db.models.BigAutoField"
