"""
The policy: limits, timers, and the conditions of automatic approval. Frozen, versioned, plain data.

An application remembers the version it was opened under. Units are part of the names.
"""

from __future__ import annotations

from typing import Any, Final, Literal

import attrs

from eduid_core.limits import (
    Limit,
    Together,
    check_together,
    choice,
    is_whole,
    limited,
    part_of,
    text,
    whole,
)
from eduid_core.matching import KEY_FIELDS, FieldCode
from eduid_core.matching import Policy as MatchingPolicy
from eduid_core.messages.matching import REASONS

__all__ = [
    "MOST_REMIND_DAYS",
    "TOGETHER",
    "AccountPolicy",
    "LimitPolicy",
    "Policy",
    "ReviewPolicy",
    "SessionPolicy",
    "SmsPolicy",
    "TimerPolicy",
]


def _rungs(value: object) -> Any:
    return tuple(value) if isinstance(value, list | tuple) else value


def _is_ladder(value: object) -> bool:
    if not isinstance(value, tuple) or not 1 <= len(value) <= _MOST_LEVELS:
        return False
    return all(is_whole(days, 1, _MOST_WORKING_DAYS) for days in value)


_DAY_S: Final = 86_400
_MOST_LEVELS: Final = 10
_MOST_WORKING_DAYS: Final = 60
_LADDER: Final = Limit(
    f" 1 到 {_MOST_LEVELS} 个 1 到 {_MOST_WORKING_DAYS} 的整数",
    f"1 to {_MOST_LEVELS} whole numbers from 1 to {_MOST_WORKING_DAYS}",
    _is_ladder,
)


MOST_REMIND_DAYS: Final = 60
"""No reminder comes earlier before an end."""


def _are_days_before(value: object) -> bool:
    return (
        isinstance(value, tuple)
        and len(value) <= _MOST_LEVELS
        and all(is_whole(d, 1, MOST_REMIND_DAYS) for d in value)
    )


_DAYS_BEFORE: Final = Limit(
    f"至多 {_MOST_LEVELS} 个 1 到 {MOST_REMIND_DAYS} 的整数",
    f"up to {_MOST_LEVELS} whole numbers from 1 to {MOST_REMIND_DAYS}",
    _are_days_before,
)
_BY_TWO: Final = (
    "id=DIFFERENT", "id=SIMILAR", "name=DIFFERENT", "NOT_FOUND", "DUPLICATE_APPLICATION", "ID_INVALID",
)  # fmt: skip
_RESULTS: Final = frozenset(f"{field}={code.value}" for field in KEY_FIELDS for code in FieldCode)
_MOST_FINDINGS: Final = 50


def _are_findings(value: object) -> bool:
    if not isinstance(value, tuple) or len(value) > _MOST_FINDINGS:
        return False
    return all(type(f) is str and (f in _RESULTS or f in REASONS) for f in value)


_FINDINGS: Final = Limit(
    "原因代码或“字段=比对结果”的列表，如 NOT_FOUND、name=DIFFERENT",
    "a list of reasons and of results of a key field, as NOT_FOUND and name=DIFFERENT",
    _are_findings,
)


@attrs.frozen(kw_only=True)
class AccountPolicy:
    """Limits of registration, one-time codes and logins (NIST SP 800-63B, OWASP ASVS 5.0 6.5)."""

    otp_life_s: int = whole(300, 60, 600)
    """The life of a code; the standards set the maximum of ten minutes."""
    otp_second_code_under_s: int = whole(120, 1, 600)
    """If less life than this is left, a resend makes a second code beside the first."""
    otp_tries_per_flow: int = whole(5, 1, 100)
    resend_after_s: int = whole(60, 1, 600)
    sends_per_flow: int = whole(5, 1, 20)
    flow_life_s: int = whole(3600, 60, _DAY_S)
    names_per_flow: int = whole(5, 1, 20)
    """The usernames that may be tried in one registration, once its phone is proved."""
    proof_fresh_s: int = whole(600, 60, _DAY_S)
    """The time for which a phone proof is valid: for consent, a new child, a new password."""
    open_askings: int = whole(3, 1, 20)
    """Requests of one guardian's account to be linked to a child that are open at a time."""
    asking_life_s: int = whole(_DAY_S, 60, 7 * _DAY_S)
    """The time for which such a request is open; each of its codes has the life of a code."""
    askings_per_day: int = whole(10, 1, 1000)
    """Codes that one guardian's account may request for links on a day (in China)."""
    login_failures: int = whole(10, 1, 100)
    lock_s: int = whole(900, 60, _DAY_S)
    password_min_characters: int = whole(8, 8, 64)


