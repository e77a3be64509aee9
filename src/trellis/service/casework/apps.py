"""The app's place in the project."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """The work with a managed person."""

    name = "trellis.service.casework"
    label = "casework"
    default_auto_field = "django.db.models.BigAutoField"
