"""Secrets at rest: only the key opens them, only in their row, and keys can be changed."""

from __future__ import annotations

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from hypothesis import given, strategies

from trellis.service.common.encryption import FieldKeys, Undecipherable, field_keys, key_id

OLD, NEW = os.urandom(32), os.urandom(32)
ROW = "mfa_authenticator/7/totp"


@given(strategies.text(), strategies.text())
def test_what_is_sealed_opens_in_its_row_alone(text: str, row: str) -> None:
    """ASVS 11.3.2, 14.1.2: an approved mode that also proves the value is whole."""
    keys = FieldKeys((NEW,))
    sealed = keys.encrypt(text, row=row)
    assert keys.decrypt(sealed, row=row) == text
    with pytest.raises(Undecipherable, match="another row"):
        keys.decrypt(sealed, row=f"{row}x")


@given(strategies.text(min_size=20))
def test_neither_the_text_nor_its_equality_shows(text: str) -> None:
    """ASVS 11.3.4: a nonce is used once."""
    keys = FieldKeys((NEW,))
    one, other = keys.encrypt(text, row=ROW), keys.encrypt(text, row=ROW)
    assert one != other
    assert text.encode() not in urlsafe_b64decode(one.split(".")[2])


@given(strategies.text(), strategies.integers(min_value=0), strategies.integers(1, 255))
def test_one_altered_byte_is_found(text: str, place: int, change: int) -> None:
    keys = FieldKeys((NEW,))
    version, named, body = keys.encrypt(text, row=ROW).split(".")
    altered = bytearray(urlsafe_b64decode(body))
    altered[place % len(altered)] ^= change
    with pytest.raises(Undecipherable):
        keys.decrypt(f"{version}.{named}.{urlsafe_b64encode(bytes(altered)).decode()}", row=ROW)


def test_the_newest_key_seals_and_the_older_still_opens() -> None:
    """ASVS 11.2.2, 13.3.4: keys can be changed without losing what they sealed."""
    before, both = FieldKeys((OLD,)), FieldKeys((NEW, OLD))
    sealed = before.encrypt("secret", row=ROW)
    assert both.decrypt(sealed, row=ROW) == "secret"
    assert both.needs_sealing_again(sealed)
    again = both.encrypt("secret", row=ROW)
    assert key_id(NEW) in again
    assert not both.needs_sealing_again(again)
    with pytest.raises(Undecipherable, match="No key"):
        FieldKeys((NEW,)).decrypt(sealed, row=ROW)


@given(strategies.text())
def test_what_is_none_of_ours_is_refused_with_a_sentence(value: str) -> None:
    with pytest.raises(Undecipherable):
        FieldKeys((NEW,)).decrypt(value, row=ROW)


@pytest.mark.parametrize("text", ["", ",", "c2hvcnQ=", "no base64 at all!", "x" * 44])
def test_keys_that_are_none_are_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"field key is 32 random bytes|cannot be read"):
        FieldKeys.from_text(text)


def test_several_keys_are_named_newest_first() -> None:
    text = ", ".join(urlsafe_b64encode(key).decode() for key in (NEW, OLD))
    assert FieldKeys.from_text(text).keys == (NEW, OLD)


def test_the_tests_run_with_the_demonstrations_key() -> None:
    assert field_keys().decrypt(field_keys().encrypt("x", row=ROW), row=ROW) == "x"
