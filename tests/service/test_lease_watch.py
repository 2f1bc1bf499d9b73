"""A lease counts as left once it was seen unchanged for longer than a relay may hold one."""

from __future__ import annotations

import pytest

from eduid_core.plugins import LeasedMessage
from eduid_core.service.outbox.lease_watch import LeaseWatch

from .house import NOW

CALL_S = 30.0
PATIENCE_S = 900.0 + CALL_S


@pytest.mark.parametrize(("after", "left"), [(PATIENCE_S - 1, 0), (PATIENCE_S, 0), (PATIENCE_S + 1, 1)])
def test_a_lease_is_left_only_after_the_whole_patience(after: float, left: int) -> None:
    now = 5.0
    watch = LeaseWatch(ticks=lambda: now, call_s=CALL_S)
    lease = LeasedMessage(message_id="m", body=b"", leased_by="r", fence=1, first_at=NOW, leased_at=NOW)

    assert watch.left([lease], alone=False) == []
    now += after
    assert len(watch.left([lease], alone=False)) == left
