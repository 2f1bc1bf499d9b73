"""
The one policy: limits, timers, what may be approved by a machine. Frozen, versioned, plain data.

An application remembers the version it was opened under. Units stand in the names.
"""

from __future__ import annotations

from typing import Any, Literal

import attrs

from eduid_core.matching import Policy as MatchingPolicy

__all__ = ["AccountPolicy", "Policy", "ReviewPolicy", "Timers"]


def _positive(_: object, attribute: attrs.Attribute[int], value: int) -> None:
    if value <= 0:
        raise ValueError(f"{attribute.name} must be positive")


def _at_most(limit: int) -> Any:  # noqa: ANN401 - a validator
    return attrs.validators.and_(_positive, attrs.validators.le(limit))


@attrs.frozen(kw_only=True)
class AccountPolicy:
    """Limits of registration and one-time codes (NIST SP 800-63B, OWASP ASVS 5.0 6.5)."""

    otp_life_s: int = attrs.field(default=300, validator=_at_most(600))
    """Life of a code; the ceiling of ten minutes is the standards' own."""
    otp_second_code_under_s: int = attrs.field(default=120, validator=_positive)
    """With less life than this left, a resend makes a second code beside the first."""
    otp_tries_per_flow: int = attrs.field(default=5, validator=_at_most(100))
    resend_after_s: int = attrs.field(default=60, validator=_positive)
    sends_per_flow: int = attrs.field(default=5, validator=_positive)
    flow_life_s: int = attrs.field(default=3600, validator=_positive)
    password_min_characters: int = attrs.field(default=8, validator=_positive)


@attrs.frozen(kw_only=True)
class ReviewPolicy:
    """Limits of review and correction."""

    max_returns: int = attrs.field(default=3, validator=_positive)
    max_edits: int = attrs.field(default=3, validator=_positive)
    """Edits while an application waits, per revision cycle."""
    sla_working_days: int = attrs.field(default=3, validator=_positive)


@attrs.frozen(kw_only=True)
class Timers:
    """How long a waiting status may last."""

    draft_days: int = attrs.field(default=30, validator=_positive)
    match_s: int = attrs.field(default=300, validator=_positive)
    returned_days: int = attrs.field(default=14, validator=_positive)


@attrs.frozen(kw_only=True)
class Policy:
    """
    The policy of a deployment.

    `file_consent` says what stands for the guardian's consent in a file run: the school's attestation, or
    nothing (`required`: every row is returned with `CONSENT_REQUIRED`).
    """

    version: str = "2026.1"
    file_consent: Literal["school_attested", "required"] = attrs.field(
        default="school_attested", validator=attrs.validators.in_(("school_attested", "required"))
    )
    matching: MatchingPolicy = attrs.field(factory=MatchingPolicy)
    account: AccountPolicy = attrs.field(factory=AccountPolicy)
    review: ReviewPolicy = attrs.field(factory=ReviewPolicy)
    timers: Timers = attrs.field(factory=Timers)
