"""The app's place in the project."""

from django.apps import AppConfig


class PlansConfig(AppConfig):
    """Plans and behaviour agreements."""

    name = "trellis.service.plans"
    label = "plans"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Offer the clocks of plans."""
        from trellis.service.plans.clocks import CLOCKS  # noqa: PLC0415 - models are not there yet when this is read
        from trellis.service.work.clocks import offer_clock  # noqa: PLC0415

        for clock in CLOCKS:
            offer_clock(clock)
