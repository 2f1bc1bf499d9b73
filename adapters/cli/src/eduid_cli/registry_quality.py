"""The data quality report of a registry (问题学籍): one line for each problem of each row, no personal data."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Final

from eduid_cli.outputs import write_csv
from eduid_core import messages
from eduid_core.matching import inspect_registry
from eduid_registry_file import RegistryFile

__all__ = ["QUALITY", "write_registry_quality"]

QUALITY: Final = ("file", "sheet", "line", "code", "zh", "en")


def write_registry_quality(path: Path, registry: RegistryFile, as_of: dt.date) -> None:
    """Write the problems of *registry* on the day *as_of* to *path*, in the order of its rows."""
    problems = inspect_registry(registry.rows, as_of=as_of).problems
    found = sorted({(row, problem.code) for problem in problems for row in problem.rows})
    words = {code: [messages.text(code, lang, {}) for lang in ("zh", "en")] for _, code in found}
    rows = ((registry.file, *registry.places[row], code, *words[code]) for row, code in found)
    write_csv(path, QUALITY, rows)
