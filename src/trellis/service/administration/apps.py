"""The app's place in the project."""

from django.apps import AppConfig


class AdministrationConfig(AppConfig):
    """Users, their roles, and the agencies, teams and areas that they belong to."""

    name = "trellis.service.administration"
    label = "administration"
    default_auto_field = "django.db.models.BigAutoField"
