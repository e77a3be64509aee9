"""What a password must be, checked without asking anybody outside."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from trellis.service.access.models import User
from trellis.service.access.sign_in.passwords import BreachedHashes, NotInBreaches

USER = User(username="w.aldersmith", name="Wren Aldersmith", email="wren@iom.example")


def faults(password: str) -> str:
    try:
        validate_password(password, USER)
    except ValidationError as fault:
        return " ".join(fault.messages)
    return ""


@pytest.mark.requirement("SEC-01")
@pytest.mark.parametrize(
    "password",
    [
        "nettle bicycle harbour seven",
        "onlysmalllettersbutunlikely",
        "    four spaces in front of it",
        "ÅÄÖ grün café naïve 日本語 words",
        "x8#" + "Zq!9vT" * 30,
        "wheelbarrow trombone lichen " * 4,
    ],
)
def test_a_long_password_of_any_composition_is_taken(password: str) -> None:
    """ASVS 6.2.1, 6.2.5, 6.2.8, 6.2.9: 15 and more characters of any kind, at least 128 allowed, none cut off."""
    assert faults(password) == ""


@pytest.mark.requirement("SEC-01")
@pytest.mark.parametrize(
    "password",
    [
        "short but odd%",
        "passwordpassword",
        "aaaaaaaaaaaaaaaaaaaa",
        "qwertyuiopasdfghjkl",
        "password1234567890",
        "manchesterunited1",
        "liverpoolfootballclub",
        "Trellis2026Trellis",
        "integratedoffender",
        "aldersmith.wren.2026",
        "January2026February",
    ],
)
def test_a_password_that_others_guess_is_refused(password: str) -> None:
    """ASVS 6.2.4, 6.2.11, 6.2.12: common and published passwords and the service's own words are refused."""
    assert faults(password)


def test_the_refusal_says_how_to_mend_it() -> None:
    assert "three or four words" in faults("aldersmith.wren.2026")


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """A file as Have I Been Pwned has it: hashes in order, Windows line ends, a count behind each."""
    hashes = sorted(hashlib.sha1(f"stolen password {n}".encode()).hexdigest().upper() for n in range(3_000))
    path = tmp_path / "pwned.txt"
    path.write_bytes("\r\n".join(f"{one}:{random.Random(one).randint(1, 999999)}" for one in hashes).encode())
    return path


@pytest.mark.requirement("SEC-01")
def test_every_published_password_is_found_in_the_file_and_no_other(published: Path) -> None:
    """ASVS 6.2.12: a set of breached passwords."""
    hashes = BreachedHashes(published)
    assert all(f"stolen password {n}" in hashes for n in range(3_000))
    assert not any(f"another password {n}" in hashes for n in range(3_000))


@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
def test_a_file_of_one_line_is_read_whole(tmp_path: Path, ending: str) -> None:
    path = tmp_path / "one.txt"
    path.write_text(hashlib.sha1(b"the only one").hexdigest().upper() + ":1" + ending)
    assert "the only one" in BreachedHashes(path)
    assert "not that one" not in BreachedHashes(path)


def test_a_published_password_is_refused_however_strong(published: Path) -> None:
    with pytest.raises(ValidationError, match="published after a theft"):
        NotInBreaches(str(published)).validate("stolen password 42")
    NotInBreaches(str(published)).validate("nettle bicycle harbour seven")


def test_a_file_that_is_none_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="is not a file"):
        BreachedHashes(tmp_path / "nowhere.txt")
    (tmp_path / "words.txt").write_text("password\n123456\n")
    with pytest.raises(ValueError, match="ordered by hash"):
        BreachedHashes(tmp_path / "words.txt")


def test_without_a_file_nothing_is_refused_for_it() -> None:
    NotInBreaches("").validate("stolen password 42")
