"""The app's place in the project."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class AccessConfig(AppConfig):
    """Who may see whom, and who they are."""

    name = "trellis.service.access"
    label = "access"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Enforce the declarations after every migration, and refuse statements for which nobody stands."""
        # Models are ready only here, and django.contrib.auth notes the time of a sign-in only after this: the user
        # must be named before.
        from trellis.service.access.database import enforce_after_migrate  # noqa: PLC0415
        from trellis.service.access.guard import guard_connection  # noqa: PLC0415
        from trellis.service.access.middleware import name_who_signed_in  # noqa: PLC0415
        from trellis.service.access.sign_in.drafts import find_drafts  # noqa: PLC0415
        from trellis.service.access.sign_in.sessions import begin_session  # noqa: PLC0415

        post_migrate.connect(enforce_after_migrate, sender=self)
        connection_created.connect(guard_connection)
        user_logged_in.connect(name_who_signed_in)
        user_logged_in.connect(begin_session)
        user_logged_in.connect(find_drafts)
