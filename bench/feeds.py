"""Feeds: rows of court results a minute into a server of their own, and the peak of memory, against the ORM.

The peer reads the same rows one at a time and saves each by Django's ORM, looking its person up: what an importer
written without feeds would do. Both write to the same secured, audited tables.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import subprocess
import sys
import time
from datetime import date, datetime, timedelta
from urllib.parse import quote

ROWS = 200_000
PEOPLE = 4_000
PEER_ROWS = 2_000
HEAD = "pncId,courtDate,offenceDate,hoClass/sub,principal,finding,result"
RESULTS = ("Fine", "Community order", "Imprisonment", "Suspended sentence")
CODES = ("028/01", "046/00", "105/01", "045/10")
FIRST_DAY = date(1990, 1, 1)


def main() -> None:
    """Measure in a process of its own, on a server of its own that is gone afterwards."""
    from trellis.service.access.roles import APP_ROLE, OWNER_ROLE, create_roles  # noqa: PLC0415
    from trellis.service.common.embedded_postgres import embedded_server  # noqa: PLC0415

    # No other server's name: what it holds is thrown away.
    server = embedded_server("bench-feeds")
    server.start()
    try:
        create_roles(server.url, "trellis")
        at = f"@/trellis?host={quote(str(server.sockets), safe='')}"
        own = {
            "TRELLIS_DATABASE_URL": f"postgresql://{APP_ROLE}{at}",
            "TRELLIS_OWNER_DATABASE_URL": f"postgresql://{OWNER_ROLE}{at}",
            "DJANGO_SETTINGS_MODULE": "trellis.service.config.settings",
            "TRELLIS_MODE": "test",
        }
        subprocess.run([sys.executable, "-m", "bench.feeds"], env=os.environ | own, check=True)
    finally:
        server.stop()
        shutil.rmtree(server.data, ignore_errors=True)


def measure() -> None:
    """Print rows a minute, the peak of memory and the ratio. The surroundings name the database."""
    import django  # noqa: PLC0415 - the settings are named by the process that started this
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    _measure()


def _measure() -> None:
    from tests.cast import make_cast  # noqa: PLC0415
    from tests.service.feeds.loading import NOMINAL, make_agencies, receive  # noqa: PLC0415
    from trellis.service.feeds.apply import apply_whole  # noqa: PLC0415

    cast = make_cast()
    make_agencies()
    chance = random.Random(11)
    names = ["".join(chance.choices("ABCDEFGHIJKLMNOP", k=9)) for _ in range(PEOPLE)]
    births = [f"{FIRST_DAY - timedelta(7000 + n):%d/%m/%Y}" for n in range(PEOPLE)]
    people = [NOMINAL, *(f"NM{n:06};{names[n]};Osric;;{births[n]};M;;{pnc(n)};;;;" for n in range(PEOPLE))]
    apply_whole(receive(cast.scheme, cast.coordinator, "sample_police_nominals", "\r\n".join(people).encode()).pk)
    results = invented(ROWS + PEER_ROWS)
    content = "\r\n".join([HEAD, *results[:ROWS]]).encode()
    start = time.perf_counter()
    file = apply_whole(receive(cast.scheme, cast.coordinator, "sample_court_results", content).pk)
    taken = time.perf_counter() - start
    if (file.added, file.waiting) != (ROWS, 0):
        raise SystemExit(f"feeds: {file.added:,} rows were added and {file.waiting:,} wait, of {ROWS:,}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    peer = _row_by_row(results[ROWS:])
    rate = ROWS / taken * 60
    print(
        f"feeds: {rate / 1e3:,.0f} k rows/min ({len(content) / 1e6:.0f} MB in {taken:.1f} s), peak {peak:.0f} MB,"
        f" row by row through the ORM {peer / 1e3:,.0f} k rows/min, ratio {rate / peer:.0f}x"
    )


def _row_by_row(results: list[str]) -> float:
    """Rows a minute through the ORM."""
    from trellis.service.access.actor import acting  # noqa: PLC0415
    from trellis.service.people.models import Identifier  # noqa: PLC0415
    from trellis.service.record.models import Disposal  # noqa: PLC0415
    from trellis.service.schemes.models import Agency  # noqa: PLC0415

    start = time.perf_counter()
    with acting("feeds") as actor:
        agency = Agency.objects.get(slug="fable-courts")
        for row in results:
            number, on, offence, code, principal, _, result = row.split(",")
            person = Identifier.objects.current().get(kind="PNC", value=number).person
            Disposal.objects.get_or_create(
                source="peer",
                source_key=f"{number}|{on}|{offence}|{code}|{principal}",
                superseded_at=None,
                defaults={
                    "person": person,
                    "agency": agency,
                    "recorded_by_id": actor.user_id,
                    "happened_on": datetime.strptime(on, "%Y%m%d").date(),
                    "offence_on": datetime.strptime(offence, "%Y%m%d").date(),
                    "ho_code": code.replace("/", ""),
                    "principal": principal == "Y",
                    "finding": "found_guilty",
                    "disposal": result,
                },
            )
    return len(results) / (time.perf_counter() - start) * 60


def pnc(person: int) -> str:
    """An invented identifier for each person."""
    return f"{1980 + person % 40}/{person:07}Z"


def invented(rows: int) -> list[str]:
    """So many different results of the people."""
    chance = random.Random(7)
    made = []
    for n in range(rows):
        # A day of their own for each of a person's results keeps the rows apart.
        on = FIRST_DAY + timedelta(n // PEOPLE * 7 + chance.randrange(7))
        offence = on - timedelta(chance.randrange(1, 90))
        cells = (f"{on:%Y%m%d}", f"{offence:%Y%m%d}", chance.choice(CODES), "Y", "Found guilty", chance.choice(RESULTS))
        made.append(",".join((pnc(n % PEOPLE), *cells)))
    return made


if __name__ == "__main__":
    measure()
