"""Run the jobs that pages have asked for, such as applying an extract, and keep the trail sealed."""

from __future__ import annotations

import argparse
from typing import Any

from trellis.commands import _service

HEARTBEAT_SECONDS = 10
STALLED_AFTER_SECONDS = 60


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none."""


def run(args: argparse.Namespace) -> int:
    """Work until stopped."""
    _service.prepare(migrate=False)
    from procrastinate.contrib.django import app

    from trellis.service.access.sealer import Sealer

    sealer = Sealer()
    sealer.start()
    try:
        _work(app)
    finally:
        sealer.stop()
    return 0


def _work(app: Any) -> None:
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        worker.run_worker(
            update_heartbeat_interval=HEARTBEAT_SECONDS,
            stalled_worker_timeout=STALLED_AFTER_SECONDS,
            install_signal_handlers=True,
        )
