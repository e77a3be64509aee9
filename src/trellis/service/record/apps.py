"""The app's place in the project."""

from django.apps import AppConfig


class RecordConfig(AppConfig):
    """What happened and what is so, in two times."""

    name = "trellis.service.record"
    label = "record"
    default_auto_field = "django.db.models.BigAutoField"
