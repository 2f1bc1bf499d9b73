"""
Short messages through a gateway of one's own: JSON over HTTP, signed by HMAC-SHA256.

    sender = load_adapters().sms_sender("webhook", url="https://gateway.example/sms", secret="...")

The gateway answers each message on its own, and signs its delivery reports in the same way.
"""

from __future__ import annotations

from eduid_core.plugins import HOOK, AdapterInfo, Options
from eduid_sms_http import HttpSmsSender, UrllibTransport
from eduid_sms_webhook.codec import WebhookCodec
from eduid_sms_webhook.reports import REPORTS_TAKEN, read_reports
from eduid_sms_webhook.settings import Settings
from eduid_sms_webhook.signing import is_signed, signed_headers

__all__ = [
    "REPORTS_TAKEN",
    "Settings",
    "WebhookCodec",
    "eduid_adapter",
    "eduid_sms_sender",
    "is_signed",
    "read_reports",
    "signed_headers",
]


@HOOK
def eduid_adapter() -> AdapterInfo:
    """Return the description of this adapter."""
    return AdapterInfo(kind="sms", name="webhook", settings=Settings)


@HOOK
def eduid_sms_sender(options: Options) -> HttpSmsSender:
    """Create a sender from the fields of `Settings`."""
    settings: Settings = options.settings
    return HttpSmsSender(
        codec=WebhookCodec(settings), transport=UrllibTransport(), timeout_s=settings.timeout_s
    )
