"""
Simulators of SMS providers on this machine: they verify signatures as the provider does, and need no account.

    with AliyunSimulator() as provider:
        settings = {"endpoint": provider.origin, **provider.credentials}
        provider.refuse("15400001234", "isv.MOBILE_NUMBER_ILLEGAL")

Their knobs: refuse a number, be down, take a message and not answer, list it late, post delivery reports.
"""

from __future__ import annotations

from eduid_core.testing.simulators.aliyun import AliyunSimulator
from eduid_core.testing.simulators.loopback import LoopbackServer, ServedReply, ServedRequest
from eduid_core.testing.simulators.provider import Fault, SmsSimulator, TakenSms
from eduid_core.testing.simulators.tencent import TencentSimulator

__all__ = [
    "AliyunSimulator",
    "Fault",
    "LoopbackServer",
    "ServedReply",
    "ServedRequest",
    "SmsSimulator",
    "TakenSms",
    "TencentSimulator",
]
