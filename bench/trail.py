"""The trail: what it adds to a request, how fast it is sealed and verified, and how long an event waits for its seal.

The peer of a request is the same request with every trigger of the trail disabled and no access event written.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import psycopg

BLOCKS = 10
REQUESTS = 6
EVENTS = 200_000
A_SECOND = 200
SECONDS = 20
WRITERS = 4
ROW = (
    "INSERT INTO record_disposal (recorded_at, source, source_key, source_digest, source_row, happened_on, ho_code,"
    " principal, finding, disposal, agency_id, person_id, recorded_by_id) SELECT now(), 'bench', n::text, '', n::text,"
    " date '1990-01-01' + n %% 12000, '02801', true, 'found_guilty', 'Community order', %s, %s, %s"
    " FROM generate_series(1, %s) n"
)
ACCESS = (
    "INSERT INTO audit_accessevent (id, at, actor_id, request_id, method, page, status, person_ids, detail)"
    " VALUES (gen_random_uuid(), clock_timestamp(), %s, 'bench', 'GET', 'home:person', 200, '{1}', '{}')"
)


def main() -> None:
    """Measure in a process of its own, on a server of its own that is gone afterwards."""
    from trellis.service.access.roles import APP_ROLE, OWNER_ROLE, STEWARD_ROLE, create_roles  # noqa: PLC0415
    from trellis.service.common.embedded_postgres import embedded_server  # noqa: PLC0415

    # No other server's name: what it holds is thrown away.
    server = embedded_server("bench-trail")
    # Of a run that was killed.
    server.remove()
    server.start()
    try:
        create_roles(server.url, "trellis")
        at = f"@/trellis?host={quote(str(server.sockets), safe='')}"
        with tempfile.TemporaryDirectory() as var:
            own = {
                "TRELLIS_DATABASE_URL": f"postgresql://{APP_ROLE}{at}",
                "TRELLIS_OWNER_DATABASE_URL": f"postgresql://{OWNER_ROLE}{at}",
                "TRELLIS_STEWARD_DATABASE_URL": f"postgresql://{STEWARD_ROLE}{at}",
                "TRELLIS_VAR": var,
                "DJANGO_SETTINGS_MODULE": "trellis.service.config.settings",
                "TRELLIS_MODE": "test",
            }
            subprocess.run([sys.executable, "-m", "bench.trail"], env=os.environ | own, check=True)
    finally:
        server.stop()
        shutil.rmtree(server.data, ignore_errors=True)


def measure() -> None:
    """Print the figures. The surroundings name the database."""
    import django  # noqa: PLC0415 - the settings are named by the process that started this
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    with contextlib.redirect_stdout(io.StringIO()):
        call_command("migrate", verbosity=0, interactive=False)
    from tests.cast import make_cast  # noqa: PLC0415
    from tests.factories import grant, make_person  # noqa: PLC0415
    from trellis.rules.vocabulary import Stage  # noqa: PLC0415

    cast = make_cast()
    person = make_person(cast, stage=Stage.MANAGED)
    grant(cast, cast.police_om, person)
    _cost_of_requests(cast, person)
    _lag(cast)
    _sealing_and_verifying(cast, person)


def _cost_of_requests(cast: Any, person: Any) -> None:
    from django.urls import reverse  # noqa: PLC0415

    client = cast.client(cast.police_om)
    contact = {
        "happened_on": "yesterday",
        "happened_at": "3.15pm",
        "mode": "home",
        "outcome": "attended_complied",
        "worker": "Wren Hob",
        "agency": cast.police.pk,
        "notes": "Seen at home.",
    }
    requests: dict[str, Callable[[], Any]] = {
        "a person's page": lambda: client.get(reverse("home:person", args=[person.pk])),
        "recording a contact": lambda: client.post(reverse("casework:new", args=[person.pk]), contact),
    }
    for what, request in requests.items():
        assert request().status_code in {200, 302}
        times: dict[bool, list[float]] = {True: [], False: []}
        for block in range(2 * BLOCKS):
            captured = block % 2 == 0
            _set_capture(captured)
            request()
            times[captured] += [_timed(request) for _ in range(REQUESTS)]
        _set_capture(True)
        # The fastest tenth, because other work on the machine only ever slows a request down.
        with_trail, without = (statistics.quantiles(times[captured], n=10)[0] * 1e3 for captured in (True, False))
        print(
            f"trail: {what} {with_trail:.1f} ms with the trail, {without:.1f} ms without, adds"
            f" {with_trail - without:.2f} ms, ratio {with_trail / without:.2f}x",
            flush=True,
        )


def _set_capture(captured: bool) -> None:
    from django.db import connections  # noqa: PLC0415

    from trellis.service.access import middleware  # noqa: PLC0415

    if not hasattr(_set_capture, "written"):
        _set_capture.written = middleware._write_event  # type: ignore[attr-defined]
    middleware._write_event = _set_capture.written if captured else lambda *_: None  # type: ignore[attr-defined]
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger"
            " WHERE tgname IN ('trail_insert', 'trail_update', 'trail_delete')"
        )
        for table, trigger in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} {'ENABLE' if captured else 'DISABLE'} TRIGGER {trigger}")


def _lag(cast: Any) -> None:
    """From an event to the moment at which its batch is sealed, while so many events a second are committed."""
    from django.db import connections  # noqa: PLC0415

    from trellis.service.access.sealer import Sealer, seal_waiting  # noqa: PLC0415

    seal_waiting()
    sealer = Sealer()
    sealer.start()
    start = time.monotonic()
    writers = [threading.Thread(target=_write, args=(cast, number, start)) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    taken = time.monotonic() - start
    time.sleep(timedelta(seconds=2).total_seconds())
    sealer.stop()
    steward = connections["steward"]
    with steward.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), percentile_cont(ARRAY[0.5, 0.99]) WITHIN GROUP (ORDER BY extract(epoch FROM s.at - e.at))"
            " FROM audit_accessevent e JOIN audit_seal s ON s.access_id = e.id WHERE e.request_id = 'bench'"
        )
        count, (middle, worst) = cursor.fetchone()
    if count != A_SECOND * SECONDS:
        raise SystemExit(f"trail: {count:,} events were sealed of {A_SECOND * SECONDS:,}")
    print(f"trail: sealer lag at {count / taken:.0f} events/s p50 {middle:.2f} s, p99 {worst:.2f} s", flush=True)


def _write(cast: Any, number: int, start: float) -> None:
    from django.db import connection  # noqa: PLC0415

    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}) as link:
        for event in range(number, A_SECOND * SECONDS, WRITERS):
            time.sleep(max(0.0, start + event / A_SECOND - time.monotonic()))
            link.execute("SELECT set_config('trellis.actor', %s, true)", [str(cast.auditor.pk)])
            link.execute(ACCESS, [cast.auditor.pk])
            link.commit()


def _sealing_and_verifying(cast: Any, person: Any) -> None:
    from django.conf import settings  # noqa: PLC0415
    from django.db import connection, connections  # noqa: PLC0415

    from trellis.service.access.actor import acting  # noqa: PLC0415
    from trellis.service.access.sealer import seal_waiting  # noqa: PLC0415
    from trellis.service.audit.verifying import verify_trail  # noqa: PLC0415

    with acting("feeds") as actor, connection.cursor() as cursor:
        writing = _timed(lambda: cursor.execute(ROW, [cast.police.pk, person.pk, actor.user_id, EVENTS]))
    sealing = _timed(seal_waiting)
    steward = connections["steward"]
    steward.ensure_connection()
    done = verify_trail(steward.connection, settings.TRAIL_KEYS, [])
    print(
        f"trail: {EVENTS:,} rows in one statement captured at {EVENTS / writing / 1e3:,.0f} k rows/s, sealed at"
        f" {EVENTS / sealing / 1e3:,.1f} k/s; {done.seals:,} verified at {done.rate / 1e3:,.0f} k rows/s"
    )


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    measure()
