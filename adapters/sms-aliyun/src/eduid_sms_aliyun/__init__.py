"""
Short messages through Alibaba Cloud (阿里云短信服务, Dysmsapi 2017-05-25).

    sender = load_adapters().sms_sender("aliyun", access_key_id=..., access_key_secret=..., sign_name="教育卡",
                                        templates={"registration_code": "SMS_123456789"})

Each message is one request with its identity as `OutId`; reports and the provider's list name it again.
"""

from __future__ import annotations

from eduid_core.plugins import HOOK, AdapterInfo, Options
from eduid_sms_aliyun.codec import AliyunCodec
from eduid_sms_aliyun.codes import CODES
from eduid_sms_aliyun.reports import REPORTS_TAKEN, read_reports
from eduid_sms_aliyun.settings import Settings
from eduid_sms_aliyun.signing import acs3_headers
from eduid_sms_http import HttpSmsSender, UrllibTransport

__all__ = [
    "CODES",
    "REPORTS_TAKEN",
    "AliyunCodec",
    "Settings",
    "acs3_headers",
    "eduid_adapter",
    "eduid_sms_sender",
    "read_reports",
]


@HOOK
def eduid_adapter() -> AdapterInfo:
    """Return the description of this adapter."""
    return AdapterInfo(kind="sms", name="aliyun", settings=Settings)


@HOOK
def eduid_sms_sender(options: Options) -> HttpSmsSender:
    """Create a sender from the fields of `Settings`."""
    settings: Settings = options.settings
    return HttpSmsSender(codec=AliyunCodec(settings), transport=UrllibTransport(), timeout_s=settings.timeout_s)
