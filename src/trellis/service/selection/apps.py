"""The app's place in the project."""

from django.apps import AppConfig


class SelectionConfig(AppConfig):
    """From candidate to managed person."""

    name = "trellis.service.selection"
    label = "selection"
    default_auto_field = "django.db.models.BigAutoField"
