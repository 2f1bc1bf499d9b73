"""
The common part of SMS senders over HTTP: requests and responses as values, one transport, tables of codes,
settings.

An adapter is a codec, which makes requests and reads responses without I/O; `HttpSmsSender` gives it a
transport, a clock and randomness. A message that the provider may have taken is `unknown` and is not sent again
here.
"""

from __future__ import annotations

from eduid_sms_http.codes import CodeClass, CodeTable, Meaning, clear_code
from eduid_sms_http.exchange import HttpRequest, HttpResponse, NoAnswer, NotSent, Outcome, Transport
from eduid_sms_http.reports import DeliveryReport, Reports, latest
from eduid_sms_http.sender import HttpSmsSender, RequestStamp, SmsCodec
from eduid_sms_http.settings import SettingError, check_origin, check_text
from eduid_sms_http.single import SingleMessageCodec
from eduid_sms_http.templates import ProviderTemplate, templates_of, text_of
from eduid_sms_http.transport import UrllibTransport

__all__ = [
    "CodeClass",
    "CodeTable",
    "DeliveryReport",
    "HttpRequest",
    "HttpResponse",
    "HttpSmsSender",
    "Meaning",
    "NoAnswer",
    "NotSent",
    "Outcome",
    "ProviderTemplate",
    "Reports",
    "RequestStamp",
    "SettingError",
    "SingleMessageCodec",
    "SmsCodec",
    "Transport",
    "UrllibTransport",
    "check_origin",
    "check_text",
    "clear_code",
    "latest",
    "templates_of",
    "text_of",
]
