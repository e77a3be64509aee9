"""Write the whole database and the uploaded files into a new folder, as the steward."""

from __future__ import annotations

import argparse
import shutil
from datetime import UTC, datetime
from pathlib import Path

from trellis.commands import CommandError, _service
from trellis.commands import _backing_up as shared
from trellis.rules.errors import Refused
from trellis.service.common.backup import contents, programs
from trellis.service.common.backup import folder as parts
from trellis.service.common.backup.contents import Connection
from trellis.service.common.backup.envelope import BackupKey


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to."""
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="the folder in which a new one is made")


def run(args: argparse.Namespace) -> int:
    """Make the backup and print where it is. Raises CommandError with a sentence where it cannot be made."""
    # A database that is behind this version is backed up too: that is when it is needed most.
    _service.set_up()
    try:
        key = shared.backup_key()
        folder, manifest = make_backup(args.folder, key)
    except Refused as refusal:
        raise CommandError(str(refusal)) from refusal
    except OSError as fault:
        raise CommandError(f"The backup could not be written ({fault}), and nothing of it was kept.") from fault
    size = sum(part.bytes for part in manifest.parts.values())
    print(f"{folder}: {manifest.rows:,} rows of {len(manifest.tables)} tables, {size / 1e6:,.1f} MB.")
    if not key:
        print("It is not encrypted: keep it on an encrypted disk, or set TRELLIS_BACKUP_KEY.")
    return 0


def make_backup(where: Path, key: BackupKey | None) -> tuple[Path, parts.Manifest]:
    """Make a backup in a new folder under `where`: whole, or not at all. Raises Refused, CommandError or OSError."""
    now = datetime.now(UTC)
    final = where / f"trellis-{now:%Y%m%dT%H%M%S.%fZ}"
    unfinished = where / f".{final.name}.unfinished"
    where.mkdir(parents=True, exist_ok=True)
    unfinished.mkdir(mode=0o700)
    try:
        with shared.connect("steward") as steward, shared.connect("default") as app:
            manifest = _write(unfinished, steward, app, key, now)
        unfinished.rename(final)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return final, manifest


def _write(folder: Path, steward: Connection, app: Connection, key: BackupKey | None, now: datetime) -> parts.Manifest:
    # The dump, the digests and what the users see are of one moment: each reads the steward's snapshot.
    snapshot = shared.share_snapshot(steward, app)
    dump = programs.dump(
        shared.programs(steward), shared.address("steward"), snapshot=snapshot, leave_out=contents.LEFT_OUT
    )
    written = {
        parts.DATABASE: parts.write_part(folder / parts.DATABASE, dump, key),
        parts.FILES: parts.write_part(folder / parts.FILES, parts.pack_files(shared.files_folder()), key),
    }
    manifest = parts.Manifest(
        made_at=now,
        server_version=steward.info.server_version,
        migrations=shared.migrations(steward),
        tables=contents.digest_tables(steward),
        protection=contents.digest_protection(steward),
        live_grants=shared.live_grants(steward, now),
        sight=shared.sight(app, shared.sampled_users(steward)),
        last_seal=shared.last_seal(steward),
        encrypted=key is not None,
        parts=written,
    )
    parts.write_manifest(folder, manifest, key)
    return manifest
