"""Adapters are found in isolation: one that is broken never keeps the others or the host from starting."""

from __future__ import annotations

import sys
import types
from importlib.metadata import EntryPoint
from typing import Any

import pytest

from eduid_core.findings import AdapterError, CallerError
from eduid_core.plugins import HOOK, AdapterInfo, Options, load_adapters

WHOLE = AdapterInfo(kind="sms", name="good")


def module(name: str, **hooks: Any) -> EntryPoint:
    """Make an importable module with *hooks* and return an entry point to it."""
    made = types.ModuleType(f"eduid_test_{name}")
    for hook, implementation in hooks.items():
        setattr(made, hook, HOOK(implementation) if callable(implementation) else implementation)
    sys.modules[made.__name__] = made
    return EntryPoint(name, made.__name__, "eduid_core")


def sender(options: Options) -> Any:
    return ("sender", dict(options.settings))


def good() -> EntryPoint:
    return module("good", eduid_adapter=lambda: WHOLE, eduid_sms_sender=sender)


async def later() -> AdapterInfo:
    return WHOLE


def failing() -> AdapterInfo:
    raise RuntimeError("陈小雨 320098201503150010")


BROKEN = {
    "import_failed": lambda: EntryPoint("nowhere", "eduid_no_such_module", "eduid_core"),
    "hook_is_async": lambda: module("async", eduid_adapter=later),
    "hook_invalid": lambda: module("misspelt", eduid_adapter=lambda: WHOLE, eduid_sms_sendr=sender),
    "info_missing": lambda: module("mute"),
    "info_failed": lambda: module("fails", eduid_adapter=failing),
    "contract_too_new": lambda: module(
        "new", eduid_adapter=lambda: AdapterInfo(kind="sms", name="n", contract=99)
    ),
    "contract_too_old": lambda: module(
        "old", eduid_adapter=lambda: AdapterInfo(kind="sms", name="o", contract=0)
    ),
    "info_inconsistent": lambda: module("empty", eduid_adapter=lambda: AdapterInfo(kind="store", name="e")),
}


@pytest.mark.parametrize("code", BROKEN)
def test_a_broken_adapter_is_named_and_the_good_one_still_loads(code: str) -> None:
    found = load_adapters(points=[BROKEN[code](), good()])

    assert [e.code for e in found.errors] == [code]
    assert [a.info.name for a in found] == ["good"]
    assert "陈" not in repr(found.errors)


def test_an_adapter_that_leaves_on_import_does_not_take_the_host_with_it() -> None:
    class Leaving(EntryPoint):
        def load(self) -> Any:
            raise SystemExit(3)

    found = load_adapters(points=[Leaving("leaving", "x", "eduid_core"), good()])

    assert [e.code for e in found.errors] == ["import_failed"]
    assert len(found.loaded) == 1


def test_two_adapters_of_one_name_are_an_error_and_not_first_wins() -> None:
    twin = module("twin", eduid_adapter=lambda: WHOLE, eduid_sms_sender=sender)

    assert [e.code for e in load_adapters(points=[good(), twin]).errors] == ["duplicate_name"]


def test_an_allow_list_keeps_the_others_out() -> None:
    found = load_adapters(points=[good()], allow={"other"})

    assert (found.loaded, found.errors) == ((), ())


def test_what_an_adapter_makes_is_asked_for_by_kind_and_name() -> None:
    found = load_adapters(points=[good()])

    assert found.sms_sender("good", path="p") == ("sender", {"path": "p"})
    for wrong in (
        lambda: found.sms_sender("other"),
        lambda: found.store("good"),
        lambda: found.registry_source("x"),
    ):
        with pytest.raises(AdapterError, match="adapter_missing"):
            wrong()


def test_settings_are_not_shown() -> None:
    assert "hunter2" not in repr(Options(adapter="a", settings={"password": "hunter2"}))


def test_our_own_adapters_load() -> None:
    found = load_adapters()

    assert found.errors == ()
    assert {(a.info.kind, a.info.name) for a in found} >= {
        ("sms", "console"),
        ("store", "sql"),
        ("registry", "file"),
    }


def test_a_setting_that_is_missing_is_named() -> None:
    def demanding(options: Options) -> Any:
        return options.settings["url"], options.settings.get("path", "none")

    adapters = load_adapters(points=[module("needs", eduid_adapter=lambda: WHOLE, eduid_sms_sender=demanding)])

    assert adapters.sms_sender("good", url="u") == ("u", "none")
    with pytest.raises(CallerError, match="'url'"):
        adapters.sms_sender("good")
