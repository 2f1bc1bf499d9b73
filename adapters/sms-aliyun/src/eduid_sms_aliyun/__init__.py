"""Short messages through Alibaba Cloud (阿里云短信服务, Dysmsapi 2017-05-25): the signature of its requests."""

from __future__ import annotations

from eduid_sms_aliyun.signing import acs3_headers

__all__ = ["acs3_headers"]
