"""The app's place in the project."""

from django.apps import AppConfig


class PlansConfig(AppConfig):
    """Plans and behaviour agreements."""

    name = "trellis.service.plans"
    label = "plans"
    default_auto_field = "django.db.models.BigAutoField"
