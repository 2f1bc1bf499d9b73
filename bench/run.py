"""
Every benchmark beside its peers, in one run: `make bench`.

Ratios are what counts, for the machine is never quiet; absolute figures are printed beside them. Results go to
`bench/results.json` as {name: {ours, peer, ratio, unit}}; a ratio above 1 means that ours is better.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))


def main() -> None:
    """Run every `bench_*.py` and write what it measured."""
    results = {}
    for path in sorted(HERE.glob("bench_*.py")):
        for row in importlib.import_module(path.stem).rows():
            results[row["name"]] = {k: row[k] for k in ("ours", "peer", "ratio", "unit")}
            print(
                f"{row['name']:58} {row['ours']:>12,.3f} {row['peer']:>14,.3f} {row['unit']:10} x{row['ratio']:,.2f}"
            )
    (HERE / "results.json").write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
