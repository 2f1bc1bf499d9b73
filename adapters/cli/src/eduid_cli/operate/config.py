"""
The configuration of a deployment: `eduid.toml`, and the environment for what belongs in no file.

    policy = "policy.toml"

    [store]
    url = "postgresql+psycopg://…"

    [sms]
    adapter = "aliyun"
    access_key_id = "…"

`EDUID_SMS__ACCESS_KEY_SECRET` in the environment is the setting `access_key_secret` of `[sms]`, and goes before
the file. Paths of `policy` and `key_file` are relative to the file.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import attrs

from eduid_cli.errors import UsageStop

__all__ = ["KINDS", "AdapterChoice", "DeploymentConfig", "read_config"]

KINDS: Final[Mapping[str, str]] = {
    "store": "sql",
    "sms": "",
    "registry": "file",
    "carrier": "",
    "keys": "",
}
"""Section -> the adapter that is meant if the section names none."""
_PATHS: Final = ("policy", "key_file")
_ENVIRONMENT: Final = "EDUID_"
_BETWEEN: Final = "__"


@attrs.frozen(kw_only=True)
class AdapterChoice:
    """The adapter of one kind, and its settings, which may be secrets."""

    kind: str
    name: str
    settings: Mapping[str, object] = attrs.field(factory=dict[str, object], repr=False)


@attrs.frozen(kw_only=True)
class DeploymentConfig:
    """What `eduid.toml` and the environment say: the adapters by kind, the files of policy and key."""

    adapters: Mapping[str, AdapterChoice] = attrs.field(factory=dict[str, AdapterChoice])
    policy: Path | None = None
    key_file: Path | None = None


def read_config(path: Path | None, environment: Mapping[str, str] = os.environ) -> DeploymentConfig:
    """
    Return the configuration of the file at *path*, if there is one, under the settings of *environment*.

    Raises:
        Stop: the file cannot be read, or names a section or key that does not exist.
    """
    tables = _tables(path) if path else {}
    unknown = sorted(tables.keys() - KINDS.keys() - set(_PATHS))
    if unknown:
        known = ", ".join((*_PATHS, *(f"[{kind}]" for kind in KINDS)))
        raise UsageStop(
            f"{_name(path)} 中没有这样的项：{unknown[0]}（可用：{known}）",
            f"{_name(path)} knows no {unknown[0]}; there are {known}",
        )
    folder = path.parent if path else Path()
    files = {key: folder / _text(path, key, tables[key]) for key in _PATHS if key in tables}
    chosen = {kind: _choice(path, kind, tables.get(kind, {}), environment) for kind in KINDS}
    return DeploymentConfig(adapters={kind: choice for kind, choice in chosen.items() if choice}, **files)


def _tables(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except OSError:
        raise UsageStop(f"无法读取配置文件 {path}", f"{path} cannot be read") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise UsageStop(f"配置文件 {path.name} 不是 TOML 文本", f"{path.name} is no TOML") from None


def _choice(
    path: Path | None,
    kind: str,
    table: object,
    environment: Mapping[str, str],
) -> AdapterChoice | None:
    """Return the adapter of one section under its settings of the environment; None if nothing names one."""
    if not isinstance(table, dict):
        raise UsageStop(f"{_name(path)} 的 {kind} 应为一节 [{kind}]", f"{kind} is to be a table [{kind}]")
    prefix = f"{_ENVIRONMENT}{kind.upper()}{_BETWEEN}"
    given = {name.removeprefix(prefix).lower(): v for name, v in environment.items() if name.startswith(prefix)}
    settings = {**table, **given}
    if not settings:
        return None
    name = settings.pop("adapter", KINDS[kind])
    if not isinstance(name, str) or not name:
        raise UsageStop(f"[{kind}] 缺少 adapter", f"[{kind}] lacks its adapter")
    return AdapterChoice(kind=kind, name=name, settings=settings)


def _text(path: Path | None, key: str, value: object) -> str:
    if isinstance(value, str) and value:
        return value
    raise UsageStop(f"{_name(path)} 的 {key} 应为文件名", f"{key} of {_name(path)} is to be a file name")


def _name(path: Path | None) -> str:
    return path.name if path else "eduid.toml"
