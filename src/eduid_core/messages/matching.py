"""Texts of the reasons and notes of `eduid_core.matching`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from eduid_core.messages.entry import Entry

__all__ = ["REASONS"]

REASONS: Final[Mapping[str, Entry]] = {
    "CONSISTENT": Entry("各项一致", "every key field agrees"),
}
