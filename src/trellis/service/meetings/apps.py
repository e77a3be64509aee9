"""The app's place in the project."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    """Panels and case conferences."""

    name = "trellis.service.meetings"
    label = "meetings"
    default_auto_field = "django.db.models.BigAutoField"