@attrs.frozen(kw_only=True)
class SmsPolicy:
    """
    Budgets of messages per day (in China).

    Codes are debited in the commit that posts them: without budget no code is made. Notices are debited by the
    lease that hands them over: over budget they wait, and no decision waits for them.
    """

    codes_per_phone: int = whole(10, 1, 100)
    codes_per_origin: int = whole(100, 1, 1_000_000)
    """From one address or device, if the caller names it (`Actor.origin`): a school shares one."""
    codes_in_all: int = whole(50_000, 1, 100_000_000)
    notices_in_all: int = whole(200_000, 1, 100_000_000)
    notices_per_phone: int = whole(20, 1, 10_000)
    """Notices that families' commands cause, to one phone. The next ones are not sent: the case can be read."""
    reviewer_window_s: int = whole(3600, 1, _DAY_S)
    """A reviewer is told of waiting reviews at most once in each window of this length; the queue shows all."""
    tries: int = whole(8, 1, 100)
    """A message that the sender cannot take now is handed over at most this often, then listed as failed."""
    tries_within_s: int = whole(_DAY_S, 60, 7 * _DAY_S)
    """A message is not tried again this long after its first try; no delay between two tries is longer."""
    retry_s: int = whole(60, 1, _DAY_S)
    """The delay before the second try; each delay is three times as long as the one before."""
    quiet_from: int = whole(22, 0, 23)
    quiet_until: int = whole(7, 0, 23)
    """Hours of the day in China between which notices wait, if they would reach people; codes do not."""

    def is_quiet(self, hour: int) -> bool:
        """Return whether *hour* of the day lies in the quiet hours; equal bounds mean none."""
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= hour < self.quiet_until
        return hour >= self.quiet_from or hour < self.quiet_until


@attrs.frozen(kw_only=True)
class ReviewPolicy:
    """Limits of review and correction."""

    max_returns: int = whole(3, 1, 20)
    max_edits: int = whole(3, 1, 100)
    """Edits while an application waits, per revision cycle."""
    max_appeals: int = whole(1, 1, 10)
    max_contests: int = whole(3, 1, 20)
    """Contests of one field of a form, until the form is approved."""
    lease_s: int = whole(1800, 60, _DAY_S)
    sla_working_days: tuple[int, ...] = limited((3, 2, 2, 2), _LADDER, converter=_rungs)
    """
    Working days per level: homeroom teacher, deputy, school administrator, district; the last one
    repeats.
    """
    two_persons: tuple[str, ...] = limited(_BY_TWO, _FINDINGS, converter=_rungs)
    """
    Findings that only two persons may approve: reasons, and results of a key field (`name=DIFFERENT`). An
    `ID_INVALID` left to a person is an identity that a person overrides by hand.
    """
    reviewers: Literal["granted", "attested"] = choice("granted", "attested")
    """
    The source of reviewers: holders of a verified grant over the class and the teacher named by the registry,
    looked up at every decision; or the reviewers that the caller attests (a school's own decisions file).
    """


@attrs.frozen(kw_only=True)
class SessionPolicy:
    """
    The longest life of a session, and the longest rest in it, in minutes.

    A family's device is its own; staff see the data of many students (NIST SP 800-63B-4: at most 24 hours and
    one hour of rest at AAL2, 30 days at AAL1).
    """

    family_life_min: int = whole(30 * 1440, 60, 30 * 1440)
    family_idle_min: int = whole(3 * 1440, 10, 30 * 1440)
    staff_life_min: int = whole(12 * 60, 60, 1440)
    staff_idle_min: int = whole(60, 5, 60)


