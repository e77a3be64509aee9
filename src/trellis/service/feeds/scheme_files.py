"""What a scheme kept before Trellis: who was in which cohort, who led, and how they were prioritised."""
# ruff: noqa: S608  # the names put into statements are our own tables' and columns'; values are parameters

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl

from trellis.rules.dates import long_date
from trellis.rules.vocabulary import Compartment, GrantBasis, LeadKind, Stage
from trellis.service.feeds.rows import digests
from trellis.service.feeds.spells import Clash, overlap
from trellis.service.feeds.staging import Batch, Effect, Effects, execute, fetch, insert_facts, supersede, write_facts
from trellis.service.record.models import Priority
from trellis.service.selection.models import CohortMembership, Lead

_IN_TWO = (
    "Line {line}: membership from {day} overlaps another that the person has. Correct the dates of one, or"
    " set this row aside."
)
_TWO_COLOURS = "Line {line}: another decision stands for {day}. Say which holds: correct this row, or set it aside."


def write_memberships(batch: Batch, rows: pl.DataFrame, effects: Effects) -> list[Clash]:
    """Cohort membership, leads with the sight of the record that goes with them, and where people stand."""
    fitting, clashes = _fitting(batch, rows)
    if fitting.is_empty():
        return clashes
    members = fitting.select(
        "line", "person_id", source_key="key", cohort_id="cohort", starts="starts", ends=_column(rows, "ends", pl.Date),
        leaving_reason=_column(rows, "leaving_reason", pl.String).fill_null("").str.slice(0, 200),
    )  # fmt: skip
    write_facts(batch, CohortMembership, _digested(members), effects)
    for kind in LeadKind:
        column = f"{kind.value}_lead"
        if column in rows.columns:
            led = fitting.filter(
                pl.col(column).is_not_null()
                & ~pl.col("missing_parts").str.contains(f",{kind.value} lead,", literal=True)
            )
            leads = led.select(
                "line", "person_id", source_key=pl.col("key") + f"/{kind.value}", kind=pl.lit(kind.value),
                officer_id=column, agency_id=pl.col(column).replace_strict(_agencies_of(led[column].to_list())),
                starts="starts", ends=_column(rows, "ends", pl.Date),
            )  # fmt: skip
            write_facts(batch, Lead, _digested(leads), effects)
    people = fitting["person_id"].unique().to_list()
    if "area" in rows.columns:
        _place(fitting)
    _settle_stages(batch, people)
    _settle_grants(batch, people)
    _shorten_priorities(batch, people)
    return clashes


def write_priorities(batch: Batch, rows: pl.DataFrame, effects: Effects) -> list[Clash]:
    """Colours: each holds until the next decision, or until the person left."""
    clashes: list[Clash] = []
    known = _priorities(rows["person_id"].unique().to_list())
    taken = {(row["person_id"], row["starts"]): row["source_key"] for row in known}
    current = {row["source_key"]: row for row in known if row["source"] == batch.source}
    new: list[dict[str, Any]] = []
    for row in _digested(_decisions(rows)).sort("starts", "source_key").iter_rows(named=True):
        held = current.get(row["source_key"])
        if held and held["source_digest"] == row["source_digest"]:
            continue
        by_day = taken.setdefault((row["person_id"], row["starts"]), row["source_key"])
        if by_day != row["source_key"]:
            sentence = _TWO_COLOURS.format(line=row["line"], day=long_date(row["starts"]))
            clashes.append(Clash(f"{batch.file_id}:{row['line']}", sentence))
            continue
        effects.add(row["line"], Effect.CORRECTED if held else Effect.ADDED, row["person_id"])
        new.append(row | {"source": batch.source, "agency_id": batch.agency_id, "ends": None})
    keys = {row["source_key"] for row in new}
    supersede(batch, Priority, [row["id"] for key, row in current.items() if key in keys])
    kept = [row for row in known if not (row["source"] == batch.source and row["source_key"] in keys)]
    _lay_out(batch, kept, new)
    return clashes


def _decisions(rows: pl.DataFrame) -> pl.DataFrame:
    by = pl.concat_str(pl.lit("Set by "), _column(rows, "set_by", pl.String), pl.lit("."))
    reason = pl.concat_str(
        [_column(rows, "reason", pl.String).fill_null("Not given").str.strip_chars_end("."), by],
        separator=". ",
        ignore_nulls=True,
    )
    return rows.select(
        "line", "person_id", source_key="key", colour="colour", starts="starts", reason=reason,
        review_on=_column(rows, "review_on", pl.Date),
    )  # fmt: skip


