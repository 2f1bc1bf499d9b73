"""The SMS providers as one: a sender against its simulator, made alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

import attrs

from eduid_core.plugins import HandedOver, SmsBatch, SmsMessage
from eduid_core.private import OtpCode, Phone
from eduid_core.testing.simulators import AliyunSimulator, SmsSimulator, TencentSimulator
from eduid_sms_aliyun import AliyunCodec
from eduid_sms_aliyun import Settings as AliyunSettings
from eduid_sms_http import HttpSmsSender, SmsCodec, UrllibTransport
from eduid_sms_tencent import Settings as TencentSettings
from eduid_sms_tencent import TencentCodec
from eduid_sms_webhook import Settings as WebhookSettings
from eduid_sms_webhook import WebhookCodec

from .gateway import GatewaySimulator

PHONES = ("15400001234", "15400005678", "15400009012")
CODE = "839204"
START = dt.datetime(2026, 11, 29, 4, tzinfo=dt.UTC)


@attrs.define
class Clock:
    """A clock that a test moves."""

    now: dt.datetime = START

    def __call__(self) -> dt.datetime:
        return self.now

    def go_on(self, seconds: float) -> None:
        self.now += dt.timedelta(seconds=seconds)


@attrs.frozen(kw_only=True)
class Kind:
    """A provider: how its simulator and a codec for it are made, and one code of each class."""

    name: str
    simulator: Callable[..., SmsSimulator]
    codec: Callable[[SmsSimulator], SmsCodec]
    refused_number: str
    limited_number: str
    spent: str
    internal: str
    carrier: str = "MK:0001"
    has_templates: bool = True
    """Whether messages need a template that is filed, with its parameters."""

    def sender(self, provider: SmsSimulator, clock: Clock, **changed: Any) -> HttpSmsSender:
        """Return a sender to *provider*."""
        fields: dict[str, Any] = {"timeout_s": 5.0, "clock": clock, **changed}
        return HttpSmsSender(codec=self.codec(provider), transport=UrllibTransport(), **fields)


def _aliyun(provider: SmsSimulator) -> SmsCodec:
    templates = {"registration_code": "SMS_1", "approved": "SMS_2"}
    return AliyunCodec(AliyunSettings(endpoint=provider.origin, templates=templates, **provider.credentials))


def _tencent(provider: SmsSimulator) -> SmsCodec:
    templates = {"registration_code": "1", "approved": "2"}
    return TencentCodec(TencentSettings(endpoint=provider.origin, templates=templates, **provider.credentials))


def _webhook(provider: SmsSimulator) -> SmsCodec:
    urls = {"url": f"{provider.origin}/sms", "query_url": f"{provider.origin}/status"}
    return WebhookCodec(WebhookSettings(**urls, **provider.credentials))


KINDS = (
    Kind(
        name="aliyun",
        simulator=AliyunSimulator,
        codec=_aliyun,
        refused_number="isv.MOBILE_NUMBER_ILLEGAL",
        limited_number="isv.BUSINESS_LIMIT_CONTROL",
        spent="isv.AMOUNT_NOT_ENOUGH",
        internal="isp.SYSTEM_ERROR",
    ),
    Kind(
        name="tencent",
        simulator=partial(TencentSimulator, echoes=True),
        codec=_tencent,
        refused_number="FailedOperation.PhoneNumberInBlacklist",
        limited_number="LimitExceeded.PhoneNumberThirtySecondLimit",
        spent="FailedOperation.InsufficientBalanceInSmsPackage",
        internal="InternalError.Timeout",
    ),
    Kind(
        name="webhook",
        simulator=GatewaySimulator,
        codec=_webhook,
        refused_number="refused",
        limited_number="limited",
        spent="spent",
        internal="internal",
        has_templates=False,
    ),
)


def message(identity: str = "M1", phone: str = PHONES[0], template: str = "registration_code") -> SmsMessage:
    """Return a message; a code has the parameters of its template."""
    params = (("code", OtpCode(CODE)), ("minutes", 5)) if template == "registration_code" else ()
    return SmsMessage(message_id=identity, template=template, to=Phone(phone), params=params)


def batch(*messages: SmsMessage, deadline_s: float = 30.0) -> SmsBatch:
    """Return a batch of *messages*."""
    return SmsBatch(messages=messages, deadline_s=deadline_s)


def handed_over(identity: str = "M1", phone: str = PHONES[0], at: dt.datetime = START) -> HandedOver:
    """Return a message as the outbox knows it after the hand-over."""
    return HandedOver(message_id=identity, to=Phone(phone), at=at)
