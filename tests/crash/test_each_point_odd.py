"""One death stands for another between which nothing lasting happened: here, of every second journey, it need not."""

from __future__ import annotations

import pytest

from eduid_audit.crash import JOURNEYS, explore


@pytest.mark.full
def test_each_point_carried_out_by_itself_comes_to_the_same() -> None:
    """The second, fourth … journey; the others are in a file of their own, so that two workers share them."""
    report = explore(JOURNEYS[1::2], each=True)

    assert report.wrong == []
    assert report.runs == sum(report.points.values()) > 20_000
