"""The app's place in the project."""

from django.apps import AppConfig


class PriorityConfig(AppConfig):
    """A priority with its evidence."""

    name = "trellis.service.priority"
    label = "priority"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Offer the clocks of a priority."""
        from trellis.service.priority.clocks import CLOCKS  # noqa: PLC0415 - models are not there yet when this is read
        from trellis.service.work.clocks import offer_clock  # noqa: PLC0415

        for clock in CLOCKS:
            offer_clock(clock)