@attrs.frozen(kw_only=True)
class LimitPolicy:
    """
    Limits on trying: applications and forms of one account, and the system's answers that differed.

    After so many answers that differed, for one account and student or for one student whoever asks, only a
    person decides, until `answer_days` have passed. Forms of the school's file, and those from a phone that the
    registry or the student's earlier approval names, neither count nor are held up.
    """

    live_applications: int = whole(20, 1, 1000)
    """Applications of one account that have not ended."""
    tries_per_account: int = whole(60, 1, 10_000)
    """Forms that one account opens or submits on a day (in China)."""
    answers_per_account: int = whole(3, 1, 100)
    answers_per_student: int = whole(10, 1, 1000)
    answer_days: int = whole(30, 1, 366)


@attrs.frozen(kw_only=True)
class TimerPolicy:
    """The longest time in each waiting status."""

    draft_days: int = whole(30, 1, 366)
    match_s: int = whole(300, 1, _DAY_S)
    returned_days: int = whole(14, 1, 366)
    remind_days: tuple[int, ...] = limited((7, 3, 1), _DAYS_BEFORE, converter=_rungs)
    """Days before the end of a draft or a returned form on which the family is told again; none is allowed."""
    appeal_days: int = whole(30, 1, 366)
    grace_days: int = whole(60, 1, 366)
    """The time for which a card stays valid while its holder is verified again."""
    carrier_s: int = whole(86400, 60, 30 * _DAY_S)


@attrs.frozen(kw_only=True)
class Policy:
    """
    The policy of a deployment.

    `file_consent` names the replacement of the guardian's consent in a file run: the school's attestation, or
    none (`required`: every row is returned with `CONSENT_REQUIRED`). `file_reviewers` names the reviewers whose
    decisions a file may hold: those that the school attests, or none (`seats`). `consent_age_years` is the age
    below which the guardian must consent (PIPL 31: fourteen; a policy may raise it).
    """

    version: str = text("2026.1")
    file_consent: Literal["school_attested", "required"] = choice("school_attested", "required")
    file_reviewers: Literal["attested", "seats"] = choice("attested", "seats")
    consent_age_years: int = whole(14, 14, 18)
    matching: MatchingPolicy = part_of(MatchingPolicy)
    account: AccountPolicy = part_of(AccountPolicy)
    review: ReviewPolicy = part_of(ReviewPolicy)
    sessions: SessionPolicy = part_of(SessionPolicy)
    sms: SmsPolicy = part_of(SmsPolicy)
    limits: LimitPolicy = part_of(LimitPolicy)
    timers: TimerPolicy = part_of(TimerPolicy)

    def __attrs_post_init__(self) -> None:
        """Refuse values that contradict each other."""
        check_together(self, TOGETHER)


TOGETHER: Final = (
    Together(
        "account.resend_after_s",
        "应小于 account.otp_life_s",
        "is to be less than account.otp_life_s",
        lambda p: p.account.resend_after_s < p.account.otp_life_s,
    ),
    Together(
        "account.otp_second_code_under_s",
        "不能大于 account.otp_life_s",
        "is to be at most account.otp_life_s",
        lambda p: p.account.otp_second_code_under_s <= p.account.otp_life_s,
    ),
    Together(
        "account.flow_life_s",
        "不能小于 account.otp_life_s",
        "is to be at least account.otp_life_s",
        lambda p: p.account.flow_life_s >= p.account.otp_life_s,
    ),
    Together(
        "sessions.family_idle_min",
        "不能大于 sessions.family_life_min",
        "is to be at most sessions.family_life_min",
        lambda p: p.sessions.family_idle_min <= p.sessions.family_life_min,
    ),
    Together(
        "sessions.staff_idle_min",
        "不能大于 sessions.staff_life_min",
        "is to be at most sessions.staff_life_min",
        lambda p: p.sessions.staff_idle_min <= p.sessions.staff_life_min,
    ),
    Together(
        "sms.codes_per_origin",
        "不能大于 sms.codes_in_all",
        "is to be at most sms.codes_in_all",
        lambda p: p.sms.codes_per_origin <= p.sms.codes_in_all,
    ),
    Together(
        "limits.answers_per_account",
        "不能大于 limits.answers_per_student",
        "is to be at most limits.answers_per_student",
        lambda p: p.limits.answers_per_account <= p.limits.answers_per_student,
    ),
)
"""Keys of different parts that belong together."""
