"""
Delivery reports that the gateway posts, signed like a request: a JSON array of `{"id", "status", "code",
"ref"}`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from eduid_core.plugins import ReceiptStatus
from eduid_sms_http import DeliveryReport, Reports, clear_code
from eduid_sms_http.reports import read_rows
from eduid_sms_webhook.codec import status_of
from eduid_sms_webhook.signing import is_signed

__all__ = ["REPORTS_TAKEN", "read_reports"]

REPORTS_TAKEN: Final = b'{"taken":true}'
"""The answer, as application/json with status 200; the gateway repeats the post without it."""


def read_reports(body: bytes, *, headers: Mapping[str, str], secret: str, now: dt.datetime) -> Reports:
    """
    Return the reports in the *body* of a post whose *headers*, with names in lower case, sign it under
    *secret*.

    Without a right signature none is read. Status is `accepted` for a delivered message, else `failed`.
    """
    if not is_signed(secret=secret, headers=headers, body=body, now=now):
        return Reports((), 1)
    return read_rows(body, _report)


def _report(row: Mapping[str, Any]) -> DeliveryReport | None:
    identity, ref, status = row.get("id"), row.get("ref"), status_of(row.get("status"))
    if (
        not isinstance(identity, str)
        or not identity
        or status not in {ReceiptStatus.ACCEPTED, ReceiptStatus.FAILED}
    ):
        return None
    return DeliveryReport(
        provider="webhook",
        message_id=identity,
        provider_ref=ref if isinstance(ref, str) else "",
        status=status,
        code=clear_code(row["code"]) if row.get("code") else "",
    )
