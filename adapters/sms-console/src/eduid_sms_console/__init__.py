"""
SMS senders for places without a provider: messages are shown on the console or kept in a `sms.jsonl`.

Numbers and parameters are masked in both. The file answers `query`: a message is received if its line is
complete; a torn last line is cut off and counts as not received.
"""

from __future__ import annotations

from pathlib import Path

import attrs

from eduid_core.plugins import HOOK, AdapterInfo, Options
from eduid_sms_console.sender import ConsoleSender, FileSender, message_ids

__all__ = ["ConsoleSender", "FileSender", "eduid_adapter", "eduid_sms_sender", "message_ids"]


@attrs.frozen(kw_only=True)
class Settings:
    """`path`: the file that messages are appended to; without it they are shown on the console."""

    path: Path | None = None


@HOOK
def eduid_adapter() -> AdapterInfo:
    """Return the description of this adapter."""
    return AdapterInfo(kind="sms", name="console", settings=Settings)


@HOOK
def eduid_sms_sender(options: Options) -> ConsoleSender | FileSender:
    """Create a sender: over the file in the setting `path`, or over standard output."""
    path = options.settings.path
    return ConsoleSender() if path is None else FileSender(path)
