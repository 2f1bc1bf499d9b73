"""Policy comparison: match the same applications under two policies and list the different results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import attrs

from eduid_core.matching import Application, Found, match
from eduid_core.workflow.policy import Policy

__all__ = ["Change", "WhatIf", "simulate"]


@attrs.frozen
class Change:
    """An application decided otherwise under the second policy: outcomes and first reasons of both."""

    application_id: str
    before: str
    after: str
    why_before: str
    why_after: str


@attrs.frozen(kw_only=True)
class WhatIf:
    """Counts by outcome under both policies, and every application that differs."""

    before: Counter[str]
    after: Counter[str]
    changes: tuple[Change, ...]


def simulate(applications: Iterable[tuple[Application, Found]], policy_a: Policy, policy_b: Policy) -> WhatIf:
    """
    Compare the results of *applications* under *policy_a* and *policy_b*.

    No state is stored and no message is sent: the input is each application with its registry rows, the output
    is codes.
    """
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    changes = []
    for form, found in applications:
        a = match(form, found, policy=policy_a.matching)
        b = match(form, found, policy=policy_b.matching)
        before[a.outcome.value] += 1
        after[b.outcome.value] += 1
        if (a.outcome, a.tier) != (b.outcome, b.tier):
            why = (a.reasons[0] if a.reasons else "", b.reasons[0] if b.reasons else "")
            changes.append(Change(form.application_id, a.outcome.value, b.outcome.value, *why))
    return WhatIf(before=before, after=after, changes=tuple(changes))
