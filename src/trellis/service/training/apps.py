"""The app's place in the project."""

from django.apps import AppConfig


class TrainingConfig(AppConfig):
    """What staff have learnt and need."""

    name = "trellis.service.training"
    label = "training"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Offer the clocks of training."""
        from trellis.service.training.clocks import CLOCKS  # noqa: PLC0415 - models are not there yet when this is read
        from trellis.service.work.clocks import offer_clock  # noqa: PLC0415

        for clock in CLOCKS:
            offer_clock(clock)
