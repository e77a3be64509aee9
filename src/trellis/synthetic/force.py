"""Fable, an invented force: generate what is true in it, and write the extracts that its agencies would send.

The files' columns are in docs/explanation/synthetic-force.md.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from trellis.synthetic import justice_files, police_files, scheme, scheme_files
from trellis.synthetic.careers import Careers, careers
from trellis.synthetic.orders import orders
from trellis.synthetic.persons import Nature, describe, natures
from trellis.synthetic.rates import Chances, chances, thinned
from trellis.synthetic.selection import Selected, select
from trellis.synthetic.settings import Settings, World
from trellis.synthetic.truth import Truth, case_table, custody_spells, offence_table
from trellis.synthetic.writing import save

__all__ = ["FILES", "Settings", "Truth", "World", "generate", "write_extracts"]

FILES = (
    police_files.nominals,
    police_files.custody_records,
    justice_files.court_results,
    justice_files.probation_cases,
    justice_files.prison_movements,
    scheme_files.cohort_list,
    scheme_files.priority_history,
    scheme_files.contact_list,
)
"""Each takes a generator and a Truth and gives the extract of one file."""

DEFAULT = Settings()


def write_extracts(folder: Path, settings: Settings = DEFAULT) -> Truth:
    """Generate the force that `settings` describes and write its eight files into `folder`, made if it is not there.

    Files of the same names are overwritten. Equal settings give equal bytes.
    """
    truth = generate(settings)
    folder.mkdir(parents=True, exist_ok=True)
    streams = np.random.default_rng([settings.seed, 1]).spawn(len(FILES))
    for extract, rng in zip(FILES, streams, strict=True):
        save(rng, folder, extract(rng, truth))
    return truth


def generate(settings: Settings = DEFAULT) -> Truth:
    """What is true in the force: people, what they did, what followed, and what the scheme did about it.

    Each part draws from a stream of its own, so that a change in one leaves the draws of the others alone.
    """
    of_people, of_names, of_rates, of_panels, of_scheme = np.random.default_rng(settings.seed).spawn(5)
    nature = natures(of_people, settings)
    every = chances(of_rates, settings, nature.age_at_start, nature.female, nature.habit)
    walked, selected = _lived(of_panels, settings, nature, every)
    cases, custody = case_table(settings, walked), custody_spells(settings, walked)
    supervised = orders(cases, custody, settings.as_at)
    people = _with_references(describe(of_names, settings, nature), supervised, custody)
    told = scheme.stories(set(selected.person.tolist()), custody, supervised, cases)
    members = scheme.memberships(of_scheme, settings, selected, people["area"].to_list(), told)
    return Truth(
        settings=settings,
        people=people,
        offences=offence_table(settings, walked),
        cases=cases,
        custody=custody,
        orders=supervised,
        memberships=members,
        priorities=scheme.priorities(of_scheme, settings, members, told),
        contacts=scheme.contacts(of_scheme, settings, members, told),
    )


def _lived(rng: np.random.Generator, settings: Settings, nature: Nature, every: Chances) -> tuple[Careers, Selected]:
    """Careers and who was selected. Where the scheme has an effect, lives are walked twice with the same luck: once to
    see whom the panels choose, once with the effect from the day each was adopted, so that all before it is the same.
    """
    managed_from = np.full(settings.people, settings.days + 1)
    walked = careers(thinned(every, settings.world, managed_from), settings.world, settings.people, settings.days)
    selected = select(rng, settings, nature, walked)
    if settings.world.effect != 1:
        managed_from[selected.person] = selected.adopted
        walked = careers(thinned(every, settings.world, managed_from), settings.world, settings.people, settings.days)
    return walked, selected


def _with_references(people: pl.DataFrame, supervised: pl.DataFrame, custody: pl.DataFrame) -> pl.DataFrame:
    """Add `crn` for those whom probation ever had and `noms` for those ever inside."""
    number = pl.col("person")
    letter = (number // 10_000).map_elements(lambda group: chr(ord("A") + group), return_dtype=pl.String)
    noms = pl.format("A{}Z{}", (number % 10_000).cast(pl.String).str.zfill(4), letter)
    crn = pl.format("X9{}", number.cast(pl.String).str.zfill(5))
    return people.with_columns(
        crn=pl.when(number.is_in(supervised["person"].unique().implode())).then(crn),
        noms=pl.when(number.is_in(custody["person"].unique().implode())).then(noms),
    )
