"""
Whole columns at once: `validate_resident_ids` says of every cell what `is_resident_id` says of one text.

Columns come as a list of str, a NumPy array, a Polars or an Arrow column; nulls and cells of any other type
are answered, not refused.
"""

from __future__ import annotations

from eduid_bulk.resident_ids import Checked, Code, validate_resident_ids

__all__ = ["Checked", "Code", "validate_resident_ids"]
