"""
The scoreboard: who approves what differs, and who troubles a teacher for a space, on the same labelled cases.

    python bench/scoreboard.py [CASES]

Beside ours: exact comparison of the texts as they are, Splink and recordlinkage, both trained on the same cases
without labels, as they are meant to be, and deciding at several thresholds. What they give is a probability: good for
ordering a queue, which is what it may do here.
"""

from __future__ import annotations

import contextlib
import io
import logging
import sys
import warnings
from collections.abc import Callable, Sequence

import pandas as pd

from eduid_audit.evaluation.score import Labelled, cases, wilson
from eduid_core.matching import Outcome, match

FIELDS = ("name", "id_number", "school", "grade", "class_name", "entry_year")
OF_ROW = {"entry_year": "entry_month"}
Approved = Callable[[], set[int]]


def _text(value: object) -> str:
    return str(value.reveal("scoreboard") if hasattr(value, "reveal") else value)


def frames(labelled: Sequence[Labelled]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return applications and registry rows, each with the number of its case."""
    left = [{"unique_id": n, "case": n, **{f: _text(getattr(c.application, f)) for f in FIELDS}}
            for n, c in enumerate(labelled)]  # fmt: skip
    right = [
        {"unique_id": f"{n}-{k}", "case": n, **{f: _text(getattr(row, OF_ROW.get(f, f))) for f in FIELDS}}
        for n, c in enumerate(labelled)
        for k, row in enumerate(c.found.rows)
    ]
    right = [r | {"entry_year": r["entry_year"][:4]} for r in right]
    return pd.DataFrame(left).astype({"unique_id": str}), pd.DataFrame(right).astype({"unique_id": str})


def ours(labelled: Sequence[Labelled]) -> set[int]:
    decided = (match(c.application, c.found) for c in labelled)
    return {n for n, verdict in enumerate(decided) if verdict.outcome is Outcome.APPROVED}


def exact(left: pd.DataFrame, right: pd.DataFrame) -> set[int]:
    same = left.merge(right, on=["case", *FIELDS])
    return set(same["case"])


def with_recordlinkage(left: pd.DataFrame, right: pd.DataFrame) -> dict[str, set[int]]:
    import recordlinkage

    left, right = left.set_index("unique_id"), right.set_index("unique_id")
    index = recordlinkage.Index()
    for block in ("case", "id_number", "school"):
        index.block(block)
    compare = recordlinkage.Compare()
    compare.exact("id_number", "id_number", label="id")
    for field in ("name", "school", "grade", "class_name"):
        compare.string(field, field, method="jarowinkler", threshold=0.9, label=field)
    compare.exact("entry_year", "entry_year", label="year")
    features = compare.compute(index.index(left, right), left, right)
    learnt = recordlinkage.ECMClassifier(binarize=0.5)
    learnt.fit(features)
    likely = learnt.prob(features)
    of_case, of_row = left["case"].to_dict(), right["case"].to_dict()
    own = likely[[of_case[a] == of_row[r] for a, r in likely.index]]
    return {f"recordlinkage ECM >= {t}": {of_case[a] for a, _ in own[own >= t].index} for t in (0.9, 0.99)}


def with_splink(left: pd.DataFrame, right: pd.DataFrame) -> dict[str, set[int]]:
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.getLogger("splink").setLevel(logging.ERROR)
    settings = SettingsCreator(
        link_type="link_only",
        blocking_rules_to_generate_predictions=[block_on("case")],
        comparisons=[
            cl.JaroWinklerAtThresholds("name", [0.9]),
            cl.DamerauLevenshteinAtThresholds("id_number", [1]),
            *(cl.JaroWinklerAtThresholds(f, [0.9]) for f in ("school", "grade", "class_name")),
            cl.ExactMatch("entry_year"),
        ],
        retain_intermediate_calculation_columns=False,
    )
    api = DuckDBAPI()
    linker = Linker([api.register(left), api.register(right)], settings)
    linker.training.estimate_probability_two_random_records_match([block_on("id_number")], recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
    for rule in (block_on("id_number"), block_on("name", "school")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    scored = linker.inference.predict(threshold_match_probability=0.5).as_pandas_dataframe()
    of_case = left.set_index("unique_id")["case"].to_dict() | right.set_index("unique_id")["case"].to_dict()
    return {
        f"Splink >= {t}": {of_case[a] for a in scored[scored["match_probability"] >= t]["unique_id_l"]}
        for t in (0.9, 0.99, 0.9999)
    }


def line(name: str, approved: set[int], labelled: Sequence[Labelled]) -> str:
    differ = [n for n, c in enumerate(labelled) if not c.agrees]
    honest = [n for n, c in enumerate(labelled) if c.agrees]
    false, needless = sum(n in approved for n in differ), sum(n not in approved for n in honest)
    most = 3 / len(differ) if not false else wilson(false, len(differ))[1]
    return (f"{name:28} {false:>9,} of {len(differ):,} ({false / len(differ):.2%}, below {most:.2%})"
            f" {needless:>9,} of {len(honest):,} ({needless / len(honest):.2%})")  # fmt: skip


def main(count: int) -> None:
    labelled = list(cases(seed=26, size=count))
    left, right = frames(labelled)
    print(f"{'':28} {'approved though they differ':<46} sent to a teacher though they agree")
    print(line("ours", ours(labelled), labelled))
    print(line("exact comparison", exact(left, right), labelled))
    warnings.simplefilter("ignore")
    for found in (with_splink, with_recordlinkage):
        with contextlib.redirect_stdout(io.StringIO()):  # they speak of their progress
            told = found(left, right)
        for name, approved in told.items():
            print(line(name, approved, labelled))


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 20_000)
