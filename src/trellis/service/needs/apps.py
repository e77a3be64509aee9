"""The app's place in the project."""

from django.apps import AppConfig


class NeedsConfig(AppConfig):
    """Assessments of a person's needs."""

    name = "trellis.service.needs"
    label = "needs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Offer the clock of assessments."""
        from trellis.service.needs.clocks import ASSESSMENTS  # noqa: PLC0415 - models are not there yet when this is read
        from trellis.service.work.clocks import offer_clock  # noqa: PLC0415

        offer_clock(ASSESSMENTS)
