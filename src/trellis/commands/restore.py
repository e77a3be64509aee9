"""Restore a backup into an empty database, or try it with --drill in a database beside that is dropped afterwards."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from psycopg import errors, sql

from trellis.commands import CommandError, _service
from trellis.commands import _backing_up as shared
from trellis.commands._proving import Finding, prove
from trellis.rules.errors import Refused
from trellis.service.common.backup import programs
from trellis.service.common.backup.envelope import BackupKey
from trellis.service.common.backup.folder import (
    DATABASE,
    FILES,
    Manifest,
    check_parts,
    read_manifest,
    read_part,
    unpack_files,
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which backup, and whether it is only a drill."""
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="the backup's own folder")
    parser.add_argument("--drill", action="store_true", help="restore into a database beside, prove it and drop it")
    parser.add_argument(
        "--scratch", metavar="NAME", help="an empty database for the drill, where the owner may not make one"
    )


def run(args: argparse.Namespace) -> int:
    """Restore and prove. 0 when everything fits; CommandError with a sentence where something does not."""
    if args.scratch and not args.drill:
        raise CommandError("--scratch names the database of a drill: add --drill, or leave it out.")
    _service.set_up()
    try:
        key = shared.backup_key()
        manifest = read_manifest(args.folder, key)
        check_parts(args.folder, manifest)
        print(f"{args.folder}: made on {manifest.made_at:%d/%m/%Y at %H:%M} UTC, {manifest.rows:,} rows, parts whole.")
        if args.drill:
            with _scratch_database(args.scratch) as database:
                _restore_database(args.folder, manifest, key, database)
            print("The drill's database is dropped.")
        else:
            _refuse_files()
            _restore_database(args.folder, manifest, key)
            print(
                f"{unpack_files(read_part(args.folder / FILES, key), shared.files_folder())} uploaded files restored."
            )
            print("Everybody signs in again. Run `trellis migrate` if this version is newer than the backup's.")
    except Refused as refusal:
        raise CommandError(str(refusal)) from refusal
    return 0


def _restore_database(folder: Path, manifest: Manifest, key: BackupKey | None, database: str = "") -> None:
    started = time.perf_counter()
    with shared.connect("owner", database) as owner:
        shared.refuse_unfit_target(owner, manifest)
        found = shared.programs(owner)
    programs.restore(found, shared.address("owner", database), read_part(folder / DATABASE, key))
    with shared.connect("owner", database, autocommit=True) as owner:
        # A restored database knows nothing of its own sizes, and would be read the slow way until it looked by itself.
        owner.execute("ANALYZE")
    taken = time.perf_counter() - started
    print(f"Restored in {taken:,.1f} s, {manifest.rows / taken:,.0f} rows a second.")
    _report(prove(manifest, database))


def _report(findings: list[Finding]) -> None:
    for finding in findings:
        print(f"  {finding.what:<14} {finding.words}")
    wrong = [finding.what for finding in findings if not finding.fits]
    if wrong:
        raise CommandError(f"The restored database is not what was backed up ({', '.join(wrong)}): use another backup.")


def _refuse_files() -> None:
    target = shared.files_folder()
    target.mkdir(parents=True, exist_ok=True)
    if any(target.iterdir()):
        raise CommandError(f"The folder of uploaded files, {target}, is not empty: move what it holds elsewhere first.")


@contextmanager
def _scratch_database(named: str | None) -> Iterator[str]:
    """An empty database that is dropped afterwards, made by the owner unless it was made before."""
    name = named or f"trellis_drill_{os.getpid()}"
    database = sql.Identifier(name)
    with shared.connect("owner", autocommit=True) as owner:
        if named:
            with shared.connect("owner", name) as scratch:
                shared.refuse_filled(scratch)
        else:
            try:
                owner.execute(sql.SQL("CREATE DATABASE {}").format(database))
            except errors.InsufficientPrivilege as fault:
                raise CommandError(
                    "The owner may not make databases: have one made that trellis_owner owns, and name it with"
                    " --scratch. The drill drops it."
                ) from fault
        try:
            yield name
        finally:
            owner.execute(sql.SQL("DROP DATABASE {}").format(database))
