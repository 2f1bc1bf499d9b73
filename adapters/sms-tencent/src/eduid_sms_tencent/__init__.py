"""Short messages through Tencent Cloud (腾讯云短信, SMS 2021-01-11): the signature of its requests."""

from __future__ import annotations

from eduid_sms_tencent.signing import tc3_headers

__all__ = ["tc3_headers"]
