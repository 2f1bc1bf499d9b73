"""The door of the core, and the strategies we ship."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings

from eduid_core.__main__ import main
from eduid_core.testing import strategies
from eduid_core.workflow import Command, Refused, decide, fold


def test_the_door_says_what_is_installed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0

    assert "eduid-store-sql" in capsys.readouterr().out


def test_the_door_explains_a_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "CHECKSUM", "not_assigned"]) == 0
    assert "校验位不符" in capsys.readouterr().out
    assert main(["explain", "NOTHING"]) == 2
    assert main(["nonsense"]) == 2


def test_the_core_loads_neither_hypothesis_nor_pytest_nor_a_database() -> None:
    code = "import eduid_core.service, sys; print(sorted({'hypothesis', 'pytest', 'sqlalchemy', 'click'} & set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert result.stdout.strip() == "[]"


@given(strategies.journeys())
@settings(max_examples=200)
def test_every_step_of_a_journey_is_taken_or_refused_with_a_code(journey: list[Command]) -> None:
    state = None
    for command in journey:
        made = decide(state, command)
        if isinstance(made, Refused):
            assert made.zh != made.code
        else:
            state = fold(made, state)
    assert state is not None


@pytest.mark.parametrize(
    "name", ["resident_ids", "phones", "person_names", "applications", "registries", "journeys"]
)
def test_every_strategy_of_the_contract_is_there(name: str) -> None:
    assert name in strategies.__all__
    assert callable(getattr(strategies, name))


def test_journeys_reach_every_status_but_the_rarest() -> None:
    reached = set()

    @given(strategies.journeys(most=14))
    @settings(max_examples=400, database=None)
    def walk(journey: list[Command]) -> None:
        state = None
        for command in journey:
            made = decide(state, command)
            state = state if isinstance(made, Refused) else fold(made, state)
            reached.add(state.status if state else None)

    walk()
    assert {"draft", "submitted", "pending_review", "returned", "approved", "withdrawn", "expired"} <= reached
