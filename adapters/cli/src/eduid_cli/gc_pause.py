"""Garbage collection during a file run: rows are created and freed by the thousand, none in a cycle."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

__all__ = ["few_collections"]

_THRESHOLDS: Final = (100_000, 20, 20)
"""More objects than a group of rows: long-lived data, such as the registry, is not scanned for each group."""


@contextmanager
def few_collections() -> Iterator[None]:
    """Collect cycles rarely for the duration of this context."""
    before = gc.get_threshold()
    gc.set_threshold(*_THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
