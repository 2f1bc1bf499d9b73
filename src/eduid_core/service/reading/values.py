"""The values that reads answer: codes, times and masked texts, ready to be shown or sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Literal

import attrs

from eduid_core.workflow import Role
from eduid_core.workflow.reviewer_grant.states import Position

__all__ = [
    "Case",
    "CaseLine",
    "ClaimLine",
    "FormFinding",
    "GuardianLine",
    "LinkLine",
    "Look",
    "NextStep",
    "Words",
]

Lang = Literal["zh", "en"]


@attrs.frozen(kw_only=True)
class Words:
    """A text in Chinese and in English."""

    zh: str
    en: str


@attrs.frozen(kw_only=True)
class NextStep:
    """
    Who acts next on an application, and by when: `who` is `family`, `reviewer`, `operator` (nobody is seated),
    `system` or `nobody`; `reviewer` is the id of the reviewer, `until` the deadline, aware. A `provisional`
    deadline counts working days whose holidays are not decreed yet.
    """

    who: Literal["family", "reviewer", "operator", "system", "nobody"]
    reviewer: str = ""
    until: dt.datetime | None = None
    provisional: bool = False


@attrs.frozen(kw_only=True)
class ClaimLine:
    """A claim of a position that waits to be verified: its id, the claimant's account and masked phone."""

    id: str
    account_id: str
    position: Position
    school_code: str
    class_name: str
    since: dt.datetime
    phone_masked: str


@attrs.frozen(kw_only=True)
class CaseLine:
    """One application in a list: status, place, the student's name as it may be shown, who acts next."""

    id: str
    status: str
    revision: int
    since: dt.datetime
    school_code: str
    class_name: str
    name: str
    next_step: NextStep


@attrs.frozen(kw_only=True)
class GuardianLine:
    """
    A guardian's account that is linked to a case, or asks to be (`asked`).

    `way` is who confirmed, or whose phone was asked: `student`, `application`, `registry`, `seat`; `acts`
    tells whether the guardian may consent and withdraw, and does not only look. `link` is for `EndLink`, whose
    subject is `account_id`; `phone` is masked.
    """

    account_id: str
    link: str
    phone: str
    way: str
    asked: bool
    acts: bool


@attrs.frozen(kw_only=True)
class Case(CaseLine):
    """
    One application as a whole.

    `fields` are the form's values by name: in the clear for the family whose form it is, masked for everybody
    else (`Reveal` shows a reviewer single fields, on record). `reasons` and `differences` (field -> result) are
    codes, and stay empty for the family while the school compares. `items` are the (field, code, note) to
    correct, `others` the other applications of the same student, for reviewers. `card` is the status of the
    education card, `comms_card` that of the SIM; a blank is none. `guardians` are the accounts that are linked,
    or ask to be. `draft` is the revision of the draft, for `Save`.
    """

    fields: Mapping[str, str] = attrs.field(repr=False)
    reasons: tuple[str, ...] = ()
    differences: Mapping[str, str] = attrs.field(factory=dict[str, str])
    items: tuple[tuple[str, str, str], ...] = attrs.field(default=(), repr=False)
    tier: int = 0
    others: tuple[str, ...] = ()
    card: str = ""
    comms_card: str = ""
    guardians: tuple[GuardianLine, ...] = ()
    draft: int = 0


@attrs.frozen(kw_only=True)
class LinkLine:
    """
    A link of the reader's own account, or a request for one, in the reader's own list.

    `child` is the application or the student's account, blank until the link is confirmed; `until` is the end
    of a request, aware. The rest as in `GuardianLine`.
    """

    link: str
    child: str
    way: str
    asked: bool
    acts: bool
    until: dt.datetime | None = None


@attrs.frozen(kw_only=True)
class FormFinding:
    """A finding about one field of a form: its code, how severe it is (error, doubt, note), and its words."""

    field: str
    code: str
    severity: str
    words: Words


@attrs.frozen(kw_only=True)
class Look:
    """A look at a student's data: who, in which role, when, at which fields, for which reason."""

    by: str
    role: Role
    at: dt.datetime
    fields: tuple[str, ...]
    reason: str
