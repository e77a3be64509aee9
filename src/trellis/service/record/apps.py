"""The app's place in the project."""

from django.apps import AppConfig


class RecordConfig(AppConfig):
    """What happened and what is so, in two times."""

    name = "trellis.service.record"
    label = "record"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the timeline's view after every migration."""
        from trellis.service.record.timeline import keep_the_view  # noqa: PLC0415 - models are ready only here

        keep_the_view(self)
