"""
Every example in the README, the docs and the docstrings is run; properties may be tried with fresh examples.

The suite tries the same examples each time. Under the profile `fresh` it tries those of a seed, which
is printed and is every worker's: `--hypothesis-profile=fresh --hypothesis-seed=N` tries them again.
"""

from __future__ import annotations

from doctest import ELLIPSIS, NORMALIZE_WHITESPACE

import pytest
from hypothesis import HealthCheck, settings
from sybil import Sybil
from sybil.parsers.markdown import SkipParser
from sybil.parsers.rest import DocTestParser

pytest_collect_file = Sybil(
    parsers=[DocTestParser(optionflags=ELLIPSIS | NORMALIZE_WHITESPACE), SkipParser()],
    patterns=["*.md", "*.py"],
    excludes=["tests/*", "CHANGELOG.md"],
).pytest()

settings.register_profile(
    "fresh", deadline=None, derandomize=False, database=None, suppress_health_check=[HealthCheck.too_slow]
)


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Return the line that says how to try the same examples again."""
    seed = config.getoption("--hypothesis-seed", default=None)
    return [] if seed is None else [f"fresh examples: --hypothesis-profile=fresh --hypothesis-seed={seed}"]
