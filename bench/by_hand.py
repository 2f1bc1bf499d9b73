"""
Reconciling two clean parquet files by a Polars pipeline written by hand, as a library call and as a program.

    python bench/by_hand.py applications.parquet registry.parquet decisions.csv
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def _check() -> pl.Expr:
    """Return the remainder of the weighted digits; 1 for a number that is right."""
    digit = [pl.col("id_number").str.slice(i, 1).cast(pl.Int32) for i in range(17)]
    last = pl.col("id_number").str.slice(17, 1)
    check = pl.when(last == "X").then(10).otherwise(last.replace("X", "0").cast(pl.Int32))
    return (pl.sum_horizontal(*(d * w for d, w in zip(digit, WEIGHTS, strict=True))) + check) % 11


def _key() -> pl.Expr:
    last = pl.col("id_number").str.slice(17, 1)
    return pl.col("id_number").str.slice(0, 17).cast(pl.Int64) * 11 + pl.when(last == "X").then(10).otherwise(
        last.replace("X", "0").cast(pl.Int64)
    )


def by_polars(mine: Path, theirs: Path, out: Path) -> None:
    """A lazy pipeline on the streaming engine, joined by an integer key."""
    forms = pl.scan_parquet(mine).with_row_index("row").with_columns(key=_key(), sum=_check())
    twice = (
        forms.filter(pl.col("sum") == 1)
        .group_by("key")
        .len()
        .filter(pl.col("len") > 1)
        .select("key", twice=True)
    )
    held = pl.scan_parquet(theirs).with_columns(key=_key())
    (
        forms.join(held, on="key", how="left", suffix="_r")
        .join(twice, on="key", how="left")
        .select(
            "row",
            "application_id",
            reason=pl.when(pl.col("sum") != 1).then(pl.lit("ID_INVALID"))
            .when(pl.col("twice")).then(pl.lit("DUPLICATE_APPLICATION"))
            .when(pl.col("status").is_null()).then(pl.lit("NOT_FOUND"))
            .when(pl.col("status") == "转出").then(pl.lit("STATUS_TRANSFERRED"))
            .when(pl.col("status") == "休学").then(pl.lit("STATUS_SUSPENDED"))
            .when(pl.col("name") != pl.col("name_r")).then(pl.lit("IDENTITY_DIFFERS"))
            .when(pl.col("school") != pl.col("school_r")).then(pl.lit("VISITING_STUDENT"))
            .when(
                (pl.col("grade") != pl.col("grade_r")) | (pl.col("class") != pl.col("class_r"))
                | (pl.col("entry_year") != pl.col("entry_month").str.slice(0, 4))
            ).then(pl.lit("PLACEMENT_DIFFERS"))
            .otherwise(pl.lit("CONSISTENT")),
        )
        .with_columns(
            outcome=pl.when(pl.col("reason") == "CONSISTENT").then(pl.lit("approved"))
            .when(pl.col("reason") == "ID_INVALID").then(pl.lit("returned")).otherwise(pl.lit("review"))
        )
        .sort("row").select("application_id", "outcome", "reason")
        .sink_csv(out, quote_style="never", engine="streaming")
    )  # fmt: skip


if __name__ == "__main__":
    by_polars(*map(Path, sys.argv[1:]))
