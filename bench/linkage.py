"""
Splink on the files of `bench_matching`: the model of the scoreboard, trained without labels as it is meant to be,
then asked about every pair.
"""

from __future__ import annotations

import contextlib
import io
import logging
import warnings
from pathlib import Path

import duckdb

FIELDS = "name, id_number, school, grade, class as class_name"
FORMS = f"select application_id as unique_id, {FIELDS}, entry_year from read_parquet('{{}}')"
HELD = f"select student_number as unique_id, {FIELDS}, left(entry_month, 4) as entry_year from read_parquet('{{}}')"


def by_splink(mine: Path, theirs: Path, out: Path) -> None:
    """Train and predict; pairs are sought by the number alone, which is the cheapest blocking there is."""
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    connection = duckdb.connect()
    connection.execute("set threads = 2")
    settings = SettingsCreator(
        link_type="link_only",
        blocking_rules_to_generate_predictions=[block_on("id_number")],
        comparisons=[
            cl.JaroWinklerAtThresholds("name", [0.9]),
            cl.DamerauLevenshteinAtThresholds("id_number", [1]),
            *(cl.JaroWinklerAtThresholds(field, [0.9]) for field in ("school", "grade", "class_name")),
            cl.ExactMatch("entry_year"),
        ],
        retain_intermediate_calculation_columns=False,
    )
    with contextlib.redirect_stdout(io.StringIO()):  # it speaks of its progress
        api = DuckDBAPI(connection)
        sides = [
            api.register(connection.sql(query.format(path)).arrow().read_all())
            for query, path in ((FORMS, mine), (HELD, theirs))
        ]
        linker = Linker(sides, settings)
        training = linker.training
        training.estimate_probability_two_random_records_match([block_on("id_number")], recall=0.99)
        training.estimate_u_using_random_sampling(max_pairs=1e6)
        for rule in (block_on("id_number"), block_on("name", "school")):
            training.estimate_parameters_using_expectation_maximisation(rule)
        scored = linker.inference.predict(threshold_match_probability=0.5)
    connection.execute(f"copy (select unique_id_l, match_probability from {scored.physical_name}) to '{out}'")
    connection.close()
    logging.disable(logging.NOTSET)
