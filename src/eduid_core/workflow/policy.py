"""
The policy: limits, timers, and the conditions of automatic approval. Frozen, versioned, plain data.

An application remembers the version it was opened under. Units are part of the names.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import attrs

from eduid_core.matching import Policy as MatchingPolicy

__all__ = ["AccountPolicy", "Policy", "ReviewPolicy", "TimerPolicy"]


def _count(default: int, *, most: int | None = None) -> Any:
    """Return a field that holds a positive whole number, at most *most*."""
    checks = [attrs.validators.ge(1)] + ([attrs.validators.le(most)] if most else [])
    return attrs.field(default=default, validator=attrs.validators.and_(*checks))


def _rungs(value: Iterable[int]) -> tuple[int, ...]:
    return tuple(value)


@attrs.frozen(kw_only=True)
class AccountPolicy:
    """Limits of registration, one-time codes and logins (NIST SP 800-63B, OWASP ASVS 5.0 6.5)."""

    otp_life_s: int = _count(300, most=600)
    """The life of a code; the standards set the maximum of ten minutes."""
    otp_second_code_under_s: int = _count(120)
    """If less life than this is left, a resend makes a second code beside the first."""
    otp_tries_per_flow: int = _count(5, most=100)
    resend_after_s: int = _count(60)
    sends_per_flow: int = _count(5)
    flow_life_s: int = _count(3600)
    proof_fresh_s: int = _count(600)
    """The time for which a phone proof is valid: for consent, a new child, a new password."""
    login_failures: int = _count(10, most=100)
    lock_s: int = _count(900)
    password_min_characters: int = _count(8)


@attrs.frozen(kw_only=True)
class SmsPolicy:
    """
    Budgets of messages per day (in China).

    Codes are debited in the commit that posts them: without budget no code is made. Notices are debited by the
    lease that hands them over: over budget they wait, and no decision waits for them.
    """

    codes_per_phone: int = _count(10)
    codes_per_origin: int = _count(100)
    """From one address or device, if the caller names it (`Actor.origin`): a school shares one."""
    codes_in_all: int = _count(50_000)
    notices_in_all: int = _count(200_000)


@attrs.frozen(kw_only=True)
class ReviewPolicy:
    """Limits of review and correction."""

    max_returns: int = _count(3)
    max_edits: int = _count(3)
    """Edits while an application waits, per revision cycle."""
    max_appeals: int = _count(1)
    lease_s: int = _count(1800)
    sla_working_days: tuple[int, ...] = attrs.field(default=(3, 2, 2, 2), converter=_rungs)
    """
    Working days per level: homeroom teacher, deputy, school administrator, district; the last one
    repeats.
    """
    two_persons_for_identity: bool = True
    """An approval needs a second person if the number does not agree."""
    reviewers: Literal["granted", "attested"] = attrs.field(
        default="granted", validator=attrs.validators.in_(("granted", "attested"))
    )
    """
    The source of reviewers: holders of a verified grant over the class and the teacher named by the registry,
    looked up at every decision; or the reviewers that the caller attests (a school's own decisions file).
    """

    def __attrs_post_init__(self) -> None:
        """Refuse an escalation ladder without levels."""
        if not self.sla_working_days or any(days < 1 for days in self.sla_working_days):
            raise ValueError("sla_working_days: one positive number a level")


@attrs.frozen(kw_only=True)
class TimerPolicy:
    """The longest time in each waiting status."""

    draft_days: int = _count(30)
    match_s: int = _count(300)
    returned_days: int = _count(14)
    appeal_days: int = _count(30)
    grace_days: int = _count(60)
    """The time for which a card stays valid while its holder is verified again."""
    carrier_s: int = _count(86400)


@attrs.frozen(kw_only=True)
class Policy:
    """
    The policy of a deployment.

    `file_consent` names the replacement of the guardian's consent in a file run: the school's attestation, or
    none (`required`: every row is returned with `CONSENT_REQUIRED`). `consent_age_years` is the age below which
    the guardian must consent (PIPL 31: fourteen; a policy may raise it).
    """

    version: str = "2026.1"
    file_consent: Literal["school_attested", "required"] = attrs.field(
        default="school_attested", validator=attrs.validators.in_(("school_attested", "required"))
    )
    consent_age_years: int = attrs.field(
        default=14, validator=[attrs.validators.ge(14), attrs.validators.le(18)]
    )
    matching: MatchingPolicy = attrs.field(factory=MatchingPolicy)
    account: AccountPolicy = attrs.field(factory=AccountPolicy)
    review: ReviewPolicy = attrs.field(factory=ReviewPolicy)
    sms: SmsPolicy = attrs.field(factory=SmsPolicy)
    timers: TimerPolicy = attrs.field(factory=TimerPolicy)
