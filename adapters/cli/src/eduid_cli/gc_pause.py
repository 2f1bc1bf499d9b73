"""The garbage collector while a whole file is worked on: rows come and go by the thousand, none in a cycle."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

__all__ = ["few_collections"]

_THRESHOLDS: Final = (100_000, 20, 20)
"""More than a group of rows is made of: what lives on, as the registry does, is not walked for each of them."""


@contextmanager
def few_collections() -> Iterator[None]:
    """Look for cycles seldom as long as this lasts."""
    before = gc.get_threshold()
    gc.set_threshold(*_THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
