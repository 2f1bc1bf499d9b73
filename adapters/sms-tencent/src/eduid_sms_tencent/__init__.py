"""
Short messages through Tencent Cloud (腾讯云短信, SMS 2021-01-11).

    sender = load_adapters().sms_sender("tencent", secret_id=..., secret_key=..., sdk_app_id="1400006666",
                                        sign_name="教育卡", templates={"registration_code": "123456"})

Messages of one template with equal parameters share a request; each recipient has an outcome of its own.
"""

from __future__ import annotations

from eduid_core.plugins import HOOK, AdapterInfo, Options
from eduid_sms_http import HttpSmsSender, UrllibTransport
from eduid_sms_tencent.codec import TencentCodec
from eduid_sms_tencent.codes import CODES
from eduid_sms_tencent.reports import REPORTS_TAKEN, read_reports
from eduid_sms_tencent.settings import Settings
from eduid_sms_tencent.signing import tc3_headers

__all__ = [
    "CODES",
    "REPORTS_TAKEN",
    "Settings",
    "TencentCodec",
    "eduid_adapter",
    "eduid_sms_sender",
    "read_reports",
    "tc3_headers",
]


@HOOK
def eduid_adapter() -> AdapterInfo:
    """Return the description of this adapter."""
    return AdapterInfo(kind="sms", name="tencent", settings=Settings)


@HOOK
def eduid_sms_sender(options: Options) -> HttpSmsSender:
    """Create a sender from the fields of `Settings`."""
    settings: Settings = options.settings
    return HttpSmsSender(
        codec=TencentCodec(settings), transport=UrllibTransport(), timeout_s=settings.timeout_s
    )
