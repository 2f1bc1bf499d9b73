"""
Millions of pairs that really differ, made by columns and decided by columns: `python bench/soak.py [PAIRS] [SEED]`.

The generator is another than that of `tests/matching/soak.py` and shares nothing with it: every pair differs in
the one way of its stratum, and is left out where the change happens to change nothing. Half of all forms spell
grade, class or year in another way besides. Forms of the stratum `honest` differ in nothing: they are to be approved.
"""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np
import polars as pl

import matching_files
from differing import STRATA, spelt_otherwise
from eduid_bulk.reconcile import reconcile
from eduid_core.matching import Policy

AS_OF = dt.date(2026, 11, 2)
BATCH = 1_000_000


def pairs(size: int, seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return forms with their `stratum`, and the registry they are put to."""
    rng = np.random.default_rng(seed)
    held = matching_files.registry(size, rng).with_columns(status=pl.lit("在读"))
    forms = matching_files.applications(held, rng, differing=False)
    held = held.join(forms.select("id_number", "application_id"), on="id_number", maintain_order="left")
    both = forms.join(held, on="application_id", suffix="_r", maintain_order="left")
    places = np.arange(len(both)) % len(STRATA)
    parts = [differ(both.filter(places == n), rng) for n, differ in enumerate(STRATA.values())]
    named = [part.with_columns(stratum=pl.lit(name)) for part, name in zip(parts, STRATA, strict=True)]
    whole = spelt_otherwise(pl.concat(named, how="diagonal"), rng)
    mine = whole.select(*forms.columns, "stratum")
    theirs = whole.select(pl.col(f"{c}_r").alias(c) if f"{c}_r" in whole.columns else c for c in held.columns)
    again = theirs.filter(whole["stratum"] == "registry_twice").with_columns(student_number=pl.lit("L1"))
    return mine, pl.concat([theirs.drop("application_id"), again.drop("application_id")])


def count(size: int, seed: int) -> Counter[tuple[str, bool]]:
    """Return how many of each stratum were approved, and how many were not."""
    mine, theirs = pairs(size, seed)
    with tempfile.TemporaryDirectory(prefix="eduid-soak-") as name:
        paths = Path(name) / "applications.parquet", Path(name) / "registry.parquet"
        mine.drop("stratum").write_parquet(paths[0])
        theirs.write_parquet(paths[1])
        told = reconcile(*paths, as_of=AS_OF, policy=Policy())
    outcomes = pl.Series([verdict.outcome for verdict in told.verdicts]).gather(told.codes)
    return Counter(zip(mine["stratum"].to_list(), (outcomes == "approved").to_list(), strict=True))


def main(size: int, seed: int) -> int:
    """Count in batches; return 1 where a difference was approved, or an honest form was not."""
    counts, began = Counter[tuple[str, bool]](), time.perf_counter()
    while (done := sum(n for (stratum, _), n in counts.items() if stratum != "honest")) < size:
        counts += count(BATCH, seed)
        seed += 1
        print(f"{sum(counts.values()):,} pairs, {time.perf_counter() - began:.0f} s", flush=True)
    wrong = {key: n for key, n in counts.items() if key[1] is not (key[0] == "honest")}
    for stratum in STRATA:
        print(f"{stratum:24} {counts[stratum, False]:>10,} not approved {counts[stratum, True]:>10,} approved")
    print(f"{done:,} differing pairs, next seed {seed}; decided wrongly: {wrong or 'none'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    arguments = [int(text) for text in sys.argv[1:]]
    sys.exit(main(*(arguments or [8_000_000])[:1], *(arguments[1:] or [1])))
