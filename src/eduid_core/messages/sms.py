"""Texts of the short messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from eduid_core.messages.entry import Entry

__all__ = ["TEMPLATES"]

TEMPLATES: Final[Mapping[str, Entry]] = {}
