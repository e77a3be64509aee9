"""The app's place in the project."""

from django.apps import AppConfig


class FeedsConfig(AppConfig):
    """What agencies send."""

    name = "trellis.service.feeds"
    label = "feeds"
    default_auto_field = "django.db.models.BigAutoField"
