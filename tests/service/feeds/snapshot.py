"""All that the feeds have written, told without ids and moments, so that two ways of coming to it can be compared."""

from __future__ import annotations

from collections import Counter

from django.db import connection

from trellis.service.access.actor import acting

ABOUT_PEOPLE = (
    "people_personname", "people_identifier", "people_address", "people_phone", "people_vehicle", "people_searchtoken",
    "people_protectedcharacteristics", "record_arrest", "record_charge", "record_disposal", "record_supervision",
    "record_registration", "record_agencyscore", "record_custody", "record_priority", "feeds_movement",
    "selection_cohortmembership", "selection_lead", "casework_contact", "access_grant",
)  # fmt: skip
PASSING = ["id", "person_id", "recorded_at", "superseded_at", "source_key", "source_digest", "starts_at", "ends_at"]
WHO = "(SELECT min(kind || value) FROM people_identifier i WHERE i.person_id = t.{key} AND i.superseded_at IS NULL)"

Snapshot = dict[str, Counter[str]]


def snapshot() -> Snapshot:
    """Each table's rows as texts, with how often each stands."""
    found = {table: _rows(f"(to_jsonb(t) - %s::text[])::text || {WHO.format(key='person_id')}"
                          " || coalesce((to_jsonb(t) ->> 'superseded_at' IS NULL)::text, '')", table, PASSING)
             for table in ABOUT_PEOPLE}  # fmt: skip
    found["people_person"] = _rows(
        f"(to_jsonb(t) - %s::text[])::text || {WHO.format(key='id')}", "people_person", ["id", "recorded_at"]
    )
    found["feeds_waitingrow"] = _rows(
        "(to_jsonb(t) - %s::text[])::text || cardinality(t.candidates)",
        "feeds_waitingrow",
        ["id", "file_id", "candidates", "answered_at"],
    )
    found["feeds_feedfile"] = _rows(
        "(to_jsonb(t) - %s::text[])::text", "feeds_feedfile", ["id", "received_at", "finished_at", "content"]
    )
    return found


def _rows(shown: str, table: str, left_out: list[str]) -> Counter[str]:
    with acting("feeds"), connection.cursor() as cursor:
        cursor.execute(f"SELECT {shown} FROM {table} t", [left_out])
        return Counter(text for (text,) in cursor.fetchall())
