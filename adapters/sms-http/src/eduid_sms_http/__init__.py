"""The transport of SMS senders over HTTP: requests and their outcomes as values, one request at a time."""

from __future__ import annotations

from eduid_sms_http.exchange import HttpRequest, HttpResponse, NoAnswer, NotSent, Outcome, Transport
from eduid_sms_http.transport import UrllibTransport

__all__ = ["HttpRequest", "HttpResponse", "NoAnswer", "NotSent", "Outcome", "Transport", "UrllibTransport"]
