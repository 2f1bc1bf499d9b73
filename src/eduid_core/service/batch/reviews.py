"""
Review by file: the decisions that a school's own file may hold.

The school attests its reviewers, so a file acts under the school's authority and never as a seat. Where a
verified seat over the class or its school stands, the seat decides; a district's seat is too far to count.
"""

from __future__ import annotations

import attrs

from eduid_core.china import CHINA
from eduid_core.plugins import Store
from eduid_core.service.batch.storage import all_runs
from eduid_core.service.codec.policy_toml import policy_from_toml
from eduid_core.service.drivers import run
from eduid_core.service.facade import Service
from eduid_core.service.seats import seated
from eduid_core.validation.names.inspect import fold_name
from eduid_core.workflow import Policy
from eduid_core.workflow.review_task import states as task

__all__ = ["SEAT_DECIDES", "attested_policy", "reviewer_id", "seat_decides"]

SEAT_DECIDES = "SEAT_DECIDES"


def attested_policy(store: Store) -> Policy:
    """Return the policy of the last file run on *store*, with reviewers that the school attests."""
    policy = policy_from_toml("".join(one.policy_text for one in all_runs(store)[-1:]))
    return attrs.evolve(policy, review=attrs.evolve(policy.review, reviewers="attested"))


def reviewer_id(service: Service, name: str) -> str:
    """Return the keyed id of a reviewer whom a file names, the same for every spelling of the name."""
    return service.pseudonym("reviewer", fold_name(name)[0].casefold())


def seat_decides(service: Service, state: object) -> bool:
    """Return whether the task in *state* is decided by seats only: one stands, or the policy wants one."""
    if service.policy.file_reviewers == "seats":
        return True
    brief: task.TaskBrief | None = getattr(state, "brief", None)
    day = service.clock().astimezone(CHINA).date()
    if brief is None:
        return False
    stands: object = run(seated(brief.class_ref, day), service.executor.perform)  # type: ignore[arg-type]
    return bool(stands)
