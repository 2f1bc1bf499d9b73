"""A file run holds its registry and none of its applications."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from eduid_cli.demo.sample import make_students, write_applications, write_registry

from .conftest import AS_OF

PEAK = """
import sys
from eduid_cli.main import main
try:
    main(sys.argv[1:])
finally:
    status = open("/proc/self/status").read()
    print(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")), file=sys.stderr)
"""


def peak_kb(folder: Path, applications: int) -> int:
    """Return the most memory that certifying so many applications took."""
    db, out = folder / f"{applications}.db", folder / f"out-{applications}"
    call = ["certify", folder / f"{applications}.csv", "--registry", folder / "registry.xlsx", "--db", db]
    done = subprocess.run(
        [sys.executable, "-c", PEAK, *map(str, call), "--out", str(out), "--as-of", AS_OF],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return int(done.stderr.split()[-1])


def test_the_memory_of_a_run_does_not_grow_with_the_applications(tmp_path: Path) -> None:
    """Four and a half thousand more of them, found in no registry, would once have taken 27 MB."""
    students = make_students(9000, seed=5)
    write_registry(tmp_path / "registry.xlsx", students[:2000])
    rows = [list(p.application_row(f"M-{n:04d}")) for n, p in enumerate(students)]
    for count in (4500, 9000):
        write_applications(tmp_path / f"{count}.csv", rows[:count])

    assert peak_kb(tmp_path, 9000) < peak_kb(tmp_path, 4500) + 12_000
