"""Before-and-after cost tables of 200,000 people with 20 million events from Parquet, against pandas, on one core.

Both read the same file and must give the same events, days and pounds before and since. Trellis's time includes the
person bootstrap, which pandas is not asked for. Each measuring happens in a process of its own, so that thread counts
hold and the peak of memory is its own. Processor time is taken, since other work on the machine does not change it.
"""

import importlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PEOPLE, EVENTS, PAIRS = 200_000, 20_000_000, 3
DATA_END, SINCE = "2025-01-01", "2019-01-01"
COSTS = Path("definitions/unit_costs/gmca_v1_4.yaml")
ONE_THREAD = dict.fromkeys(
    ("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "ARROW_NUM_THREADS"), "1"
)


def main() -> None:
    """Write the files, measure each side in turn and print the ratio."""
    with tempfile.TemporaryDirectory() as name:
        _run("write", name)
        pairs = [(_run("trellis", name), _run("pandas", name)) for _ in range(PAIRS)]
    for ours, theirs in pairs:
        if ours["sums"] != theirs["sums"]:
            raise SystemExit(f"cost: the two differ: {ours['sums']} and {theirs['sums']}")
    ours, theirs = sorted(pairs, key=lambda pair: pair[1]["seconds"] / pair[0]["seconds"])[PAIRS // 2]
    print(
        f"cost: {PEOPLE:,} people, {EVENTS / 1e6:.0f} M events from Parquet, processor time on one core: "
        f"Trellis {ours['seconds']:.1f} s and {ours['memory']:.1f} GB with 1,000 resamples, "
        f"pandas {theirs['seconds']:.1f} s and {theirs['memory']:.1f} GB without, "
        f"ratio {theirs['seconds'] / ours['seconds']:.1f}x (median of {PAIRS} pairs, same events, days and pounds)"
    )


def write(folder: Path) -> None:
    """People, spells, custody and events, drawn from one seed."""
    import numpy as np  # noqa: PLC0415 - after the thread counts are set
    import polars as pl  # noqa: PLC0415

    rng = np.random.default_rng(9)
    ids = np.arange(1, PEOPLE + 1)
    # Every window is longer than all the custody of anybody, so that none is spent wholly inside.
    selected = np.datetime64("2021-01-01") + rng.integers(0, 600, PEOPLE)
    left = selected + rng.integers(100, 400, PEOPLE)
    still = rng.random(PEOPLE) < 0.5
    pl.DataFrame({"person_id": ids, "sex": rng.choice(["M", "M", "M", "F"], PEOPLE)}).write_parquet(folder / "people")
    spells = pl.DataFrame({"person_id": ids, "from": selected, "to": left})
    spells.with_columns(pl.when(pl.Series(~still)).then("to").alias("to")).write_parquet(folder / "managed")
    held = np.datetime64("2019-01-01") + rng.integers(0, 2000, 2 * PEOPLE)
    custody = {"person_id": np.tile(ids, 2), "from": held, "to": held + rng.integers(1, 45, 2 * PEOPLE)}
    pl.DataFrame(custody).with_columns(kind=pl.lit("sentence")).write_parquet(folder / "custody")
    codes = np.array(
        ["03401", "02803", "03000", "04500", "04600", "03900", "04900", "09251", "10501", "00806", "14900"]
    )
    happened = np.datetime64("2019-06-01") + rng.integers(0, 2200, EVENTS, dtype=np.int32)
    events = {
        "person_id": rng.integers(1, PEOPLE + 1, EVENTS),
        "offence_date": happened,
        "proven_date": happened + rng.integers(1, 250, EVENTS, dtype=np.int32),
        "ho_code": codes[rng.integers(0, len(codes), EVENTS, dtype=np.int8)],
    }
    pl.DataFrame(events).write_parquet(folder / "events", row_group_size=1_000_000)


def trellis_side(folder: Path) -> dict[str, list[float]]:
    """The table by Trellis: events, days and whole pounds, before and since."""
    from datetime import date  # noqa: PLC0415

    import polars as pl  # noqa: PLC0415

    from trellis.evaluation.attribution import NotAssessed  # noqa: PLC0415
    from trellis.evaluation.before_after import Scope, Settings, before_after  # noqa: PLC0415
    from trellis.evaluation.definitions import read_unit_costs  # noqa: PLC0415

    settings = Settings(
        Scope.ALL_SINCE,
        date.fromisoformat(DATA_END),
        seed=1,
        since=date.fromisoformat(SINCE),
        unit_costs=read_unit_costs(COSTS),
    )
    people, managed, custody = (pl.read_parquet(folder / name) for name in ("people", "managed", "custody"))
    events = pl.scan_parquet(folder / "events")
    found = before_after(people, managed, events, custody, settings, expected=NotAssessed("invented people"))
    cost = found.table.cost
    assert cost is not None
    return {
        "before": [found.before.events, found.before.days, cost.before],
        "since": [found.compared.events, found.compared.days, cost.after],
    }


def pandas_side(folder: Path) -> dict[str, list[float]]:
    """The same figures as an analyst would write them in pandas: merges, masks and groups."""
    import pandas as pd  # noqa: PLC0415
    from pyarrow import parquet  # noqa: PLC0415

    from trellis.evaluation.definitions import read_unit_costs  # noqa: PLC0415

    def read(name: str) -> pd.DataFrame:
        # Days as numbers and not as objects: the fast way.
        return parquet.read_table(folder / name, use_threads=False).to_pandas(date_as_object=False)

    end = pd.Timestamp(DATA_END)
    until = end - pd.DateOffset(months=6)
    managed = read("managed")
    custody = read("custody")
    managed["before"] = managed["from"] - pd.DateOffset(months=12)
    windows = {"before": ("before", "from"), "since": ("from", "until")}
    managed["until"] = until.to_datetime64()
    # Overlapping spells of custody are merged before they are counted.
    custody = custody.sort_values(["person_id", "from"])
    custody["to"] = custody["to"].clip(upper=end)
    reached = custody.groupby("person_id")["to"].cummax().groupby(custody["person_id"]).shift()
    custody["run"] = ((custody["from"] > reached) | reached.isna()).cumsum()
    custody = custody.groupby("run").agg({"person_id": "first", "from": "min", "to": "max"})
    custody = custody.merge(managed, on="person_id", suffixes=("_held", ""))
    days = {}
    for name, (starts, ends) in windows.items():
        whole = (managed[ends].clip(upper=until) - managed[starts]).dt.days.clip(lower=0).sum()
        held = custody[["to_held", ends]].min(axis=1).clip(upper=until) - custody[["from_held", starts]].max(axis=1)
        days[name] = int(whole - held.dt.days.clip(lower=0).sum())
    costs = read_unit_costs(COSTS)
    events = read("events")
    events = events.merge(managed[["person_id", "before", "from", "until"]], on="person_id")
    events = events[(events["proven_date"] < end) & (events["proven_date"] >= events["offence_date"])]
    # Months by the calendar, worked out once a day and looked up.
    calendar = events["offence_date"].drop_duplicates()
    proof_ends = events["offence_date"].map(pd.Series(calendar.to_numpy(), index=calendar) + pd.DateOffset(months=6))
    events = events[events["proven_date"] < proof_ends]
    sums = {}
    for name, (starts, ends) in windows.items():
        happened = events["offence_date"]
        inside = (happened >= events[starts]) & (happened < events[ends].clip(upper=until))
        counts = events.loc[inside, "ho_code"].value_counts()
        lines = costs.lines_of(counts.index)
        pounds = sum(lines[code].amount * count for code, count in counts.items() if code in lines)
        sums[name] = [int(counts.sum()), days[name], round(pounds * 365.25 / days[name] * PEOPLE)]
    return sums


def _run(what: str, folder: str) -> dict[str, object]:
    command = [sys.executable, "-m", "bench.cost", what, folder]
    done = subprocess.run(command, env=os.environ | ONE_THREAD, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


def _measure(what: str, folder: Path) -> dict[str, object]:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    work = {"write": write, "trellis": trellis_side, "pandas": pandas_side}[what]
    # Modules are loaded before the clock starts.
    for module in ("trellis.evaluation.before_after", "trellis.evaluation.definitions", "pandas", "pyarrow.parquet"):
        importlib.import_module(module)
    start = time.process_time()
    sums = work(folder)
    seconds = time.process_time() - start
    return {"sums": sums, "seconds": seconds, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6}


if __name__ == "__main__":
    print(json.dumps(_measure(sys.argv[1], Path(sys.argv[2]))))
