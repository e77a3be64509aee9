"""The app's place in the project."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class AdministrationConfig(AppConfig):
    """Users, their roles, and the agencies, teams and areas that they belong to."""

    name = "trellis.service.administration"
    label = "administration"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Ask at signing in for which agency somebody acts."""
        # Models are ready only here.
        from trellis.service.administration.acting_for import ask_which  # noqa: PLC0415

        user_logged_in.connect(ask_which)
