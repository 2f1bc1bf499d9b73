"""
The conformance laws of every SMS sender, and the scripted provider that they are tried against.

An adapter's test is a subclass of `SmsSuite` that opens its sender over a `Script`: each message that reaches
the provider is answered by `script.answer(number)`.

    class TestConformance(SmsSuite):
        def open(self, script):
            return AcmeSender(client=ScriptedCall(script, REPLIES))

A sender over HTTP takes `eduid_sms_http.testing.ScriptedTransport` instead. `waived` names laws that a sender
cannot keep, each with the reason; a waiver that is not needed fails.
"""

from __future__ import annotations

from eduid_core.testing.conformance.sms.cases import SmsCase
from eduid_core.testing.conformance.sms.checks import Opens
from eduid_core.testing.conformance.sms.laws import LAWS, Law
from eduid_core.testing.conformance.sms.script import Answer, Script, ScriptedCall
from eduid_core.testing.conformance.sms.suite import LawBroken, SmsSuite, hold

__all__ = [
    "LAWS",
    "Answer",
    "Law",
    "LawBroken",
    "Opens",
    "Script",
    "ScriptedCall",
    "SmsCase",
    "SmsSuite",
    "hold",
]
