"""
Millions of labelled cases: `PYTHONPATH=src python tests/matching/soak.py [CASES] [SEED]`.

Ten million discrepant pairs without an approval bound the rate of false approvals below 3e-7 (95 %). Every
pair is made for itself and goes through `match`; a fiftieth as many honest forms, written with noise, tell how
often a teacher is troubled for nothing. The seed goes up by one with each batch, so that a run can be taken up.
"""

from __future__ import annotations

import sys
import time
from collections import Counter

from eduid_audit.evaluation.score import cases, differing_cases, score

BATCH = 100_000
HONEST = BATCH // 50


def told(counts: Counter[str], seed: int, rate: float) -> str:
    """Return one line of what was counted so far."""
    done, honest = counts["differing"], counts["honest"]
    return (
        f"{done} differing: {counts['approved']} approved (< {3 / done:.1e}); {honest} honest:"
        f" {counts['reviewed']} reviewed; next seed {seed}; {rate:.0f}/s"
    )


def main(size: int, seed: int) -> int:
    """Score *size* discrepant cases in batches and tell the bounds; return 1 for any false approval."""
    counts, by_stratum, started = Counter[str](), Counter[str](), time.perf_counter()
    while counts["differing"] < size:
        report = score(differing_cases(seed=seed, size=BATCH))
        honest = score(cases(seed=seed, size=HONEST, difference_percent=0))
        by_stratum.update({stratum.name: stratum.size for stratum in report.strata})
        counts.update(
            {
                "differing": report.total(agrees=False).size,
                "approved": report.false_approvals,
                "honest": honest.total(agrees=True).size,
                "reviewed": honest.needless_reviews,
            }
        )
        seed += 1
        print(told(counts, seed, counts["differing"] / (time.perf_counter() - started)), flush=True)
        if report.false_approvals:
            print([stratum for stratum in report.strata if stratum.wrong])
            return 1
    print(dict(sorted(by_stratum.items())))
    return 0


if __name__ == "__main__":
    arguments = [int(text) for text in sys.argv[1:]]
    sys.exit(main(*(arguments or [10_000_000])[:1], *(arguments[1:] or [1])))
