"""Mapped rows into the facts of their target: which table, which columns, which key."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import polars as pl

from trellis.rules.vocabulary import Compartment, RiskOfHarm
from trellis.service.casework.models import Contact
from trellis.service.feeds.models import Movement
from trellis.service.feeds.rows import digests
from trellis.service.feeds.staging import Batch
from trellis.service.feeds.transforms import ITEM
from trellis.service.needs.models import PathwayAnswer
from trellis.service.needs.queries.standing import PROBATION
from trellis.service.people.history import AboutPerson
from trellis.service.record.models import AgencyScore, Arrest, Charge, Disposal, Registration, Supervision
from trellis.service.schemes.queries import definitions

Facts = tuple[type[AboutPerson], pl.DataFrame]
KEEP = ("line", "person_id", "source_key")
PREDICTOR = "OGRS3"
RISK_CODE = "ROSH"


def facts_of(batch: Batch, rows: pl.DataFrame) -> Iterator[Facts]:
    """The facts in rows that have their person_id; targets whose rows make nothing by themselves have none."""
    make = _MAKERS.get(batch.mapping.target)
    if make is not None and rows.height:
        for model, facts in make(batch, rows):
            if facts.height:
                own = [name for name in facts.columns if name not in KEEP]
                yield model, facts.with_columns(pl.Series("source_digest", digests(facts, own), dtype=pl.String))


def _text(rows: pl.DataFrame, name: str) -> pl.Expr:
    return (pl.col(name).fill_null("") if name in rows.columns else pl.lit("")).alias(name)


def _optional(rows: pl.DataFrame, name: str, dtype: type[pl.DataType]) -> pl.Expr:
    return pl.col(name) if name in rows.columns else pl.lit(None, dtype=dtype).alias(name)


def _key(suffix: str = "") -> pl.Expr:
    return (pl.col("key") + suffix).alias("source_key")


def _when(rows: pl.DataFrame) -> list[pl.Expr]:
    """The day, and the time of day where one is given."""
    day = pl.col("happened").cast(pl.Date).alias("happened_on")
    timed = rows.schema["happened"] == pl.Datetime
    return [day, pl.col("happened").dt.time().alias("happened_at")] if timed else [day]


def _without(rows: pl.DataFrame, part: str) -> pl.DataFrame:
    """The rows whose part is sound."""
    return rows.filter(~pl.col("missing_parts").str.contains(f",{part},", literal=True))


def _custody_records(_: Batch, rows: pl.DataFrame) -> Iterator[Facts]:
    about = [_text(rows, "ho_code"), *_when(rows)]
    yield Arrest, rows.select("line", "person_id", _key(), *about, _text(rows, "outcome"))
    if "charged_on" in rows.columns:
        charged = _without(rows, "charge").filter(pl.col("charged_on").is_not_null())
        yield (
            Charge,
            charged.select(
                "line", "person_id", _key("/charge"), _text(rows, "ho_code"), happened_on=pl.col("charged_on"),
                offence_on=_optional(rows, "offence_on", pl.Date),
            ),
        )  # fmt: skip


def _disposals(_: Batch, rows: pl.DataFrame) -> Iterator[Facts]:
    yield (
        Disposal,
        rows.select(
            "line", "person_id", _key(), *_when(rows), _optional(rows, "offence_on", pl.Date), "ho_code", "principal",
            "finding", _text(rows, "disposal").str.slice(0, 60),
        ),
    )  # fmt: skip


def _probation_cases(batch: Batch, rows: pl.DataFrame) -> Iterator[Facts]:
    orders = _without(rows, "order").filter(pl.col("order_kind").is_not_null())
    yield (
        Supervision,
        orders.select(
            "line", "person_id", _key("/order"), kind="order_kind", starts="order_starts",
            ends=_optional(rows, "order_ends", pl.Date), reference=pl.col(batch.mapping.known_by),
            team=_text(rows, "team").str.slice(0, 100),
        ),
    )  # fmt: skip
    if "score" in rows.columns:
        scored = _without(rows, "score").filter(pl.col("score").is_not_null())
        yield (
            AgencyScore,
            scored.select(
                "line", "person_id", _key("/score"), happened_on="scored_on", predictor=pl.lit(PREDICTOR),
                percent_2y="score",
            ),
        )  # fmt: skip


def registrations_of(batch: Batch, rows: pl.DataFrame) -> pl.DataFrame:
    """The flags in force by the rows: one line for each person, sender's number and code.

    Columns line, person_id, sender, code, title, risk_of_harm, starts (null where no row says since when).
    """
    sender = pl.col(batch.mapping.known_by).alias("sender")
    base: list[str | pl.Expr] = ["line", "person_id", sender, _optional(rows, "registered_on", pl.Date).alias("starts")]
    tables = []
    if "registrations" in rows.columns:
        registers = batch.mapping.fields["registrations"].registers
        codes = pl.col("registrations").str.split(ITEM).alias("code")
        flagged = _without(rows, "registrations").filter(pl.col("registrations").is_not_null())
        titles = {code: register.title for code, register in registers.items()}
        risks = {code: register.risk_of_harm or "" for code, register in registers.items()}
        tables.append(
            flagged.select(*base, codes)
            .explode("code")
            .with_columns(
                title=pl.col("code").replace_strict(titles, return_dtype=pl.String),
                risk_of_harm=pl.col("code").replace_strict(risks, return_dtype=pl.String),
            )
        )
    if "risk_of_harm" in rows.columns:
        words = {risk.value: f"Risk of serious harm: {risk.label.lower()}" for risk in RiskOfHarm}
        assessed = _without(rows, "risk of harm").filter(pl.col("risk_of_harm").is_not_null())
        tables.append(
            assessed.select(
                *base,
                code=pl.lit(RISK_CODE),
                title=pl.col("risk_of_harm").replace_strict(words),
                risk_of_harm="risk_of_harm",
            )
        )
    return pl.concat(tables) if tables else pl.DataFrame()


def _movements(_: Batch, rows: pl.DataFrame) -> Iterator[Facts]:
    yield (
        Movement,
        rows.select(
            "line", "person_id", _key(), *_when(rows), "direction", _text(rows, "prison"), _text(rows, "reason"),
            _optional(rows, "expected_release", pl.Date), kind=_text(rows, "custody_kind"),
        ),
    )  # fmt: skip


def _contacts(batch: Batch, rows: pl.DataFrame) -> Iterator[Facts]:
    agency = pl.col("agency").fill_null(batch.agency_id) if "agency" in rows.columns else pl.lit(batch.agency_id)
    yield (
        Contact,
        rows.select(
            "line", "person_id", _key(), *_when(rows), "mode", "outcome", _text(rows, "worker").str.slice(0, 150),
            _text(rows, "notes"), agency_id=agency,
        ),
    )  # fmt: skip


def _needs(_: Batch, rows: pl.DataFrame) -> Iterator[Facts]:
    # A section without a threshold says nothing of a need, and one of health is for its own readers to record.
    sections = definitions().pathway_set(PROBATION).pathways
    told = [one.key for one in sections if one.need_from is not None and one.compartment == Compartment.CORE]
    yield (
        PathwayAnswer,
        rows.filter(pl.col("section").is_in(told)).select(
            "line", "person_id", _key(), *_when(rows), "score", pathway="section", pathway_set=pl.lit(PROBATION),
            compartment=pl.lit(Compartment.CORE.value),
        ),
    )  # fmt: skip


_MAKERS: Mapping[str, Callable[[Batch, pl.DataFrame], Iterator[Facts]]] = {
    "custody_record": _custody_records,
    "disposal": _disposals,
    "probation_case": _probation_cases,
    "prison_movement": _movements,
    "contact": _contacts,
    "need": _needs,
}

FLAGS = Registration
