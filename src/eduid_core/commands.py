"""
Every command that a caller may give to `Service.handle`, in one place.

    from eduid_core.commands import CompleteReview, Open, Submit

A command not listed here is given by the service itself: what it records (a matching code, a right password, an
answer of the registry) is never taken from a caller.
"""

from __future__ import annotations

from eduid_core.service.commands import (
    CloseMessage,
    ConfirmFactor,
    ConfirmLink,
    EndSession,
    EnrolFactor,
    EnterCode,
    EnterNumberCode,
    Erase,
    LogIn,
    Recover,
    Register,
    ResendCode,
    ResetFactor,
    RetryMessage,
    Reveal,
)
from eduid_core.workflow.account.commands import (
    ChangePhone,
    ChooseUsername,
    CloseAccount,
    EndLink,
    LinkChild,
    OpenAppeal,
    ResolveAppeal,
    StartProof,
)
from eduid_core.workflow.application.commands import (
    Amend,
    Appeal,
    GrantConsent,
    LinkGuardian,
    Open,
    RequestCorrection,
    Resubmit,
    RevokeApplication,
    Save,
    Submit,
    Supersede,
    Withdraw,
    WithdrawConsent,
)
from eduid_core.workflow.card import Reinstate, Reissue, RevokeCard, Suspend
from eduid_core.workflow.comms_card import ChooseBundled, ChooseExisting, Release, Retry
from eduid_core.workflow.review_task.commands import (
    Assign,
    ClaimTask,
    CompleteReview,
    DelegateTask,
    SecondReview,
    StartReview,
)
from eduid_core.workflow.reviewer_grant.commands import (
    ClaimRole,
    Decline,
    DelegateGrant,
    EndDelegation,
    Return,
    RevokeGrant,
    Verify,
)

__all__ = [
    "Amend",
    "Appeal",
    "Assign",
    "ChangePhone",
    "ChooseBundled",
    "ChooseExisting",
    "ChooseUsername",
    "ClaimRole",
    "ClaimTask",
    "CloseAccount",
    "CloseMessage",
    "CompleteReview",
    "ConfirmFactor",
    "ConfirmLink",
    "Decline",
    "DelegateGrant",
    "DelegateTask",
    "EndDelegation",
    "EndLink",
    "EndSession",
    "EnrolFactor",
    "EnterCode",
    "EnterNumberCode",
    "Erase",
    "GrantConsent",
    "LinkChild",
    "LinkGuardian",
    "LogIn",
    "Open",
    "OpenAppeal",
    "Recover",
    "Register",
    "Reinstate",
    "Reissue",
    "Release",
    "RequestCorrection",
    "ResendCode",
    "ResetFactor",
    "ResolveAppeal",
    "Resubmit",
    "Retry",
    "RetryMessage",
    "Return",
    "Reveal",
    "RevokeApplication",
    "RevokeCard",
    "RevokeGrant",
    "Save",
    "SecondReview",
    "StartProof",
    "StartReview",
    "Submit",
    "Supersede",
    "Suspend",
    "Verify",
    "Withdraw",
    "WithdrawConsent",
]
