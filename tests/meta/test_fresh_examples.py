"""The suite tries the same examples each time; under FULL it tries those of a seed that is told."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[2]


OF_MAKE = {"MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "FULL", "SEED"}
"""What a `make` that runs this suite would tell another."""


def commands(*args: str) -> str:
    """Return what `make test` would run."""
    apart = {name: value for name, value in os.environ.items() if name not in OF_MAKE}
    command = ["make", "-n", "test", *args]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, env=apart).stdout


def seeds(told: str) -> list[str]:
    return re.findall(r"(?:SEED|--hypothesis-seed)=(\d+)", told)


def test_a_plain_run_tries_the_same_examples() -> None:
    assert "hypothesis" not in commands("FULL=")
    assert settings.get_profile("suite").derandomize
    assert not settings.get_profile("fresh").derandomize


def test_a_long_run_tells_the_seed_it_gives_to_every_worker() -> None:
    """What is printed and what the workers are given is one number, drawn anew for each run."""
    first, second = (seeds(commands("FULL=1")) for _ in range(2))

    assert len(first) == len(second) == 2
    assert len(set(first)) == len(set(second)) == 1
    assert first != second


def test_a_long_run_is_repeated_by_its_seed() -> None:
    assert seeds(commands("FULL=1", "SEED=17")) == ["17", "17"]


DRAWS = """
from hypothesis import given, settings, strategies as st

def draw():
    drawn = []
    @settings(max_examples=9)
    @given(st.integers())
    def look(n):
        drawn.append(n)
    look()
    return drawn

def test_a():
    print("drawn", draw())

def test_b():
    print("drawn", draw())
"""


def drawn(folder: Path, *options: str) -> list[str]:
    """Return what two workers draw under *options*, in a folder with the suite's own settings."""
    for name in ("a", "b"):
        (folder / f"test_{name}.py").write_text(DRAWS, "utf-8")
    (folder / "conftest.py").write_text(
        "from hypothesis import settings\n"
        "settings.register_profile('suite', derandomize=True, database=None)\n"
        "settings.register_profile('fresh', derandomize=False, database=None)\n"
        "settings.load_profile('suite')\n",
        "utf-8",
    )
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rP", "-n", "2", "--dist", "loadfile", "-c", "/dev/null",
         "--rootdir", ".", "-p", "no:cacheprovider", *options, "."],
        cwd=folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return re.findall(r"^drawn (.*)$", ran.stdout, re.MULTILINE)


@pytest.mark.parametrize("seed", ["5", "6"])
def test_all_workers_of_one_seed_draw_alike_and_again(tmp_path: Path, seed: str) -> None:
    options = ("--hypothesis-profile=fresh", f"--hypothesis-seed={seed}")

    first, again = drawn(tmp_path, *options), drawn(tmp_path, *options)

    assert len(first) == 4
    assert len(set(first)) == 1
    assert first == again
    assert first != drawn(tmp_path, "--hypothesis-profile=fresh", "--hypothesis-seed=7")
