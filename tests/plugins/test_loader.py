"""Adapters are found in isolation: one that is broken never keeps the others or the host from starting."""

from __future__ import annotations

import sys
import types
from collections.abc import Mapping
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import attrs
import pytest

from eduid_core.findings import AdapterError, CallerError
from eduid_core.plugins import HOOK, AdapterInfo, Adapters, Options, load_adapters, settings_of


@attrs.frozen(kw_only=True)
class Settings:
    url: str = attrs.field(validator=attrs.validators.min_len(1))
    secret: str = attrs.field(default="", repr=False, validator=attrs.validators.max_len(20))
    path: Path | None = None
    tries: int = attrs.field(default=3, validator=attrs.validators.in_(range(10)))
    timeout_s: float = 1.0
    is_quiet: bool = False
    templates: Mapping[str, str] = attrs.field(factory=dict[str, str])


WHOLE = AdapterInfo(kind="sms", name="good")


def module(name: str, **hooks: Any) -> EntryPoint:
    """Make an importable module with *hooks* and return an entry point to it."""
    made = types.ModuleType(f"eduid_test_{name}")
    for hook, implementation in hooks.items():
        setattr(made, hook, HOOK(implementation) if callable(implementation) else implementation)
    sys.modules[made.__name__] = made
    return EntryPoint(name, made.__name__, "eduid_core")


def sender(options: Options) -> Any:
    return ("sender", options.settings)


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

    found = load_adapters(points=[good(), twin])

    assert [(e.code, e.entry_point) for e in found.errors] == [("duplicate_name", "good, twin")]
    assert found.loaded == (), "nobody knows which of them was meant"


def test_an_allow_list_keeps_the_others_out() -> None:
    found = load_adapters(points=[good()], allow={"other"})

    assert found.loaded == ()


def test_what_an_adapter_makes_is_asked_for_by_kind_and_name() -> None:
    found = load_adapters(points=[good()])

    assert found.sms_sender("good") == ("sender", None)
    for wrong in (
        lambda: found.sms_sender("other"),
        lambda: found.store("good"),
        lambda: found.registry_source("x"),
    ):
        with pytest.raises(AdapterError, match="adapter_missing"):
            wrong()


def configured() -> Adapters:
    info = AdapterInfo(kind="sms", name="good", settings=Settings)
    return load_adapters(points=[module("set", eduid_adapter=lambda: info, eduid_sms_sender=sender)])


def test_settings_are_not_shown() -> None:
    settings = Settings(url="u", secret="hunter2")

    assert "hunter2" not in repr(Options(adapter="a", settings=settings)) + repr(settings)


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ({}, {}),
        ({"path": "p", "tries": "7"}, {"path": Path("p"), "tries": 7}),
        ({"timeout_s": "2.5", "is_quiet": "true"}, {"timeout_s": 2.5, "is_quiet": True}),
        ({"timeout_s": 2, "is_quiet": "No"}, {"timeout_s": 2.0, "is_quiet": False}),
        ({"path": "7", "secret": "7"}, {"path": Path("7"), "secret": "7"}),
        ({"templates": {"a": "b"}}, {"templates": {"a": "b"}}),
    ],
)
def test_settings_come_as_texts_of_an_environment_or_values_of_a_file(
    given: dict[str, Any], read: dict[str, Any]
) -> None:
    made: Any = configured().sms_sender("good", url="u", **given)

    assert made == ("sender", Settings(url="u", **read))


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({}, "url: missing"),
        ({"url": "u", "urls": "v"}, "urls: unknown"),
        ({"url": "u", "tries": "many"}, "tries: not allowed"),
        ({"url": "u", "tries": 10}, "tries: not allowed"),
        ({"url": "u", "tries": True}, "tries: not allowed"),
        ({"url": 7, "timeout_s": "soon"}, "timeout_s: not allowed; url: not allowed"),
        ({"url": "u", "is_quiet": "perhaps"}, "is_quiet: not allowed"),
        ({"url": "u", "path": 7}, "path: not allowed"),
        ({"url": "", "secret": "hunter2" * 9}, "secret: not allowed; url: not allowed"),
    ],
)
def test_a_fault_of_settings_is_named_and_no_value_repeated(given: dict[str, Any], named: str) -> None:
    with pytest.raises(CallerError, match=named) as raised:
        configured().sms_sender("good", **given)

    assert "sms:good" in str(raised.value)
    assert "hunter2" not in str(raised.value)


def test_settings_that_do_not_go_together_are_told_without_their_values() -> None:
    @attrs.frozen
    class Together:
        url: str
        secret: str

        def __attrs_post_init__(self) -> None:
            raise ValueError(self.secret)

    with pytest.raises(CallerError, match="together") as raised:
        settings_of(Together, {"url": "u", "secret": "hunter2"}, of="sms:x")
    assert "hunter2" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_an_adapter_without_settings_takes_none() -> None:
    with pytest.raises(CallerError, match="path: unknown"):
        load_adapters(points=[good()]).sms_sender("good", path="p")


def test_our_own_adapters_load() -> None:
    found = load_adapters()

    assert found.errors == ()
    assert {(a.info.kind, a.info.name) for a in found} >= {
        ("sms", "console"),
        ("store", "sql"),
        ("registry", "file"),
    }


@pytest.mark.parametrize(
    "info",
    [
        lambda: AdapterInfo(kind="fax", name="n"),  # type: ignore[arg-type]
        lambda: AdapterInfo(kind=["sms"], name="n"),  # type: ignore[arg-type]
        lambda: AdapterInfo(kind="sms", name=None),  # type: ignore[arg-type]
        lambda: AdapterInfo(kind="sms", name="Name With Blanks"),
        lambda: AdapterInfo(kind="sms", name="n", contract="1"),  # type: ignore[arg-type]
        lambda: AdapterInfo(kind="sms", name="n", settings={}),  # type: ignore[arg-type]
        lambda: sys.exit(3),
    ],
)
def test_a_description_that_is_none_is_an_error_of_that_adapter_alone(info: Any) -> None:
    found = load_adapters(points=[module("odd", eduid_adapter=info, eduid_sms_sender=sender), good()])

    assert [e.code for e in found.errors] == ["info_failed"]
    assert [a.info.name for a in found] == ["good"]


def test_a_panic_on_import_does_not_take_the_host_with_it() -> None:
    class Panic(BaseException):
        pass

    class Panicking(EntryPoint):
        def load(self) -> Any:
            raise Panic

    found = load_adapters(points=[Panicking("panics", "x", "eduid_core"), good()])

    assert [(e.code, e.cause) for e in found.errors] == [("import_failed", "Panic")]


def test_an_allow_list_that_names_nothing_installed_is_told() -> None:
    found = load_adapters(points=[good()], allow={"nonsense", "good"})

    assert [(e.code, e.entry_point) for e in found.errors] == [("adapter_unknown", "nonsense")]
    assert len(found.loaded) == 1


def test_no_entry_points_are_no_adapters() -> None:
    assert load_adapters(points=[]).loaded == ()


@pytest.mark.parametrize(("kind", "hook"), [("carrier", "eduid_carrier"), ("keys", "eduid_key_source")])
def test_carriers_and_keys_are_adapters_too(kind: Any, hook: str) -> None:
    info = AdapterInfo(kind=kind, name="own")
    found = load_adapters(points=[module(kind, eduid_adapter=lambda: info, **{hook: sender})])

    made = found.carrier("own") if kind == "carrier" else found.key_source("own")
    assert made == ("sender", None)
