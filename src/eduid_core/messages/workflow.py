"""Texts of the refusals of `eduid_core.workflow`, and of the reasons a reviewer may give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from eduid_core.messages.entry import Entry

__all__ = ["REFUSALS"]

REFUSALS: Final[Mapping[str, Entry]] = {
    "reason_required": Entry("请至少选择一项原因", "choose at least one reason"),
}
