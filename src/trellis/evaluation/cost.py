"""What offences cost by a named set of unit costs: price x count for each line, the agencies' parts, and what has no
price, which is "not costed" and never nothing.

Every figure carries its set, basis and price year; two sets are never added. Sources of the method: West Midlands 2018,
page 44 (cost before and while managed); Home Office Research Report 99 (2018), which has no cost for drug possession
and other crimes against society; break-even as in the Sussex evaluation of 2012, which sets what delivery costs for
each person managed against the cost of the offences that would have to be avoided.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import polars as pl

from trellis.evaluation.attribution import NOT_ATTRIBUTABLE, Expected
from trellis.evaluation.definitions import Status, UnitCostSet
from trellis.rules.errors import Refused

NOT_SPLIT: Final = "not split by agency"
NOT_COSTED: Final = "not costed"


@dataclass(frozen=True, slots=True, eq=False)
class Costing:
    """What counted offences cost. Counts may be fractions, where they are projected to a year.

    `lines`: line, name, status, count, unit_cost, pounds. `not_costed`: ho_code ("" where it was no code), count.
    """

    unit_costs: UnitCostSet
    lines: pl.DataFrame
    not_costed: pl.DataFrame

    @property
    def pounds(self) -> float | None:
        """Pounds in all; None where there are offences and none of them has a price."""
        if self.lines.is_empty() and not self.not_costed.is_empty():
            return None
        return float(self.lines["pounds"].sum())

    @property
    def without_price(self) -> float:
        """How many offences have no price."""
        return float(self.not_costed["count"].sum())

    @property
    def agencies(self) -> Mapping[str, float]:
        """Pounds that fall to each agency, and what the source splits no further; they come to `pounds`."""
        by_line = dict(self.lines.select("line", "count").iter_rows())
        costed = [line for line in self.unit_costs.lines if line.key in by_line]
        parts = {
            agency: sum(by_line[line.key] * line.agencies.get(agency, 0.0) for line in costed)
            for agency in self.unit_costs.agencies
        }
        parts[NOT_SPLIT] = sum(by_line[line.key] * line.not_split for line in costed)
        return MappingProxyType(parts)

    @property
    def example_share(self) -> float:
        """The share of the pounds that rests on lines whose cost no published page confirms."""
        total = self.pounds
        example = self.lines.filter(pl.col("status") == Status.EXAMPLE)["pounds"].sum()
        return float(example) / total if total else 0.0

    @property
    def words(self) -> tuple[str, ...]:
        """The set with its basis and price year, what has no price, and what rests on examples."""
        said = [f"Costs: {self.unit_costs.label}. Source: {self.unit_costs.source}."]
        if self.without_price:
            said.append(f"{self.without_price:,.0f} of these offences are not costed: the set has no price for them.")
        if self.example_share:
            said.append(f"{100 * self.example_share:.0f} % of the cost rests on example prices that nobody confirmed.")
        return tuple(said)


@dataclass(frozen=True, slots=True)
class BreakEven:
    """What would have to be avoided for delivery to pay for itself, in the prices of one set of unit costs.

    `cost_of_one` is the mean cost of an offence of these people before they were managed.
    """

    delivery_pounds: float
    people: int
    cost_of_one: float
    offences_before: float
    label: str

    @property
    def per_person(self) -> float:
        """What delivery costs for each person managed, in pounds."""
        return self.delivery_pounds / self.people

    @property
    def offences_to_avoid(self) -> float:
        """How many offences of the usual mix cost as much as delivery."""
        return self.delivery_pounds / self.cost_of_one

    @property
    def fall_needed(self) -> float:
        """The share of their earlier offending that this is; above 1 delivery cannot pay for itself."""
        return self.offences_to_avoid / self.offences_before

    @property
    def words(self) -> tuple[str, ...]:
        """The break-even point in sentences that claim nothing about what was achieved."""
        return (
            f"Delivery costs £{self.delivery_pounds:,.0f}, £{self.per_person:,.0f} for each of {self.people:,} people.",
            f"It pays for itself if the scheme itself prevents {self.offences_to_avoid:,.1f} offences of their usual "
            f"mix, {100 * self.fall_needed:.1f} % of what they did before, at £{self.cost_of_one:,.0f} each.",
            f"Prices: {self.label}. What a scheme prevents is not the fall from before to after: part of that comes "
            f"by itself.",
        )


@dataclass(frozen=True, slots=True, eq=False)
class Benefit:
    """The change of cost by agency: `table` has agency, before, after, difference, share (of the whole difference)."""

    label: str
    table: pl.DataFrame
    expected: Expected

    @property
    def words(self) -> tuple[str, ...]:
        """What must be read with the table: never leave any of it out."""
        return (
            NOT_ATTRIBUTABLE,
            self.expected.words(None),
            "No agency's part is money in hand, and each is less certain than the whole difference and its interval.",
            f"Costs: {self.label}.",
        )


def cost(counts: Mapping[str, float], unit_costs: UnitCostSet) -> Costing:
    """Price counts by Home Office code. Codes that the set has no line for are listed as not costed."""
    lines = unit_costs.lines_of(counts)
    by_line: dict[str, float] = {}
    for code, line in lines.items():
        by_line[line.key] = by_line.get(line.key, 0.0) + counts[code]
    priced = [(line, by_line[line.key]) for line in unit_costs.lines if by_line.get(line.key)]
    rows = [
        (line.key, line.name, unit_costs.status_of(line).value, count, line.amount, count * line.amount)
        for line, count in priced
    ]
    schema: dict[str, pl.DataType] = dict.fromkeys(("line", "name", "status"), pl.String())
    schema |= dict.fromkeys(("count", "unit_cost", "pounds"), pl.Float64())
    unpriced = [(code, float(count)) for code, count in sorted(counts.items()) if code not in lines and count]
    return Costing(
        unit_costs,
        pl.DataFrame(rows, schema, orient="row"),
        pl.DataFrame(unpriced, {"ho_code": pl.String, "count": pl.Float64}, orient="row"),
    )


def who_benefits(before: Costing, after: Costing, *, expected: Expected) -> Benefit:
    """What changes for each agency (PERF-32). `expected`, the natural fall, has no default.

    Raises Refused when the two are costed by different sets.
    """
    check_same_set(before, after)
    rows = [(agency, pounds, after.agencies[agency]) for agency, pounds in before.agencies.items()]
    schema = {"agency": pl.String, "before": pl.Float64, "after": pl.Float64}
    table = pl.DataFrame(rows, schema, orient="row").with_columns(difference=pl.col("after") - pl.col("before"))
    whole = float(table["difference"].sum())
    share = pl.col("difference") / whole if whole else pl.lit(None, pl.Float64)
    return Benefit(before.unit_costs.label, table.with_columns(share=share), expected)


def break_even(before: Costing, *, delivery_pounds: float, delivery_price_year: str, people: int) -> BreakEven:
    """Set what delivery costs in a year against the offences that would have to be avoided (PERF-30).

    `before`: what these people's offending cost in the year before. Raises Refused when delivery is in the prices of
    another year (`in_prices_of` moves it), or nothing was costed, or nobody is managed.
    """
    if delivery_price_year != before.unit_costs.price_year:
        raise Refused(
            f"Delivery is in {delivery_price_year} prices and offences in {before.unit_costs.price_year} prices. "
            f"Move one to the other's year with a price index first."
        )
    costed = float(before.lines["count"].sum())
    if not before.pounds or people < 1 or delivery_pounds <= 0:
        raise Refused("Break-even needs people managed, a delivery cost above £0 and some costed offences before it.")
    return BreakEven(delivery_pounds, people, before.pounds / costed, costed, before.unit_costs.label)


def in_prices_of(pounds: float, *, from_year: str, to_year: str, index: Mapping[str, float]) -> float:
    """Move pounds from one year's prices to another's by a price index that the caller supplies, such as the deflator.

    Raises Refused when the index has no value for a year.
    """
    for year in (from_year, to_year):
        if year not in index:
            raise Refused(f"The price index has no value for {year}. It has {', '.join(sorted(index))}.")
    return pounds * index[to_year] / index[from_year]


def check_same_set(one: Costing, other: Costing) -> None:
    """Raise Refused when two costings use different sets of unit costs, which are never added or compared."""
    if one.unit_costs != other.unit_costs:
        raise Refused(
            f"One is costed by {one.unit_costs.label} and the other by {other.unit_costs.label}. Use one set for both."
        )


def pounds_text(pounds: float | None) -> str:
    """`£84,092,722`, with a proper minus sign, or `not costed`."""
    if pounds is None:
        return NOT_COSTED
    return f"{'−' if round(pounds) < 0 else ''}£{abs(pounds):,.0f}"
