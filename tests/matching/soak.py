"""
Millions of labelled cases: `PYTHONPATH=src python tests/matching/soak.py [CASES] [SEED]`.

Ten million discrepant pairs without an approval bound the rate of false approvals below 3e-7 (95 %).
"""

from __future__ import annotations

import sys
import time

from eduid_core.testing.evaluation import cases, score

BATCH = 100_000


def main(size: int, seed: int) -> int:
    """Score *size* discrepant cases in batches and tell the bounds; return 1 for any false approval."""
    done = false = honest = needless = 0
    started = time.perf_counter()
    while done < size:
        report = score(cases(seed=seed, size=BATCH, difference_percent=80))
        differing, agreeing = report.total(agrees=False), report.total(agrees=True)
        done, false = done + differing.size, false + differing.wrong
        honest, needless = honest + agreeing.size, needless + agreeing.wrong
        seed += 1
        rate = done / (time.perf_counter() - started)
        print(
            f"{done} differing: {false} approved (< {3 / done:.1e}); {honest} honest: {needless} reviewed; {rate:.0f}/s"
        )
        if false:
            print([stratum for stratum in report.strata if stratum.wrong])
            return 1
    return 0


if __name__ == "__main__":
    arguments = [int(text) for text in sys.argv[1:]]
    sys.exit(main(*(arguments or [10_000_000])[:1], *(arguments[1:] or [1])))
