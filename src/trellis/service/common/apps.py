"""The app's place in the project."""

from django.apps import AppConfig


class CommonConfig(AppConfig):
    """Things with no opinion."""

    name = "trellis.service.common"
    label = "common"
