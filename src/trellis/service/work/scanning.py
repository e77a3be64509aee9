"""Asks the installation's malware scanner about a file before it is kept."""

from __future__ import annotations

import shlex
import subprocess

from django.conf import settings

from trellis.rules.documents import Scan
from trellis.rules.errors import Refused

SECONDS = 30
FOUND = 1


def scanned(content: bytes) -> Scan:
    """What the scanner says of a file, which it reads on its standard input: `TRELLIS_SCANNER`, such as `clamdscan -`.

    It says yes by ending with 0 and no with 1, as ClamAV does. Raises Refused where it says no, and where it cannot
    tell: a file that could not be scanned is not kept. Without a scanner the file is kept, and marked as not scanned.
    """
    command = shlex.split(settings.SCANNER)
    if not command:
        return Scan.UNSCANNED
    try:
        ended = subprocess.run(command, input=content, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise _cannot_tell() from fault
    if ended.returncode == FOUND:
        raise Refused("The scanner found something harmful in this file, so it was not kept. Tell your security team.")
    if ended.returncode:
        raise _cannot_tell()
    return Scan.CLEAN


def _cannot_tell() -> Refused:
    return Refused("The file could not be scanned for viruses just now, so it was not kept. Try again in a while.")
