"""Checking a password: the same work for every name, and nothing written by nobody."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, verify_password

from trellis.service.access.actor import acting
from trellis.service.access.models import User


class PasswordBackend(AuthenticationBackend):  # type: ignore[misc]
    """Checks a username and a password."""

    def _authenticate_by_username(self, username: str, password: str) -> User | None:
        """The user of that name and password. An unknown name costs one hash, as a known one does."""
        self._did_check_password = True
        user = User.objects.filter(username__iexact=username, is_system=False).first()
        # Where there is nothing to compare with, Django hashes the password all the same.
        right, outdated = verify_password(password, user.password if user else UNUSABLE_PASSWORD_PREFIX)
        if user is None or not right:
            return None
        if outdated:
            _hash_again(user, password)
        if not self.user_can_authenticate(user):
            self._stash_user(user)
            return None
        return user


def _hash_again(user: User, password: str) -> None:
    """The password is theirs, so it is they who keep it in today's stronger form."""
    with acting(user):
        user.set_password(password)
        user.save(update_fields=["password"])
