"""Print the matrix: the number of points of each kind, and the points with a loss or a duplicate."""

from __future__ import annotations

import sys
import time

from eduid_audit.crash import JOURNEYS, explore


def main() -> int:
    """Explore every journey; return 1 if any point is wrong."""
    began = time.perf_counter()
    report = explore(each="--each" in sys.argv)
    took_s = time.perf_counter() - began
    print(f"{len(JOURNEYS)} journeys, {sum(report.calls.values()):,} calls: {dict(report.calls)}")
    print(f"{sum(report.points.values()):,} points, {report.runs:,} carried out in {took_s:.0f} s")
    for faults, count in sorted(report.points.items()):
        print(f"  {count:7,}  {faults}")
    for point in report.wrong[:20]:
        print(f"{point.journey}: {[(f.value, c) for f, c in point.faults]}: {point.wrong}")
    print(f"wrong: {len(report.wrong)}")
    return int(bool(report.wrong))


if __name__ == "__main__":
    sys.exit(main())
