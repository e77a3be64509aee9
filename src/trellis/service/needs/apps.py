"""The app's place in the project."""

from django.apps import AppConfig


class NeedsConfig(AppConfig):
    """Assessments of a person's needs."""

    name = "trellis.service.needs"
    label = "needs"
    default_auto_field = "django.db.models.BigAutoField"
