"""Journeys of schools: grants, reviews, returns, appeals, escalation, the school year, files."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from eduid_audit.crash.family import opened, registers
from eduid_audit.crash.steps import Journey, JourneyClient, JourneyStep, fires, relays, says
from eduid_audit.crash.world import BEGAN, CLASS, NUMBERS, FewRowRegistry, form_of
from eduid_core.private import PrivateText
from eduid_core.service import Service
from eduid_core.service.batch import FileRun, MemoryRow
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.application.states import ReturnItem
from eduid_core.workflow.review_task import commands as task_commands
from eduid_core.workflow.reviewer_grant import commands as grant_commands
from eduid_core.workflow.reviewer_grant.states import Position, RoleClaim

__all__ = ["FILES", "GRANTS", "PROLOGUES", "REVIEWS"]

_UNTIL: Final = dt.date(2027, 8, 31)
_ITEMS: Final = (ReturnItem("school", "SCHOOL_TO_CHECK"),)


def granted(
    who: str, by: str, position: Position, *, school: str = CLASS[0], of: str = ""
) -> tuple[JourneyStep, ...]:
    """Return the steps by which the person *who* claims a position and *by* verifies it."""
    claim = RoleClaim(teacher_id=who, school_code=school, class_name=of, position=position, evidence="T-17")
    key = f"G-{who}"
    return (
        says(who, grant_commands.ClaimRole, key, claim=claim),
        says(by, grant_commands.Verify, key, until=_UNTIL),
    )


PROLOGUES: Final = {
    "nothing": (),
    "empty": fires(0),
    "family": (*registers("mother"), *registers("father"), *fires(0)),
    "school": (
        *registers("mother"),
        *registers("father"),
        *registers("deputy"),
        *registers("head"),
        *granted("district", "operator", Position.DISTRICT_ADMIN, school=""),
        *granted("head", "district", Position.SCHOOL_ADMIN),
        *granted("deputy", "head", Position.DEPUTY),
        *fires(0),
    ),
    "approved": (
        *registers("mother"),
        *granted("district", "operator", Position.DISTRICT_ADMIN, school=""),
        *granted("head", "district", Position.SCHOOL_ADMIN),
        *opened(),
        relays(),
        *fires(0),
    ),
    "approved too": (*registers("mother"), *opened(number=NUMBERS[1]), relays(), *fires(0)),
}
"""World by name -> the steps that lead to it, run without a fault."""


def _decides(by: str, outcome: str, subject: str = "A-1", *, rev: int = 1, **more: Any) -> JourneyStep:
    return says(by, task_commands.CompleteReview, subject, outcome=outcome, expected_rev=rev, **more)


_DIFFERS = opened(school="南京市云杉小学")

REVIEWS: Final = (
    Journey(
        "is approved by the teacher", (*_DIFFERS, relays(), _decides("named", "approve"), relays()), "family"
    ),
    Journey(
        "is returned, mended and approved",
        (
            *_DIFFERS,
            _decides("named", "return", items=_ITEMS),
            relays(),
            says("mother", app.Resubmit, form=form_of()),
            relays(),
        ),
        "family",
    ),
    Journey(
        "is returned, contested and approved",
        (
            *_DIFFERS,
            _decides("named", "return", items=_ITEMS),
            says(
                "mother", app.Resubmit, form=form_of(school="南京市云杉小学"), contested=(("school", "right"),)
            ),
            _decides("named", "approve", rev=2),
            relays(),
        ),
        "family",
    ),
    Journey(
        "is edited under the teacher's eyes",
        (
            *_DIFFERS,
            says("named", task_commands.StartReview),
            says("mother", app.Amend, form=form_of(school="南京市枫林小学")),
            _decides("named", "approve"),
            _decides("named", "approve", rev=2),
            relays(),
        ),
        "family",
    ),
    Journey(
        "is refused, appeals and is approved by the head",
        (
            *_DIFFERS,
            _decides("named", "reject", code="NOT_MY_STUDENT"),
            relays(),
            says("mother", app.Appeal, statement=PrivateText("please look again")),
            _decides("named", "approve"),
            _decides("head", "approve"),
            relays(),
        ),
        "school",
    ),
    Journey(
        "is refused and leaves it",
        (*_DIFFERS, _decides("named", "reject", code="NOT_MY_STUDENT"), relays(), *fires(31)),
        "family",
    ),
    Journey(
        "climbs to the deputy",
        (*_DIFFERS, relays(), *fires(4), relays(), _decides("deputy", "approve"), relays()),
        "school",
    ),
    Journey(
        "climbs to the head",
        (*_DIFFERS, *fires(4), *fires(8), relays(), _decides("head", "approve"), relays()),
        "school",
    ),
    Journey(
        "is left open on the screen",
        (
            *_DIFFERS,
            says("named", task_commands.StartReview),
            *fires(0.5),
            says("named", task_commands.StartReview),
            _decides("named", "approve"),
        ),
        "family",
    ),
    Journey(
        "is handed on by the head",
        (
            *_DIFFERS,
            says("head", task_commands.Assign, assignee="deputy"),
            _decides("named", "approve"),
            _decides("deputy", "approve"),
            relays(),
        ),
        "school",
    ),
    Journey(
        "applies twice and one is refused",
        (
            *_DIFFERS,
            *opened("A-2", "father", guardian_phone="15400001235"),
            _decides("head", "approve", "A-2"),
            _decides("head", "approve"),
            _decides("head", "reject", code="DUPLICATE_CONFIRMED"),
            relays(),
        ),
        "school",
    ),
    Journey(
        "is revoked as issued in error",
        (says("head", app.RevokeApplication, code="ISSUED_IN_ERROR"), relays()),
        "approved",
    ),
    Journey("graduates", (says("head", app.Supersede, reason="graduated"),), "approved"),
    Journey("is verified anew in the next year", (*fires(303), relays()), "approved"),
    Journey(
        "is gone from the registry in the next year",
        (*fires(303), *fires(303.1), relays(), *fires(365), says("mother", app.Withdraw), relays()),
        "approved too",
    ),
)

GRANTS: Final = (
    Journey("is verified as a teacher", granted("teacher", "head", Position.HOMEROOM, of=CLASS[1]), "school"),
    Journey(
        "is asked for more and then declined",
        (
            granted("teacher", "head", Position.HOMEROOM, of=CLASS[1])[0],
            says("head", grant_commands.Return, "G-teacher", wanted="a letter"),
            says("head", grant_commands.Decline, "G-teacher", reason="unknown"),
        ),
        "school",
    ),
    Journey(
        "lets another stand in, and loses the grant",
        (
            *granted("teacher", "head", Position.HOMEROOM, of=CLASS[1]),
            says("teacher", grant_commands.DelegateGrant, "G-teacher", to="deputy", until=dt.date(2026, 11, 4)),
            *fires(3),
            says("head", grant_commands.RevokeGrant, "G-teacher", reason="left"),
        ),
        "school",
    ),
    Journey("lets every grant run out", fires(305), "school"),
)


def _file(*forms: Any) -> JourneyStep:
    """Return the step in which the school's importer submits a file."""
    rows = [MemoryRow(2 + n, form) for n, form in enumerate(forms)]

    def act(service: Service, _: Any, __: JourneyClient, ___: int) -> None:
        run = FileRun(
            service, registry=FewRowRegistry(), applications="a1", snapshot="s1", size_by_school={CLASS[0]: 3}
        )
        if run.run is None:
            run.begin(rows, as_of=BEGAN.date())
        run.carry_out(rows)

    return JourneyStep(act)


FILES: Final = (
    Journey(
        "comes by a file",
        (
            _file(
                form_of(application_id="F-1"),
                form_of(NUMBERS[1], application_id="F-2", school="南京市云杉小学"),
                form_of(NUMBERS[2], application_id="F-3", name="陈小雨2"),
            ),
            relays(),
        ),
        "family",
    ),
    Journey(
        "comes by a file beside the family's own",
        (*opened(), _file(form_of(application_id="F-1"), form_of(NUMBERS[1], application_id="F-2")), relays()),
        "family",
    ),
)
