"""
Every value that a command takes or the service returns, the states of all aggregates among them, in one place.

    from eduid_core.values import Actor, Application, Phone, Role

`Application` is the form as typed. Actors, forms and reasons are frozen values; personal text is a `Private`
value that does not show itself.
"""

from __future__ import annotations

from eduid_core.china import CHINA
from eduid_core.findings import AdapterError, CallerError, Finding, InvalidInput, Refused, Severity
from eduid_core.matching import Application, Found, RegistryRow
from eduid_core.private import IdNumber, OtpCode, PersonName, Phone, Private, PrivateText
from eduid_core.service.erasure import Erased
from eduid_core.service.intents import Accepted, Enrolled, Revealed
from eduid_core.service.outbox.open_messages import OpenMessage
from eduid_core.service.reading.feed import FeedEvent
from eduid_core.service.reading.values import (
    Case,
    CaseLine,
    ClaimLine,
    FormFinding,
    GuardianLine,
    LinkLine,
    Look,
    NextStep,
    Words,
)
from eduid_core.service.sessions.records import Session
from eduid_core.service.sessions.second_factor import Enrolment
from eduid_core.workflow.account.states import (
    AbandonedAccount,
    ActiveAccount,
    ChallengeSent,
    ClosedAccount,
    LockedAccount,
    Purpose,
    UsernameWanted,
)
from eduid_core.workflow.actors import Actor, Role
from eduid_core.workflow.application.returns import RETURN_FIELDS
from eduid_core.workflow.application.states import (
    Approved,
    Basis,
    Draft,
    Expired,
    MatchResult,
    PendingReview,
    Rejected,
    Returned,
    ReturnItem,
    Revoked,
    Submitted,
    Superseded,
    Teacher,
    Withdrawn,
)
from eduid_core.workflow.card import ActiveCard, ExpiredCard, RevokedCard, SuspendedCard
from eduid_core.workflow.comms_card import (
    ActiveCommsCard,
    FailedOrder,
    LinkedNumber,
    OrderedSim,
    OwnershipChallenge,
    ReleasedCommsCard,
)
from eduid_core.workflow.forms import FIELDS
from eduid_core.workflow.links import Confirmation
from eduid_core.workflow.policy import (
    AccountPolicy,
    LimitPolicy,
    Policy,
    ReviewPolicy,
    SessionPolicy,
    SmsPolicy,
    TimerPolicy,
)
from eduid_core.workflow.review_task.states import (
    Assigned,
    AwaitingSecond,
    Cancelled,
    Completed,
    InReview,
    Unassigned,
)
from eduid_core.workflow.reviewer_grant.states import (
    ActiveGrant,
    ClaimedGrant,
    DeclinedGrant,
    EndedGrant,
    Position,
    RevokedGrant,
    RoleClaim,
)

__all__ = [
    "CHINA",
    "FIELDS",
    "RETURN_FIELDS",
    "AbandonedAccount",
    "Accepted",
    "AccountPolicy",
    "ActiveAccount",
    "ActiveCard",
    "ActiveCommsCard",
    "ActiveGrant",
    "Actor",
    "AdapterError",
    "Application",
    "Approved",
    "Assigned",
    "AwaitingSecond",
    "Basis",
    "CallerError",
    "Cancelled",
    "Case",
    "CaseLine",
    "ChallengeSent",
    "ClaimLine",
    "ClaimedGrant",
    "ClosedAccount",
    "Completed",
    "Confirmation",
    "DeclinedGrant",
    "Draft",
    "EndedGrant",
    "Enrolled",
    "Enrolment",
    "Erased",
    "Expired",
    "ExpiredCard",
    "FailedOrder",
    "FeedEvent",
    "Finding",
    "FormFinding",
    "Found",
    "GuardianLine",
    "IdNumber",
    "InReview",
    "InvalidInput",
    "LimitPolicy",
    "LinkLine",
    "LinkedNumber",
    "LockedAccount",
    "Look",
    "MatchResult",
    "NextStep",
    "OpenMessage",
    "OrderedSim",
    "OtpCode",
    "OwnershipChallenge",
    "PendingReview",
    "PersonName",
    "Phone",
    "Policy",
    "Position",
    "Private",
    "PrivateText",
    "Purpose",
    "Refused",
    "RegistryRow",
    "Rejected",
    "ReleasedCommsCard",
    "ReturnItem",
    "Returned",
    "Revealed",
    "ReviewPolicy",
    "Revoked",
    "RevokedCard",
    "RevokedGrant",
    "Role",
    "RoleClaim",
    "Session",
    "SessionPolicy",
    "Severity",
    "SmsPolicy",
    "Submitted",
    "Superseded",
    "SuspendedCard",
    "Teacher",
    "TimerPolicy",
    "Unassigned",
    "UsernameWanted",
    "Withdrawn",
    "Words",
]
