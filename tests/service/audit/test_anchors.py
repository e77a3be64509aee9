"""Anchors leave the machine: appended to a file, sent to a syslog server, signed, and never believed unsigned."""

from __future__ import annotations

import json
import os
import socket
import stat
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cast import Cast
from tests.service.audit.trails import make_access
from trellis.service.access.actor import acting
from trellis.service.access.sealer import anchor_now, anchor_when_due, seal_waiting
from trellis.service.audit.anchors import FILE, Anchor, AnchorUnfit, append_line, read_anchors, signed
from trellis.service.audit.keys import AnchorKeys, demonstration_key, public_text
from trellis.service.audit.models import Seal

NOW = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
KEYS = AnchorKeys.from_text(demonstration_key("anchor key"))
OTHERS = AnchorKeys.from_text(demonstration_key("anchor key of somebody else"))


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.ANCHORS = tmp_path / "anchors"
    return settings.ANCHORS


def anchors_of(seqs: range, keys: AnchorKeys = KEYS) -> list[Anchor]:
    return [signed(keys, seq, bytes([seq]) * 32, seq, NOW + timedelta(hours=seq)) for seq in seqs]


@pytest.mark.django_db
def test_an_anchor_says_what_the_chain_is_and_lines_are_only_added(cast: Cast, folder: Path) -> None:
    seal_waiting()
    first = anchor_now()
    make_access(cast.auditor)
    seal_waiting()
    second = anchor_now()
    assert read_anchors(folder, KEYS) == [first, second]
    with acting("sealer"):
        last = Seal.objects.latest("seq")
        assert (second.seq, second.count, second.mac) == (last.seq, Seal.objects.count(), bytes(last.mac).hex())
    assert first.seq + 1 == second.seq
    assert stat.S_IMODE((folder / FILE).stat().st_mode) == 0o600


@pytest.mark.django_db
def test_nothing_is_anchored_before_anything_is_sealed(cast: Cast, folder: Path) -> None:
    assert anchor_now() is None
    assert not folder.exists()


@pytest.mark.django_db
def test_an_anchor_is_due_when_an_hour_has_passed(cast: Cast, folder: Path) -> None:
    seal_waiting()
    assert anchor_when_due() is not None
    assert anchor_when_due() is None
    earlier = (datetime.now(UTC) - timedelta(hours=1)).timestamp()
    os.utime(folder / FILE, (earlier, earlier))
    assert anchor_when_due() is not None
    assert len(read_anchors(folder, KEYS)) == 2


@pytest.mark.django_db
def test_an_anchor_goes_to_the_syslog_server_and_verifies_from_its_lines(
    cast: Cast, folder: Path, settings: Any, tmp_path: Path
) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(10)
        settings.ANCHOR_SYSLOG = f"127.0.0.1:{server.getsockname()[1]}"
        seal_waiting()
        anchor = anchor_now()
        message = server.recv(4096)
    assert message.startswith(b"<86>trellis-anchor {")
    received = tmp_path / "received.log"
    received.write_bytes(b"Jan  5 09:30:00 host " + message.rstrip(b"\0") + b"\n")
    assert read_anchors(received, KEYS) == [anchor]


@pytest.mark.django_db
def test_a_local_syslog_socket_is_named_by_its_path(cast: Cast, folder: Path, settings: Any, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as server:
        settings.ANCHOR_SYSLOG = str(tmp_path / "log")
        server.bind(settings.ANCHOR_SYSLOG)
        server.settimeout(10)
        seal_waiting()
        anchor = anchor_now()
        assert f'"seq": {anchor.seq},'.encode() in server.recv(4096)


@pytest.mark.django_db
def test_a_syslog_server_that_is_not_there_is_told_of_and_the_file_has_the_anchor(
    cast: Cast, folder: Path, settings: Any, tmp_path: Path
) -> None:
    settings.ANCHOR_SYSLOG = str(tmp_path / "nothing-listens")
    seal_waiting()
    with pytest.raises(OSError, match="No such file"):
        anchor_now()
    assert len(read_anchors(folder, KEYS)) == 1


@pytest.mark.parametrize("name", list(Anchor.__dataclass_fields__))
def test_an_altered_line_does_not_fit_its_signature(name: str, tmp_path: Path) -> None:
    path = tmp_path / FILE
    one, two = anchors_of(range(1, 3))
    append_line(path, one)
    with path.open("a") as lines:
        lines.write(json.dumps(asdict(two) | {name: "x" if name != "seq" else 9}) + "\n")
    with pytest.raises(
        AnchorUnfit, match=r"^Line 2 of anchors.jsonl (does not fit its signature|is signed with the key)"
    ):
        read_anchors(path, KEYS)


@pytest.mark.parametrize("line", ["no braces", "{", '{"seq": 1}', "[]", '{"a": 1}'])
def test_a_damaged_line_is_named(line: str, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(f"\n{line}\n")
    with pytest.raises(AnchorUnfit, match=r"Line 2 of anchors\.jsonl is not an anchor"):
        read_anchors(tmp_path, KEYS)


def test_an_anchor_by_another_key_needs_that_keys_public_half(tmp_path: Path) -> None:
    for anchor in (*anchors_of(range(1, 3), OTHERS), *anchors_of(range(3, 5))):
        append_line(tmp_path / FILE, anchor)
    with pytest.raises(AnchorUnfit, match=r"Line 1 .* is signed with the key .* TRELLIS_ANCHOR_PUBLIC_KEYS"):
        read_anchors(tmp_path, KEYS)
    both = AnchorKeys.from_text(demonstration_key("anchor key"), public_text(OTHERS.signing.public_key()))
    assert [anchor.seq for anchor in read_anchors(tmp_path, both)] == [1, 2, 3, 4]


def test_no_file_holds_no_anchor(tmp_path: Path) -> None:
    assert read_anchors(tmp_path / "nowhere", KEYS) == []


def test_keys_show_nothing_of_themselves() -> None:
    shown = repr(KEYS) + repr(KEYS.signing)
    assert demonstration_key("anchor key") not in shown