def _lay_out(batch: Batch, kept: list[dict[str, Any]], new: list[dict[str, Any]]) -> None:
    """Write the new decisions, each ending where the next begins, and shorten those that stood in their way."""
    people = {row["person_id"] for row in new}
    left = _membership_ends(sorted(people))
    starts: dict[int, list[date]] = defaultdict(list)
    for row in (*kept, *new):
        starts[row["person_id"]].append(row["starts"])
    shortened = []
    for row in kept:
        ends = _end(row, starts[row["person_id"]], left[row["person_id"]]) if row["source"] else row["ends"]
        if row["person_id"] in people and ends != row["ends"]:
            shortened.append(row | {"ends": ends})
    for row in new:
        row["ends"] = _end(row, starts[row["person_id"]], left[row["person_id"]])
    supersede(batch, Priority, [row["id"] for row in shortened])
    written = [{name: row[name] for name in _PRIORITY if name in row} for row in (*shortened, *new)]
    for group in (written[: len(shortened)], written[len(shortened) :]):
        if group:
            insert_facts(batch, Priority, pl.DataFrame(group, infer_schema_length=None))


_PRIORITY = (
    "line", "person_id", "agency_id", "source", "source_key", "source_digest", "source_row", "colour", "reason",
    "review_on", "starts", "ends", "engagement", "intelligence", "at_large", "proposed", "grid",
)  # fmt: skip


def _end(row: dict[str, Any], starts: Sequence[date], left: Sequence[tuple[date, date]]) -> date | None:
    """The earliest day after a decision's start that ends it: the end it has, the next decision, or leaving."""
    ends = [day for day in starts if day > row["starts"]]
    ends += [day for joined, day in left if joined <= row["starts"] < day]
    ends += [row["ends"]] if row["ends"] else []
    return min(ends, default=None)


def _shorten_priorities(batch: Batch, people: Sequence[int]) -> None:
    """Colours that feeds have brought end when their person left."""
    known = _priorities(people)
    left = _membership_ends(people)
    over = [
        row | {"ends": ends}
        for row in known
        if row["source"] and (ends := _end(row, (), left[row["person_id"]])) != row["ends"]
    ]
    supersede(batch, Priority, [row["id"] for row in over])
    if over:
        rows = [{name: row[name] for name in _PRIORITY} for row in over]
        insert_facts(batch, Priority, pl.DataFrame(rows, infer_schema_length=None))


def _priorities(people: Sequence[int]) -> list[dict[str, Any]]:
    names = ("id", *_PRIORITY[1:])
    found = fetch(
        f"SELECT {', '.join(names)} FROM record_priority WHERE person_id = ANY(%s) AND superseded_at IS NULL"
        " ORDER BY id",
        [list(people)],
    )
    return [dict(zip(names, values, strict=True)) | {"line": 0} for values in found]


def _membership_ends(people: Sequence[int]) -> dict[int, list[tuple[date, date]]]:
    ends: dict[int, list[tuple[date, date]]] = defaultdict(list)
    for person_id, joined, left in fetch(
        "SELECT person_id, starts, ends FROM selection_cohortmembership WHERE person_id = ANY(%s)"
        " AND superseded_at IS NULL AND ends IS NOT NULL",
        [list(people)],
    ):
        ends[person_id].append((joined, left))
    return ends


def _fitting(batch: Batch, rows: pl.DataFrame) -> tuple[pl.DataFrame, list[Clash]]:
    """The rows that overlap nothing that stands or came before them."""
    spells: dict[int, list[tuple[str, date, date | None]]] = defaultdict(list)
    for person_id, source, key, starts, ends in fetch(
        "SELECT person_id, source, source_key, starts, ends FROM selection_cohortmembership WHERE person_id = ANY(%s)"
        " AND superseded_at IS NULL",
        [rows["person_id"].unique().to_list()],
    ):
        spells[person_id].append((key if source == batch.source else "", starts, ends))
    clashes, fitting = [], []
    for row in rows.iter_rows(named=True):
        own = spells[row["person_id"]]
        if any(
            key != row["key"] and overlap(row["starts"], row.get("ends"), since, until) for key, since, until in own
        ):
            sentence = _IN_TWO.format(line=row["line"], day=long_date(row["starts"]))
            clashes.append(Clash(f"{batch.file_id}:{row['line']}", sentence))
        else:
            own.append((row["key"], row["starts"], row.get("ends")))
            fitting.append(row["line"])
    return rows.filter(pl.col("line").is_in(fitting)), clashes


