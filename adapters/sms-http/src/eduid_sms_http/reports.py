"""
Delivery reports that a provider posts: at least once, in any order, unsigned.

A report is acted on only for a message that is known; the folded state does not depend on order or repetition.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import attrs

from eduid_core.plugins import Receipt, ReceiptStatus

__all__ = ["DeliveryReport", "Reports", "latest", "read_rows"]


@attrs.frozen(kw_only=True)
class DeliveryReport:
    """
    A report of one message: accepted if it was delivered, failed if it was not. `message_id` is empty where the
    provider returns only its own reference.
    """

    provider: str
    message_id: str
    provider_ref: str
    status: ReceiptStatus
    code: str

    def receipt(self) -> Receipt | None:
        """Return the receipt for `Service.take_reports`; None without the identity of the message."""
        if not self.message_id:
            return None
        return Receipt(
            message_id=self.message_id, status=self.status, code=self.code, provider_ref=self.provider_ref
        )


@attrs.frozen
class Reports:
    """The reports of one request, and the number of entries that could not be read."""

    reports: tuple[DeliveryReport, ...]
    unreadable: int = 0


def read_rows(body: bytes, report_of: Callable[[Mapping[str, Any]], DeliveryReport | None]) -> Reports:
    """Return the reports in *body*, a JSON array; *report_of* returns None for an entry it cannot read."""
    try:
        rows = json.loads(body)
    except (ValueError, RecursionError):
        return Reports((), 1)
    if not isinstance(rows, list):
        return Reports((), 1)
    read = [report_of(row) if isinstance(row, dict) else None for row in rows]
    return Reports(tuple(report for report in read if report is not None), read.count(None))


def latest(reports: Iterable[DeliveryReport]) -> Mapping[tuple[str, str], DeliveryReport]:
    """
    Return the state of each message after *reports*, by provider and reference: once delivered, it stays so.

    Any order and any repetition of the same reports gives the same state.
    """
    state: dict[tuple[str, str], DeliveryReport] = {}
    for report in sorted(reports, key=_rank):
        state[report.provider, report.provider_ref or report.message_id] = report
    return state


def _rank(report: DeliveryReport) -> tuple[bool, str, str]:
    return report.status is ReceiptStatus.ACCEPTED, report.code, report.message_id
