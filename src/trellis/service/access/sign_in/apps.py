"""How the library that keeps the list of sessions takes its place among the apps."""

from allauth.usersessions.apps import UserSessionsConfig


class OwnSessionsConfig(UserSessionsConfig):  # type: ignore[misc]
    """The library's list of sessions. Its own receivers want a browser's address, which a test's session has not."""

    def ready(self) -> None:
        """Connect nothing: access/sign_in/sessions.py notes sessions as they are used."""
