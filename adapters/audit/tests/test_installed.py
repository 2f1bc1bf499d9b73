"""The audit from wheels alone: a new environment in an empty folder, no checkout."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
BUILT = (".", *(f"adapters/{name}" for name in ("cli", "store-sql", "sms-console", "registry-file", "audit")))


def run(*command: object, within: Path) -> str:
    """Run *command*; return its output."""
    done = subprocess.run(
        [str(part) for part in command], cwd=within, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    return done.stdout


@pytest.mark.full
def test_the_quick_profile_holds_from_wheels_in_an_empty_environment(tmp_path: Path) -> None:
    wheels, empty, venv = tmp_path / "wheels", tmp_path / "empty", tmp_path / "venv"
    empty.mkdir()
    build = (sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", wheels)
    run(*build, *BUILT, within=ROOT)
    run(sys.executable, "-m", "venv", venv, within=empty)
    pip = (venv / "bin/python", "-m", "pip", "install", "-q")
    run(*pip, "--require-hashes", "-r", ROOT / "requirements/audit.txt", within=empty)
    # Everything that eduid-audit declares is among the pins and the wheels; the command also wants eduid-bulk.
    run(*pip, "--no-index", "--find-links", wheels, "eduid-audit", within=empty)
    run(*pip, "--no-index", "--no-deps", *sorted(wheels.glob("*.whl")), within=empty)

    began = time.perf_counter()
    said = run(venv / "bin/eduid", "audit", "--profile", "quick", "--out", "report", within=empty)
    sys.stdout.write(f"\n{said}\n{time.perf_counter() - began:.0f} s\n")

    report = json.loads((empty / "report/report.json").read_text("utf-8"))
    assert report["holds"]
    assert all(part["caught"] == part["defects_of_the_part"] for part in report["parts"])
    assert "untouched" in run(venv / "bin/eduid", "audit", "verify", "report/report.json", within=empty)
    assert [path.name for path in empty.iterdir()] == ["report"], "the audit left files behind"
