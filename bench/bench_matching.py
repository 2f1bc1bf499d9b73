"""
Reconciling two parquet files beside pipelines written by hand in Polars and in SQL for DuckDB.

The pipelines by hand are told that the files are clean and which few differences occur in them; each reads the
same files, decides every application alike (that is checked, row by row) and writes a csv. Ours finds out by
itself what is clean, and explains. Splink, which says how likely a pair is and not what differs, is timed on the same
files, training and prediction. Every way has run once before it is timed, Splink and ours alike. `EDUID_BENCH_ROWS` sets the size, a million unless said otherwise.

    python bench/bench_matching.py
"""

from __future__ import annotations

import datetime as dt
import itertools
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl

import matching_files
from by_hand import WEIGHTS, by_polars
from eduid_bulk.reconcile import reconcile
from eduid_core.matching import Policy
from linkage import by_splink
from stopwatch import best_of, row

ROWS = int(os.environ.get("EDUID_BENCH_ROWS", "1000000"))
AS_OF = dt.date(2026, 11, 2)


def ours(mine: Path, theirs: Path, out: Path) -> None:
    reconcile(mine, theirs, as_of=AS_OF, policy=Policy()).write(out)


SQL = """
copy (
  with forms as (
    select *, file_row_number as row, ({check}) % 11 as sum from read_parquet('{mine}', file_row_number = true)
  ), twice as (
    select id_number, count(*) as n from forms where sum = 1 group by id_number having count(*) > 1
  )
  select application_id,
    case when reason = 'CONSISTENT' then 'approved' when reason = 'ID_INVALID' then 'returned' else 'review' end as outcome,
    reason
  from (
    select f.row, f.application_id, case
      when f.sum <> 1 then 'ID_INVALID' when t.n is not null then 'DUPLICATE_APPLICATION'
      when r.status is null then 'NOT_FOUND' when r.status = '转出' then 'STATUS_TRANSFERRED'
      when r.status = '休学' then 'STATUS_SUSPENDED' when f.name <> r.name then 'IDENTITY_DIFFERS'
      when f.school <> r.school then 'VISITING_STUDENT'
      when f.grade <> r.grade or f.class <> r.class or f.entry_year <> substr(r.entry_month, 1, 4) then 'PLACEMENT_DIFFERS'
      else 'CONSISTENT' end as reason
    from forms f left join read_parquet('{theirs}') r using (id_number) left join twice t using (id_number)
  ) order by row
) to '{out}' (header, delimiter ',', quote '')
"""


def by_duckdb(mine: Path, theirs: Path, out: Path) -> None:
    """One statement, two threads."""
    digits = [f"cast(id_number[{i + 1}] as integer) * {w}" for i, w in enumerate(WEIGHTS)]
    check = " + ".join([*digits, "if(id_number[18] = 'X', 10, try_cast(id_number[18] as integer))"])
    with duckdb.connect() as connection:
        connection.execute("set threads = 2")
        connection.execute(SQL.format(check=check, mine=mine, theirs=theirs, out=out))


def same(one: Path, other: Path) -> bool:
    """Return whether two files of decisions say the same of every application, the first reason included."""
    frames = [pl.read_csv(path, has_header=False, skip_rows=1, quote_char=None) for path in (one, other)]
    a, b = (f.select("column_0", "column_1", pl.col("column_2").str.split(";").list.first()) for f in frames)
    return a.equals(b)


def rows() -> list[dict[str, object]]:
    """Return our seconds for the whole beside those of each peer, the best of some turns about."""
    with tempfile.TemporaryDirectory(prefix="eduid-bench-") as name:
        folder = Path(name)
        files = matching_files.write(folder, ROWS)
        outs: dict[str, Path] = {}

        def way(call: Callable[[Path, Path, Path], None]) -> Callable[[], int]:
            """Each turn writes a new file: to write over an old one, or to take its name, is no part of the work."""
            turns = itertools.count()

            def once() -> int:
                out = outs[call.__name__] = folder / f"{call.__name__}-{next(turns)}.csv"
                call(*files, out)
                return 1

            return once

        ways, splink = [way(call) for call in (ours, by_polars, by_duckdb)], way(by_splink)
        for each in (*ways, splink):
            each()
        mine, polars_s, duckdb_s = best_of(*ways)
        assert same(outs["ours"], outs["by_polars"])
        assert same(outs["ours"], outs["by_duckdb"])
        again, splink_s = best_of(ways[0], splink, rounds=3)
    size = f"{ROWS:,} x {ROWS:,}"
    return [
        row(f"reconcile {size}, Polars by hand", mine, polars_s, unit="s", scale=1),
        row(f"reconcile {size}, DuckDB by hand", mine, duckdb_s, unit="s", scale=1),
        row(f"reconcile {size}, Splink", again, splink_s, unit="s", scale=1),
    ]


if __name__ == "__main__":
    for each in rows():
        print(
            f"{each['name']:<62} {each['ours']:>8.2f} {each['peer']:>8.2f} {each['unit']} x{each['ratio']:.2f}"
        )
