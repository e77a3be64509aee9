"""Serve the pages and run the jobs.

With TRELLIS_DATABASE_URL unset this serves the embedded database, migrated to the newest state. Stops both parts when
either stops, so that a supervisor sees one process.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from types import FrameType

from trellis.commands import _service

PATIENCE_SECONDS = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen."""
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    parser.add_argument("--port", type=int, default=8000, help="the port to listen on")
    parser.add_argument("--workers", type=int, default=1, help="how many processes serve pages")


def run(args: argparse.Namespace) -> int:
    """Serve until stopped. Raises CommandError where the database does not allow it."""
    _service.prepare()
    return serve(args.host, args.port, args.workers)


def serve(host: str, port: int, workers: int) -> int:
    """Run the page server and the job worker side by side until one ends or a signal comes."""
    web = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)),
        *("--workers", str(workers), "--blocking-threads", "4", "--no-ws", "--log-level", "warning"),
        "trellis.service.config.wsgi:application",
    ]
    jobs = [sys.executable, "-m", "trellis.cli", "work"]
    parts = [subprocess.Popen(command, env=os.environ.copy()) for command in (web, jobs)]  # noqa: S603

    def stop(_signal: int, _frame: FrameType | None) -> None:
        for part in parts:
            part.terminate()

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, stop)
    while all(part.poll() is None for part in parts):
        time.sleep(0.2)
    stop(signal.SIGTERM, None)
    codes = [_ended(part) for part in parts]
    return max((code for code in codes if code > 0), default=0)


def _ended(part: subprocess.Popen[bytes]) -> int:
    try:
        return part.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        part.kill()
        return part.wait()
