"""Which database: the one that TRELLIS_DATABASE_URL names, or the embedded server."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from psycopg.conninfo import conninfo_to_dict

from trellis.service.access.roles import APP_ROLE, OWNER_ROLE, STEWARD_ROLE
from trellis.service.access.router import COUNTERS
from trellis.service.common.embedded_postgres import EmbeddedServer

DATABASE = "trellis"


def from_url(url: str) -> dict[str, Any]:
    """Django's settings for a PostgreSQL address. Raises ValueError with a sentence for any other."""
    if not url.startswith(("postgresql://", "postgres://")):
        raise ValueError("A database address must begin with postgresql:// — Trellis runs on PostgreSQL alone.")
    parts = conninfo_to_dict(url)
    known = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    options = {key: value for key, value in parts.items() if key not in known}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "OPTIONS": options,
        "ATOMIC_REQUESTS": True,
        **{setting: str(parts.get(key) or "") for key, setting in known.items()},
    }


def embedded(server: EmbeddedServer) -> dict[str, str]:
    """The addresses of the embedded server's database, by connection name."""
    host = quote(str(server.sockets), safe="")
    return {
        alias: f"postgresql://{role}@/{DATABASE}?host={host}"
        for alias, role in (("default", APP_ROLE), ("owner", OWNER_ROLE), ("steward", STEWARD_ROLE))
    }


def connections_for(addresses: dict[str, str]) -> dict[str, dict[str, Any]]:
    """The setting DATABASES. Tests mirror the owner's database, so that all connections see one database."""
    databases = {alias: from_url(url) for alias, url in addresses.items() if url}
    databases[COUNTERS] = from_url(addresses["default"])
    for alias in ("default", COUNTERS):
        databases[alias]["TEST"] = {"MIRROR": "owner"}
    for alias, options in databases.items():
        if alias != "default":
            # Only the application serves requests.
            options["ATOMIC_REQUESTS"] = False
    return databases
