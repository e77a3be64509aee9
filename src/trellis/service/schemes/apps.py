"""The app's place in the project."""

from django.apps import AppConfig


class SchemesConfig(AppConfig):
    """Schemes and the organisation around them."""

    name = "trellis.service.schemes"
    label = "schemes"
    default_auto_field = "django.db.models.BigAutoField"
