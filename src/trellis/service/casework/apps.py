"""The app's place in the project."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """The work with a managed person."""

    name = "trellis.service.casework"
    label = "casework"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Offer the clocks of contacts to the sweep that makes tasks."""
        from trellis.service.casework.clocks import offer_clocks  # noqa: PLC0415 - models are not loaded before

        offer_clocks()
