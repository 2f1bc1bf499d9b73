"""
Delivery reports by HTTP (下发状态通知): the provider posts a JSON array, and repeats it twice without an
answer.

The post is not signed: keep the address of the endpoint secret, and act on messages that you know only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from eduid_core.plugins import ReceiptStatus
from eduid_sms_http import DeliveryReport, Reports, clear_code
from eduid_sms_http.reports import read_rows

__all__ = ["REPORTS_TAKEN", "read_reports"]

REPORTS_TAKEN: Final = b'{"result":0,"errmsg":"OK"}'
"""The answer, as application/json with status 200; without it the same reports come again."""
_STATUS: Final[Mapping[object, ReceiptStatus]] = {
    "SUCCESS": ReceiptStatus.ACCEPTED,
    "FAIL": ReceiptStatus.FAILED,
}


def read_reports(body: bytes) -> Reports:
    """
    Return the reports in the *body* of a post. The identity of a message stands in them only if the provider
    returns contexts (`ext`), which its support switches on; the reference (`sid`) always does.

    >>> read_reports(b'[{"sid": "5:1", "report_status": "FAIL", "errmsg": "MK:0001"}]').reports[0].code
    'MK:0001'
    """
    return read_rows(body, _report)


def _report(row: Mapping[str, Any]) -> DeliveryReport | None:
    ref, status, context = row.get("sid"), _STATUS.get(row.get("report_status")), row.get("ext")
    if not isinstance(ref, str) or not ref or status is None:
        return None
    return DeliveryReport(
        provider="tencent",
        message_id=context if isinstance(context, str) else "",
        provider_ref=ref,
        status=status,
        code=clear_code(row["errmsg"]) if row.get("errmsg") else "",
    )
