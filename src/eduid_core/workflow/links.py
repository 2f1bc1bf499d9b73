"""
Links between the account of a guardian (监护人) and a child: how one was confirmed, and what it allows.

A link that only the student's own phone confirmed shows the case. Consent, its withdrawal and the card need a
link that the guardian phone on the application, the registry's guardian phone or a verified seat confirmed.
"""

from __future__ import annotations

import enum
from typing import Final, Literal

__all__ = ["ACTING", "Confirmation", "LinkedKind"]

LinkedKind = Literal["", "account", "application"]
"""The aggregate that a link names: a student's account or an application; blank for a child nobody knows."""


class Confirmation(enum.StrEnum):
    """Who confirmed a link."""

    STUDENT = "student"
    """The phone of the student's own account."""
    APPLICATION = "application"
    """The guardian phone on the application."""
    REGISTRY = "registry"
    """The guardian phone in the registry (学籍库)."""
    SEAT = "seat"
    """A verified seat over the class or school."""


ACTING: Final = frozenset(Confirmation) - {Confirmation.STUDENT}
"""Confirmations of a link whose guardian consents, withdraws and keeps the card."""
