"""
Two large files, reconciled in a process of its own: seconds and peak memory.

    python bench/large.py 10000000
"""

from __future__ import annotations

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
        took_s = time.perf_counter() - began
        # ru_maxrss is inherited from the process that made the files; the high-water mark of /proc is our own.
        status = Path("/proc/self/status").read_text()
        peak_kb = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
        print(f"{took_s:.1f} s, at most {peak_kb / 1024:,.0f} MB")
        return
    size = int(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="eduid-bench-") as name:
        files = matching_files.write(Path(name), size)
        print(f"{size:,} x {size:,}: ", end="", flush=True)
        subprocess.run([sys.executable, __file__, *files, Path(name) / "out.csv"], check=True)  # noqa: S603


if __name__ == "__main__":
    main()