def _agencies_of(officers: Sequence[int]) -> dict[int, int]:
    """The agency that each officer works for: a lead is theirs, whoever sent the list."""
    return dict(
        fetch(
            "SELECT DISTINCT ON (user_id) user_id, agency_id FROM access_posting WHERE user_id = ANY(%s)"
            " ORDER BY user_id, id",
            [list(officers)],
        )
    )


def _place(rows: pl.DataFrame) -> None:
    placed = rows.filter(pl.col("area").is_not_null())
    execute(
        "UPDATE people_person p SET area_id = s.area, version = p.version + 1"
        " FROM unnest(%s::bigint[], %s::bigint[]) AS s (id, area) WHERE p.id = s.id AND p.area_id IS NULL",
        [placed["person_id"].to_list(), placed["area"].to_list()],
    )


def _settle_stages(batch: Batch, people: Sequence[int]) -> None:
    """Whoever is in a cohort now is managed; whoever was and is no longer stands as formerly managed."""
    execute(
        "UPDATE people_person p SET stage = s.stage, version = p.version + 1 FROM (SELECT person_id,"
        " CASE WHEN bool_or(ends IS NULL OR ends > %(today)s) THEN %(managed)s ELSE %(former)s END AS stage"
        " FROM selection_cohortmembership WHERE person_id = ANY(%(people)s) AND superseded_at IS NULL"
        " AND starts <= %(today)s GROUP BY person_id) s WHERE p.id = s.person_id AND p.stage <> s.stage"
        " AND (s.stage = %(managed)s OR p.stage IN (%(managed)s, %(known)s))",
        {
            "today": batch.received_on,
            "people": list(people),
            "managed": Stage.MANAGED,
            "former": Stage.FORMER,
            "known": Stage.KNOWN,
        },
    )


def _settle_grants(batch: Batch, people: Sequence[int]) -> None:
    """A current lead and their team see the person; that sight ends with the lead."""
    values = {
        "today": batch.received_on,
        "now": batch.now,
        "people": list(people),
        "by": batch.recorded_by_id,
        "basis": GrantBasis.ALLOCATED.value,
        "core": [Compartment.CORE.value],
        "source": batch.source,
    }
    leading = (
        "SELECT DISTINCT l.person_id, l.officer_id, l.agency_id FROM selection_lead l"
        " WHERE l.person_id = ANY(%(people)s) AND l.superseded_at IS NULL AND l.starts <= %(today)s"
        " AND (l.ends IS NULL OR l.ends > %(today)s)"
    )
    teams = (
        f"SELECT DISTINCT l.person_id, m.team_id, t.agency_id FROM ({leading}) l"
        " JOIN access_posting m ON m.user_id = l.officer_id AND m.starts <= %(today)s"
        " AND (m.ends IS NULL OR m.ends > %(today)s) JOIN schemes_team t ON t.id = m.team_id"
    )
    for column, grantees in (("user_id", leading), ("team_id", teams)):
        # Nobody sees for one agency whom they lead for another.
        execute(
            f"INSERT INTO access_grant ({column}, person_id, agency_id, stages, compartments, basis, reason,"
            f" granted_by_id, starts_at) SELECT g.grantee, g.person, g.agency, '{{}}', %(core)s, %(basis)s, %(source)s,"
            f" %(by)s, %(now)s FROM ({grantees}) AS g (person, grantee, agency) WHERE NOT EXISTS (SELECT 1"
            f" FROM access_grant a WHERE a.{column} = g.grantee AND a.person_id = g.person AND a.basis = %(basis)s"
            " AND a.ends_at IS NULL AND (a.agency_id IS NULL OR a.agency_id = g.agency))",
            values,
        )
        execute(
            f"UPDATE access_grant a SET ends_at = %(now)s WHERE a.person_id = ANY(%(people)s) AND a.basis = %(basis)s"
            f" AND a.ends_at IS NULL AND a.{column} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ({grantees})"
            f" AS g (person, grantee, agency) WHERE g.person = a.person_id AND g.grantee = a.{column}"
            " AND (a.agency_id IS NULL OR a.agency_id = g.agency))",
            values,
        )


def _digested(facts: pl.DataFrame) -> pl.DataFrame:
    own = [name for name in facts.columns if name not in {"line", "person_id", "source_key"}]
    return facts.with_columns(pl.Series("source_digest", digests(facts, own), dtype=pl.String))


def _column(rows: pl.DataFrame, name: str, dtype: type[pl.DataType]) -> pl.Expr:
    return pl.col(name) if name in rows.columns else pl.lit(None, dtype=dtype)
