"""The app's place in the project."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The people on the record."""

    name = "trellis.service.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
