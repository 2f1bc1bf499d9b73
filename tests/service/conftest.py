"""The suite of the service under both drivers: what a command comes to is all one, however it is carried."""

from __future__ import annotations

import asyncio

import pytest

from eduid_core.service import Accepted, Refused, Service
from eduid_core.workflow import Command

OF_COMMANDS = {
    "test_accounts",
    "test_budgets",
    "test_carrier",
    "test_data_keys",
    "test_failing_streams",
    "test_found_by_simulation",
    "test_relay",
    "test_reviewers",
    "test_rights",
    "test_service",
    "test_timers",
    "test_unanswered",
    "test_unreadable",
}
"""The modules whose tests give commands."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Play every test that gives commands once under `run` and once under `arun`."""
    if metafunc.module.__name__.rpartition(".")[2] in OF_COMMANDS:
        metafunc.fixturenames.append("driver")
        metafunc.parametrize("driver", ["run", "arun"], indirect=True)


@pytest.fixture
def driver(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let `Service.handle` carry commands by the driver asked for."""
    name = str(request.param)
    if name == "arun":

        def handle(service: Service, command: Command) -> Accepted | Refused:
            return asyncio.run(service.ahandle(command))

        monkeypatch.setattr(Service, "handle", handle)
    return name
