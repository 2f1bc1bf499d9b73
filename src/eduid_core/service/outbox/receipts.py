"""Reading what a sender said: clear receipts for the messages it was given, and nothing else."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

from eduid_core.plugins import Receipt, ReceiptStatus

__all__ = ["clear_receipts"]

_MOST_CODE: Final = 64
_MOST_SECONDS: Final = 7 * 86_400.0


def clear_receipts(said: Any, ids: Sequence[str]) -> dict[str, Receipt]:  # noqa: ANN401 - whatever came
    """
    Return a copy of the clear receipts for *ids*; raise if *said* is not a list of receipts.

    Two contradictory receipts are unclear. This function runs inside the guarded call.
    """
    if type(said) not in {list, tuple}:
        raise TypeError("no receipts")
    receipts: dict[str, Receipt] = {}
    asked = frozenset(ids)
    for receipt in said[: 4 * len(ids)]:
        if type(receipt) is Receipt and type(receipt.message_id) is str and receipt.message_id in asked:
            before = receipts.get(receipt.message_id)
            receipts[receipt.message_id] = _clear(receipt, before)
    return receipts


def _clear(receipt: Receipt, before: Receipt | None) -> Receipt:
    status = receipt.status if type(receipt.status) is ReceiptStatus else ReceiptStatus.UNKNOWN
    if before is not None and before.status is not status:
        status = ReceiptStatus.UNKNOWN
    code = receipt.code[:_MOST_CODE] if type(receipt.code) is str and receipt.code.isprintable() else ""
    return Receipt(
        message_id=str(receipt.message_id), status=status, code=code, retry_after_s=_seconds(receipt)
    )


def _seconds(receipt: Receipt) -> float | None:
    asked: Any = receipt.retry_after_s
    is_number = type(asked) in {int, float} and math.isfinite(asked)
    return min(max(float(asked), 0.0), _MOST_SECONDS) if is_number else None
