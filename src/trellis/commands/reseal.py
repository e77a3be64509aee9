"""Seal documents again with the newest field key, so that an older one can be taken away."""

from __future__ import annotations

import argparse

from trellis.commands import _service


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing to choose: the first of TRELLIS_FIELD_KEYS seals, the others open."""


def run(args: argparse.Namespace) -> int:
    """Seal again what an older key has sealed. Returns 1, and names them, where no key in use opens some files."""
    _service.prepare(migrate=False)
    from trellis.service.work.resealing import reseal_documents

    done = reseal_documents()
    print(f"{done.again:,} files sealed again; {done.already:,} had the newest key already.")
    for number in done.unopened:
        print(f"No key in TRELLIS_FIELD_KEYS opens the file {number}, or it was altered. It stays as it was.")
    return 1 if done.unopened else 0
