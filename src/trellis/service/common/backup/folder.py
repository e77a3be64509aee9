"""The folder of a backup: its parts, and the manifest that says what they are and what the database must hold."""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from trellis.rules.errors import Refused
from trellis.service.common.backup.contents import Digest
from trellis.service.common.backup.envelope import BackupKey

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "database.dump"
FILES = "files.tar"
PIECE_BYTES = 1 << 20


@dataclass(frozen=True)
class Part:
    """A file of the backup as it is stored."""

    sha256: str
    bytes: int


@dataclass(frozen=True)
class LastSeal:
    """The end of the trail's chain: the seal's number and its keyed hash in hexadecimal."""

    seq: int
    mac: str


@dataclass(frozen=True)
class Manifest:
    """What the backup holds. `sight`: "user/agency" to the number of people whom that user saw in that agency."""

    made_at: datetime
    server_version: int
    migrations: list[str]
    tables: dict[str, Digest]
    protection: dict[str, Digest]
    live_grants: int
    sight: dict[str, int]
    last_seal: LastSeal | None
    encrypted: bool
    parts: dict[str, Part] = field(default_factory=dict)
    format: int = FORMAT

    @property
    def rows(self) -> int:
        """The rows of all tables."""
        return sum(table.rows for table in self.tables.values())


def write_part(path: Path, content: Iterable[bytes], key: BackupKey | None) -> Part:
    """Write a part, encrypted where there is a key, and say what was stored."""
    digest, size = hashlib.sha256(), 0
    with path.open("xb") as file:
        path.chmod(0o600)
        for piece in key.encrypt(path.name, content) if key else content:
            file.write(piece)
            digest.update(piece)
            size += len(piece)
    return Part(digest.hexdigest(), size)


def read_part(path: Path, key: BackupKey | None) -> Iterator[bytes]:
    """A part's content, decrypted. Raises Refused where it has been altered under the key."""
    with path.open("rb") as file:
        if key:
            yield from key.decrypt(path.name, file)
        else:
            while piece := file.read(PIECE_BYTES):
                yield piece


def write_manifest(folder: Path, manifest: Manifest, key: BackupKey | None) -> None:
    """Write the manifest, signed where there is a key."""
    body = asdict(manifest) | {"made_at": manifest.made_at.isoformat()}
    mac = {"mac": key.sign(_canonical(body))} if key else {}
    path = folder / MANIFEST
    path.write_text(json.dumps(body | mac, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    path.chmod(0o600)


def read_manifest(folder: Path, key: BackupKey | None) -> Manifest:
    """The manifest, its signature checked. Raises Refused with a sentence where it cannot be trusted."""
    path = folder / MANIFEST
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        mac = body.pop("mac", "")
        if body["format"] != FORMAT:
            raise Refused(f"{path} has format {body['format']}, and this version reads {FORMAT}: use its own version.")
        _check_signature(path, body, mac, key)
        return _manifest(body)
    except FileNotFoundError as fault:
        raise Refused(f"There is no backup at {folder}: name a folder that has a {MANIFEST}.") from fault
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
        raise Refused(f"{path} cannot be read as a manifest ({fault}): use another backup.") from fault


def check_parts(folder: Path, manifest: Manifest) -> None:
    """Refuse a part that is missing, cut off or altered. Raises Refused naming the part."""
    for name, part in manifest.parts.items():
        path = folder / name
        if not path.is_file():
            raise Refused(f"The backup lacks {name}: copy the whole folder again, or use another backup.")
        if path.stat().st_size != part.bytes:
            raise Refused(
                f"{name} has {path.stat().st_size:,} bytes and should have {part.bytes:,}, so it was cut off or"
                " altered: copy it again, or use another backup."
            )
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != part.sha256:
                raise Refused(f"{name} is not what the manifest says: it has been altered, so use another backup.")
    if DATABASE not in manifest.parts:
        raise Refused(f"The manifest names no {DATABASE}: use another backup.")


def pack_files(source: Path) -> Iterator[bytes]:
    """The uploaded files as a tar. Links are left out: uploads are plain files."""
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w|") as archive:
        for path in sorted(source.rglob("*")) if source.is_dir() else []:
            if path.is_file() and not path.is_symlink():
                archive.add(path, path.relative_to(source).as_posix(), recursive=False)
                yield sink.getvalue()
                sink.seek(0)
                sink.truncate()
    yield sink.getvalue()


def unpack_files(content: Iterable[bytes], target: Path) -> int:
    """Write the files of a tar into a folder; returns how many. Names that lead out of it are refused."""
    count = 0
    with tempfile.TemporaryFile() as held:
        held.writelines(content)
        held.seek(0)
        with tarfile.open(fileobj=held, mode="r") as archive:
            for member in archive:
                archive.extract(member, target, filter="data")
                count += 1
    return count


def _check_signature(path: Path, body: dict[str, Any], mac: str, key: BackupKey | None) -> None:
    if key and not hmac.compare_digest(str(mac), key.sign(_canonical(body))):
        raise Refused(
            f"{path} was not signed under the key in TRELLIS_BACKUP_KEY: name the key that made this backup, or use"
            " another backup. One made without a key is read with the key unset."
        )
    if not key and (mac or body["encrypted"]):
        raise Refused(f"{path.parent} is encrypted: set TRELLIS_BACKUP_KEY to the key that made it.")


def _manifest(body: dict[str, Any]) -> Manifest:
    return Manifest(
        **body
        | {
            "made_at": datetime.fromisoformat(body["made_at"]),
            "tables": {name: Digest(**each) for name, each in body["tables"].items()},
            "protection": {name: Digest(**each) for name, each in body["protection"].items()},
            "last_seal": LastSeal(**body["last_seal"]) if body["last_seal"] else None,
            "parts": {name: Part(**each) for name, each in body["parts"].items()},
        }
    )


def _canonical(body: dict[str, Any]) -> str:
    return json.dumps(body, sort_keys=True, separators=(",", ":"))
