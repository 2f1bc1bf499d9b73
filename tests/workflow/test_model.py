"""Every reachable state of the lifecycle is walked, alone and composed: everything that must hold holds."""

from __future__ import annotations

import json
import secrets

from eduid_core.plugins import MasterKey
from eduid_core.service import wire
from eduid_core.service.vault import Vault
from eduid_core.testing.model import check
from eduid_core.testing.model.walk import walk
from eduid_core.workflow import TABLES

SECRET = ("陈小雨", "陈大雨", "320098", "15400001234")


def test_the_whole_lifecycle_holds() -> None:
    report = check()

    assert [str(f) for f in report.failures] == []
    assert sum(line.states for line in report.lines) > 30_000


def test_every_event_comes_back_from_the_store_as_it_was_and_shows_nothing() -> None:
    vault = Vault(MasterKey(id="t", secret=b"m" * 32), entropy=secrets.token_bytes)
    key, _ = vault.new_data_key("application:A-1")
    met = {}
    for name in (*TABLES, "application: consent"):
        met.update(walk(name).events)

    for event in met.values():
        record = wire.record_of(event, key=key, place="s#1")
        assert wire.event_of(record, key=key, place="s#1") == event
        for private in SECRET:
            assert private.encode() not in record.body
            assert json.dumps(private)[1:-1].encode() not in record.body
    assert set(met) == set(wire.EVENTS)
