"""The reference page is written from the rules that run."""

from __future__ import annotations

import importlib.util
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_tables_of_the_reference_are_those_of_the_code():
    """Run `python tools/matching_tables.py` after a change of the rules."""
    spec = importlib.util.spec_from_file_location("matching_tables", ROOT / "tools/matching_tables.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    page = tool.PAGE.read_text("utf-8")

    assert tool.filled(page) == page
    assert page.count("<!-- table:") == len(tool.TABLES)
