"""The app's place in the project."""

from django.apps import AppConfig


class WorkConfig(AppConfig):
    """Notices to those who work with a person."""

    name = "trellis.service.work"
    label = "work"
    default_auto_field = "django.db.models.BigAutoField"
