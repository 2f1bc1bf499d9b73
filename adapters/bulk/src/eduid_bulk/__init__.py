"""
Validate, match and reconcile whole columns at once.

`validate_resident_ids` gives for every cell the result of `is_resident_id`; columns are a list of str, a NumPy
array, a Polars or an Arrow column. `run.reconcile` gives for every application of a file the result of `match`;
`engine_of` selects the engine.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from eduid_bulk.resident_ids import CheckedColumn, ResidentIdFault, validate_resident_ids

if TYPE_CHECKING:
    from eduid_bulk.reconcile import Reconciled

__all__ = ["CheckedColumn", "ResidentIdFault", "engine_of", "validate_resident_ids"]


def engine_of(name: str) -> Callable[..., Reconciled]:
    """
    Return the function that reconciles two files with the engine *name*: `polars` or `spark`.

    Raises:
        ImportError: the engine is not installed.
    """
    if name == "spark":
        from eduid_bulk.spark import reconcile as by_spark  # noqa: PLC0415 - as below

        return by_spark
    from eduid_bulk.reconcile import reconcile as by_polars  # noqa: PLC0415 - Polars is loaded by whom it serves

    return by_polars
