"""Long random lives of a deployment on a bad day: nothing wrong ever lands, and all comes to its end."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from eduid_audit.simulator import LIVENESS, SAFETY, SimulationReport, play, simulate
from eduid_audit.simulator.__main__ import main, table
from eduid_audit.simulator.defects import DEFECTS
from eduid_audit.simulator.disk import TearingStore
from eduid_core.testing.conformance.store import LAWS, Law, Memory

STEPS = 500_000


@pytest.fixture(scope="module")
def report() -> SimulationReport:
    return simulate(1, STEPS)


def test_half_a_million_steps_hold(report: SimulationReport) -> None:
    assert not report.failures, table(report, seen=False)
    assert report.steps == STEPS


@pytest.mark.parametrize(
    "seen",
    [
        *(f"fault {f}" for f in ("crash", "store_down", "commit_lost", "commit_torn", "commit_unknown")),
        *(f"fault {f}" for f in ("request_lost", "request_twice", "answer_lost", "adapter", "clock_jump")),
        *(f"event application {e}" for e in ("AutoApproved", "Approved", "Returned", "Rejected", "Expired")),
        *(
            f"event application {e}"
            for e in ("Escalated", "ReverificationStarted", "DuplicateFlagged", "Revoked")
        ),
        *(f"event comms_card {e}" for e in ("NumberLinked", "ServiceActive", "CommsOrderFailed")),
        *(f"answer {a}" for a in ("person_taken", "challenge_limit_exceeded", "not_eligible_reviewer")),
        "event account PhoneProved",
        "messages leased again",
    ],
)
def test_what_should_happen_in_such_a_life_does(report: SimulationReport, seen: str) -> None:
    """A simulation in which nothing happens holds, too."""
    assert report.seen[seen] >= 5


@pytest.mark.full
def test_two_million_steps_hold() -> None:
    report = simulate(2, 2_000_000)
    print(table(report))

    assert not report.failures, table(report, seen=False)


def test_a_seed_is_one_history_under_any_hash_seed() -> None:
    """Nothing hangs on the order of a set, on the clock or on chance that was not seeded."""
    call = [sys.executable, "-m", "eduid_audit.simulator", "--seed", "3", "--steps", "6000"]
    runs = [
        subprocess.run(
            call, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        )
        for seed in ("0", "4242")
    ]
    traces = {run.stdout.splitlines()[-1] for run in runs}

    assert len(traces) == 1
    assert traces == {f"seed 3 trace {simulate(3, 6000).digest}"}


def test_another_seed_is_another_history() -> None:
    assert play("3/0", 500).digest != play("3/1", 500).digest


@pytest.mark.parametrize("name", DEFECTS)
def test_every_defect_is_caught_by_name(name: str) -> None:
    """A simulator that cannot fail says nothing."""
    defect = DEFECTS[name]
    caught = next(
        (broken for n in range(48) if (broken := set(play(f"d/{n}", 2000, parts=defect.parts).broken))), set()
    )

    assert caught & defect.caught_by, f"{defect.sentence}: {caught or 'not noticed'}"


def test_what_catches_a_defect_is_a_check_there_is() -> None:
    assert all(d.caught_by and d.caught_by <= SAFETY.keys() | LIVENESS.keys() for d in DEFECTS.values())


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_the_disk_of_the_simulation_is_a_store(law: Law) -> None:
    memories: dict[str, Memory] = {}
    law(lambda name: TearingStore(memories.setdefault(name, Memory())))


def test_the_door_prints_the_trace_and_replays_an_episode(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--seed", "5", "--steps", "300"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("seed 5 trace ")
    assert main(["--replay", "5/0", "--steps", "300"]) == 0
    assert "everything holds" in capsys.readouterr().out


def test_the_page_names_every_check_and_every_defect() -> None:
    page = (Path(__file__).parents[2] / "docs/explanation/simulated.md").read_text("utf-8")

    for name, sentence in (*SAFETY.items(), *LIVENESS.items()):
        assert f"| `{name}` | {sentence} |" in page
    for defect in DEFECTS.values():
        assert f"| {defect.sentence} | " in page
