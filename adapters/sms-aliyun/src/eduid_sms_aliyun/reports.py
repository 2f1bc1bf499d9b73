"""
Delivery reports by HTTP (SmsReport): the provider posts a JSON array and repeats it until it is answered.

The post is not signed: keep the address of the endpoint secret, and act on messages that you know only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from eduid_core.plugins import ReceiptStatus
from eduid_sms_http import DeliveryReport, Reports, clear_code
from eduid_sms_http.reports import read_rows

__all__ = ["REPORTS_TAKEN", "read_reports"]

REPORTS_TAKEN: Final = b'{"code":0,"msg":"OK"}'
"""The answer, as application/json with status 200; without it the same reports come again."""


def read_reports(body: bytes) -> Reports:
    """
    Return the reports in the *body* of a post.

    >>> read_reports(b'[{"biz_id": "1^2", "out_id": "M", "success": true, "err_code": "DELIVERED"}]').reports[
    ...     0
    ... ].status
    <ReceiptStatus.ACCEPTED: 'accepted'>
    """
    return read_rows(body, _report)


def _report(row: Mapping[str, Any]) -> DeliveryReport | None:
    ref, delivered, out_id = row.get("biz_id"), row.get("success"), row.get("out_id")
    if not isinstance(ref, str) or not ref or not isinstance(delivered, bool):
        return None
    return DeliveryReport(
        provider="aliyun",
        message_id=out_id if isinstance(out_id, str) else "",
        provider_ref=ref,
        status=ReceiptStatus.ACCEPTED if delivered else ReceiptStatus.FAILED,
        code=clear_code(row["err_code"]) if row.get("err_code") else "",
    )
