"""
The SIM card beside the education card (通讯卡): voluntary, and not offered yet.

The row stands in the table so that asking has a clear answer; it has no way to pass.
"""

from __future__ import annotations

from typing import Literal

import attrs

from eduid_core.workflow.actors import Role
from eduid_core.workflow.kernel import Command, Event, Rule, State, Table, guard
from eduid_core.workflow.policy import Policy

__all__ = ["TABLE", "ChooseCommsCard"]


@attrs.frozen(kw_only=True)
class ChooseCommsCard(Command):
    """Ask for a SIM: the guardian's existing number, or a bundled one."""

    choice: Literal["existing_number", "bundled"]


@guard("comms_card_not_offered")
def offered(_: State | None, __: ChooseCommsCard, ___: Policy) -> bool:
    """No carrier is bound to this deployment."""
    return False


def _nothing(_: State | None, __: Command, ___: Policy) -> tuple[Event, ...]:
    return ()


TABLE = Table(
    "comms_card",
    states=(),
    rules=(
        Rule(
            id="S1",
            at=None,
            command=ChooseCommsCard,
            actors=frozenset({Role.STUDENT, Role.GUARDIAN}),
            guards=(offered,),
            emit=_nothing,
            to=(),
            events=(),
        ),
    ),
    fold={},
)
