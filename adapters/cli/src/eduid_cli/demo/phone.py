"""The guardian's phone in the demonstration: a real sender that also records its messages."""

from __future__ import annotations

from collections.abc import Sequence

from eduid_core.plugins import Receipt, SmsBatch
from eduid_core.private import OtpCode
from eduid_sms_console import ConsoleSender

__all__ = ["ListeningSender"]


class ListeningSender(ConsoleSender):
    """Prints each message masked, and keeps the last code as the phone's owner would read it."""

    code = OtpCode("")

    def send(self, batch: SmsBatch, /) -> Sequence[Receipt]:
        """Print the messages of *batch*; remember a code."""
        for message in batch.messages:
            code = dict(message.params).get("code")
            if isinstance(code, OtpCode):
                self.code = code
        return super().send(batch)
