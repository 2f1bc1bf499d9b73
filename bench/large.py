"""
Two large files, reconciled in a process of its own: seconds and peak memory.

    python bench/large.py 10000000
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import bench_matching
import matching_files


def main() -> None:
    """Write the files, then measure a process that does nothing but reconcile them."""
    if len(sys.argv) == 4:
        began = time.perf_counter()
        bench_matching.ours(*map(Path, sys.argv[1:]))
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{time.perf_counter() - began:.1f} s, at most {peak_mb:,.0f} MB")
        return
    size = int(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="eduid-bench-") as name:
        files = matching_files.write(Path(name), size)
        print(f"{size:,} x {size:,}: ", end="", flush=True)
        subprocess.run([sys.executable, __file__, *files, Path(name) / "out.csv"], check=True)  # noqa: S603


if __name__ == "__main__":
    main()
