"""
The actors and values of the model: a small policy, a single time, and the values that rules can
distinguish.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

import attrs

from eduid_core.matching import Application as Form
from eduid_core.private import PersonName, Phone
from eduid_core.workflow import Actor, Policy, Role
from eduid_core.workflow.application import states as app
from eduid_core.workflow.policy import AccountPolicy, ReviewPolicy

__all__ = [
    "ACTORS",
    "BARRED",
    "BARRED_HEAD",
    "DEPUTY",
    "FORMS",
    "KIN",
    "POLICY",
    "RESULTS",
    "T0",
    "TEACHER",
    "TICK",
    "WEAK",
    "by_role",
]

T0: Final = dt.datetime(2026, 11, 2, 0, 30, tzinfo=dt.UTC)
"""The time of every command, a Monday morning in China: states are shifted to it."""

TICK: Final = dt.timedelta(seconds=60)
"""Every span that an account's rules compare is a multiple of this in the model's policy."""

POLICY: Final = Policy(
    account=AccountPolicy(
        otp_life_s=120,
        otp_second_code_under_s=60,
        otp_tries_per_flow=2,
        resend_after_s=60,
        sends_per_flow=2,
        flow_life_s=180,
        names_per_flow=2,
        proof_fresh_s=60,
        open_askings=1,
        asking_life_s=180,
        login_failures=2,
        lock_s=60,
    ),
    review=ReviewPolicy(max_returns=1, max_edits=1, max_appeals=1, max_contests=1, sla_working_days=(1, 1)),
)
"""Every limit is as small as possible, but can still be reached and exceeded."""

BARRED: Final = Actor(id="acct", role=Role.TEACHER, assurance=2)
"""The guardian, who is also a teacher: they must not review their own child."""
DEPUTY: Final = Actor(id="deputy", role=Role.TEACHER, assurance=2)
BARRED_HEAD: Final = Actor(id="acct", role=Role.SCHOOL_ADMIN, assurance=2)
"""The same guardian as the school administrator."""
WEAK: Final = Actor(id="head", role=Role.SCHOOL_ADMIN)
"""The school administrator in a session with assurance level 1."""
KIN: Final = Actor(id="kin", role=Role.GUARDIAN)
"""Another family's guardian."""

ACTORS: Final = (
    Actor(id="", role=Role.ANONYMOUS),
    Actor(id="acct", role=Role.STUDENT),
    Actor(id="acct", role=Role.GUARDIAN),
    KIN,
    Actor(id="teacher", role=Role.TEACHER, assurance=2),
    DEPUTY,
    BARRED,
    BARRED_HEAD,
    Actor(id="head", role=Role.SCHOOL_ADMIN, assurance=2),
    WEAK,
    Actor(id="district", role=Role.DISTRICT_ADMIN, assurance=2),
    Actor(id="operator", role=Role.OPERATOR, assurance=2),
    Actor(id="importer", role=Role.IMPORTER),
    Actor(id="system", role=Role.SYSTEM),
)
"""An actor in every role, and the actors that a rule distinguishes within a role."""


def by_role(*roles: Role) -> tuple[Actor, ...]:
    """Return the actors in these roles."""
    return tuple(a for a in ACTORS if a.role in roles)


_FORM = Form(
    application_id="A",
    name="陈小雨",
    id_number="320098201503150010",
    school="南京市海英小学",
    grade="四年级",
    class_name="一班",
    entry_year="2023",
    guardian_name="陈大雨",
    guardian_phone="15400001234",
)

FORMS: Final = {
    "whole": _FORM,
    "class": attrs.evolve(_FORM, class_name="二班"),
    "number": attrs.evolve(_FORM, id_number="320098201503150029"),
    "grown": attrs.evolve(_FORM, id_number="320098201103150046"),
    "renamed": attrs.evolve(_FORM, id_number="320098201103150046", guardian_phone="15400005678"),
    "blank": attrs.evolve(_FORM, name=" "),
    "impossible": attrs.evolve(_FORM, id_number="320098201502300010"),
}
"""
Forms that a rule can distinguish: another class, another person, an older student, one of another guardian, a gap,
an impossible date.
"""

RESULTS: Final = {
    "agrees": app.MatchResult("approved", ("CONSISTENT",)),
    "differs": app.MatchResult("review", ("VISITING_STUDENT",), (("school", "DIFFERENT", ""),), tier=2),
    "identity": app.MatchResult("review", ("ID_DIFFERENT",), (("id", "DIFFERENT", ""),), tier=4),
    "gaps": app.MatchResult("returned", ("FIELD_REQUIRED",), (("name", "MISSING_APP", ""),)),
    "away": app.MatchResult("review", ("SOURCE_UNAVAILABLE",)),
    "duplicate": app.MatchResult("review", ("SAME_PERSON_ELSEWHERE",)),
}
"""The possible answers of the registry; the checker enumerates them."""

TEACHER: Final = app.Teacher("teacher", PersonName("王老师"), Phone("15400990001"))
