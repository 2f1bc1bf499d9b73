"""The crash matrix: nothing is lost, nothing is doubled, and a house that is built worse is found."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from eduid_audit.crash import JOURNEYS, TWINS, explore
from eduid_audit.crash.faults import CHANGES, CallFailed, CallFault, Gate, PortCall
from eduid_audit.crash.judge import WorldView, differences, view_of
from eduid_audit.crash.runs import JourneyRun, Programs, calm, start
from eduid_audit.crash.world import ListingProvider
from eduid_core.plugins import Receipt, ReceiptStatus

PAGE = Path(__file__).parents[2] / "docs/explanation/crashes.md"
FEW = ("guesses before it reads the code", "agrees and is approved", "orders a SIM", "climbs to the deputy")


def journey(name: str) -> Any:
    return next(j for j in JOURNEYS if j.name == name)


def test_of_every_journey_nothing_is_lost_and_nothing_doubled_wherever_programs_die() -> None:
    """Every call of more than thirty journeys, single and in pairs, and every answer that is lost."""
    began = time.perf_counter()
    report = explore()
    took_s = time.perf_counter() - began

    points = sum(report.points.values())
    print(f"\n{len(JOURNEYS)} journeys, {points:,} points, {report.runs:,} carried out, {took_s:.0f} s")
    print(dict(report.points), dict(report.calls))
    assert report.wrong == []
    assert len(JOURNEYS) >= 30
    assert points >= 20_000
    assert {"store", "sms", "registry", "carrier"} == {port for port, n in report.calls.items() if n}
    assert report.points["answer lost"] > 300
    page = PAGE.read_text("utf-8")
    for figure in (points, report.runs, *report.calls.values(), report.points["fails"], len(JOURNEYS)):
        assert f"{figure:,}" in page, f"the page on crashes does not say {figure:,}"


@pytest.mark.parametrize("what", TWINS)
def test_a_house_that(what: str) -> None:
    """Each twin leaves something lost, doubled or said otherwise, beyond the answers it kept."""
    report = explore([journey(name) for name in FEW], house=TWINS[what], pairs=False)

    seen = [w for point in report.wrong for w in point.wrong if not w.startswith("answers")]
    assert seen, what


def test_journeys_meet_every_aggregate_and_every_way_to_change_the_store() -> None:
    """A matrix over journeys that never come by a call would prove nothing of it."""
    met: set[tuple[str, str]] = set()
    streams: set[str] = set()
    for one in JOURNEYS:
        view = start(Programs(), one).to_the_end(Gate(before=lambda call: met.add((call.port, call.name))))
        streams |= {f"{name.partition('/')[0]}: {part[2]}" for name, part in view.streams.items()}

    assert {(port, name) for port, names in CHANGES.items() for name in names} <= met
    assert len(streams) > 20, sorted(streams)
    assert len({one.name for one in JOURNEYS}) == len(JOURNEYS)


def test_the_judge_finds_each_part_that_differs() -> None:
    """What is lost, doubled, left over or heard otherwise has a sentence of its own."""
    view = calm(journey("agrees and is approved"))
    empty: dict[str, Any] = {f: type(getattr(view, f))() for f in ("streams", "claims", "budgets", "queue")}
    empty |= {f: type(getattr(view, f))() for f in ("answers", "taken", "orders", "heard")}
    found = differences(view, WorldView(**empty, waiting=["m"], cards={"card/A-1": False}, ledger=False))

    assert {"application/A-1: lost", "card/A-1: lost", "claims: differ", "taken: differ"} <= set(found)
    assert {"waiting: a message was never settled", "cards: a number is not its card's"} <= set(found)
    assert differences(view, view) == ()


class Silent(ListingProvider):
    """A provider that cannot say what it took."""

    def query(self, messages: Any, /) -> Any:
        return [Receipt(message_id=m.message_id, status=ReceiptStatus.UNKNOWN) for m in messages]


@pytest.mark.parametrize("name", FEW)
def test_of_a_provider_that_cannot_tell_no_message_is_handed_over_twice(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it may have taken is never tried again; it stays open under its lease, for a person."""
    expected = calm(journey(name))
    monkeypatch.setattr("eduid_audit.crash.world.ListingProvider", Silent)
    calls: list[PortCall] = []
    start(Programs(), journey(name)).to_the_end(Gate(before=calls.append))
    for call in calls:
        if call.port == "sms" or call.name == "lease":
            for fault in (CallFault.FAILS, CallFault.ANSWER_LOST):
                run = start(Programs(), journey(name))
                try:
                    view = run.to_the_end(Gate(at=call.number, fault=fault))
                except StopIteration:  # the code that its reader waits for never came
                    view = view_of(run.world, run.client)
                assert set(view.taken.values()) <= {1}
                assert view.taken.keys() <= expected.taken.keys()
                assert expected.taken.keys() - view.taken.keys() <= set(view.waiting) or not view.streams


def test_a_registry_that_fails_loses_nobody_and_approves_nobody() -> None:
    """No answer is never "nobody": the application waits for a person, who is told."""
    tried = 0
    for one in JOURNEYS:
        calls: list[PortCall] = []
        start(Programs(), one).to_the_end(Gate(before=calls.append))
        expected = calm(one)
        for call in (c for c in calls if c.port == "registry"):
            tried += 1
            view = _ends(start(Programs(), one), Gate(at=call.number, fault=CallFault.FAILS))
            for name, (_, events, *_) in view.streams.items():
                by_machine = "AutoApproved" in events
                assert not by_machine or "AutoApproved" in expected.streams[name][1]
            assert {n for n in expected.streams if n.startswith("application/")} <= view.streams.keys()
            assert set(view.taken.values()) <= {1}
            assert view.waiting == []
    assert tried > 20


def _ends(run: JourneyRun, gate: Gate) -> WorldView:
    try:
        return run.to_the_end(gate)
    except CallFailed:
        return view_of(run.world, run.client)
