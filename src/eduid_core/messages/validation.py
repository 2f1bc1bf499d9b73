"""Texts of the findings of `eduid_core.validation`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from eduid_core.messages.entry import Entry

__all__ = ["FINDINGS"]

_ID = "GB 11643-1999"

FINDINGS: Final[Mapping[str, Entry]] = {
    "EMPTY": Entry("未填写", "nothing entered", "error"),
    "CHECKSUM": Entry(
        "校验位不符，请逐位核对",
        "the check character does not fit, please compare every digit",
        "error",
        f"{_ID}; ISO 7064 MOD 11-2",
    ),
}
