"""The app's place in the project."""

from django.apps import AppConfig


class SelectionConfig(AppConfig):
    """From candidate to managed person."""

    name = "trellis.service.selection"
    label = "selection"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Offer the clocks of everybody managed."""
        from trellis.service.selection.clocks import CLOCKS  # noqa: PLC0415 - models are ready only here
        from trellis.service.work.clocks import offer_clock  # noqa: PLC0415

        for clock in CLOCKS:
            offer_clock(clock)
