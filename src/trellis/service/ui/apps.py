"""The look as a Django app, so that its static files are found."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Pages, components and form fields."""

    name = "trellis.service.ui"
    label = "ui"
    verbose_name = "Look and feel"
