"""A service made of what a configuration names: opened for one command, closed after it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import attrs
from filelock import FileLock, Timeout

from eduid_cli.deployment import key_file, opened, stop_for
from eduid_cli.errors import UsageStop
from eduid_cli.operate.config import AdapterChoice, DeploymentConfig
from eduid_cli.policies import policy_of, policy_text
from eduid_core.findings import AdapterError, CallerError
from eduid_core.plugins import Adapters, KeySource, Store, load_adapters
from eduid_core.service import KeyFile, Service

__all__ = ["check_sender", "installed", "made", "only", "only_sender", "service_of", "store_of"]


def installed() -> Adapters:
    """Return the installed adapters, or those that `EDUID_ADAPTERS` allows."""
    allow = os.environ.get("EDUID_ADAPTERS")
    return load_adapters(allow=set(allow.split(",")) if allow else None)


def made(adapters: Adapters, choice: AdapterChoice) -> Any:  # noqa: ANN401 - an object of its kind
    """
    Create the object of *choice*.

    Raises:
        Stop: the adapter is not installed, its settings are wrong, or it fails.
    """
    makers = {
        "store": adapters.store,
        "sms": adapters.sms_sender,
        "registry": adapters.registry_source,
        "carrier": adapters.carrier,
        "keys": adapters.key_source,
    }
    try:
        return makers[choice.kind](choice.name, **choice.settings)
    except CallerError as error:
        raise UsageStop(f"[{choice.kind}] 的设置有误：{error}", f"[{choice.kind}]: {error}") from None
    except AdapterError as error:
        if error.code != "adapter_missing":
            raise stop_for(error) from None
        raise UsageStop(
            f"没有安装 [{choice.kind}] 的组件 {choice.name}（见 eduid adapters）",
            f"[{choice.kind}] names {choice.name}, which is not installed; see eduid adapters",
        ) from None
    except Exception as error:  # noqa: BLE001 - an adapter fails in its own way, and may name a secret
        kind = type(error).__name__
        raise UsageStop(
            f"[{choice.kind}] 的组件 {choice.name} 无法启动（{kind}）", f"{choice.name} does not start: {kind}"
        ) from None


def only(config: DeploymentConfig, *kinds: str) -> DeploymentConfig:
    """Return *config* with the adapters of some kinds alone."""
    return attrs.evolve(config, adapters={k: a for k, a in config.adapters.items() if k in kinds})


def check_sender(config: DeploymentConfig) -> None:
    """Create the sender of *config*, if it names one, and leave it. Raises Stop: it cannot be created."""
    if "sms" in config.adapters:
        made(installed(), config.adapters["sms"])


@contextmanager
def store_of(config: DeploymentConfig, db: Path | None) -> Iterator[Store]:
    """Open the database file *db*, else the store that *config* names. Raises Stop: there is none."""
    choice = config.adapters.get("store")
    file = _file_of(config, db)
    if file is not None and not file.exists():
        raise UsageStop(f"没有数据库 {file}", f"there is no database {file}")
    if db is not None:
        store = opened(db)
    elif choice is not None:
        store = made(installed(), choice)
    else:
        raise UsageStop("请给出 --db，或写明 [store] 的 url", "give --db, or [store] url in eduid.toml")
    with closing(store):
        yield store


@contextmanager
def service_of(config: DeploymentConfig, db: Path | None) -> Iterator[Service]:
    """Open the service of *config* over *db* or its store, with the operator's capability."""
    adapters, others = installed(), {}
    for kind in ("sms", "registry", "carrier"):
        if kind in config.adapters:
            others[kind] = made(adapters, config.adapters[kind])
    policy = policy_of(policy_text(config.policy), config.policy.name if config.policy else "")
    with store_of(config, db) as store:
        try:
            keys = _keys(config, db, adapters)
            yield Service(store=store, keys=keys, policy=policy, capabilities={"operator"}, **others)
        except AdapterError as error:
            raise stop_for(error) from None


def _keys(config: DeploymentConfig, db: Path | None, adapters: Adapters) -> KeySource:
    if "keys" in config.adapters:
        return made(adapters, config.adapters["keys"])  # type: ignore[no-any-return]
    if config.key_file is not None:
        return KeyFile(config.key_file)
    named = os.environ.get("EDUID_KEY_FILE")
    if db is None and not named:
        raise UsageStop(
            "请在 eduid.toml 写明 key_file 或 [keys]，或设置 EDUID_KEY_FILE",
            "name the key: key_file or [keys] in eduid.toml, or EDUID_KEY_FILE",
        )
    return KeyFile(Path(named)) if named else key_file(db, fresh=False)  # type: ignore[arg-type]  # one is given


def _sqlite_file(url: object) -> Path | None:
    """Return the file of a SQLite *url*; None for another engine, or a database in memory."""
    text = str(url)
    name = text.partition("///")[2].partition("?")[0] if text.startswith("sqlite") else ""
    return Path(unquote(name)) if name and name != ":memory:" else None


def _file_of(config: DeploymentConfig, db: Path | None) -> Path | None:
    """Return the database file of a command, wherever it is named; None for a server."""
    choice = config.adapters.get("store")
    return db if db is not None or choice is None else _sqlite_file(choice.settings.get("url", ""))


@contextmanager
def only_sender(config: DeploymentConfig, db: Path | None) -> Iterator[bool]:
    """
    Yield whether no other command can hand messages of this database over: of a file only one does at a time,
    by whatever name it is called.

    Raises:
        Stop: there is no such file, or another command is handing its messages over.
    """
    file = _file_of(config, db)
    if file is None:
        yield False
        return
    if not file.exists():
        raise UsageStop(f"没有数据库 {file}", f"there is no database {file}")
    lock = FileLock(f"{file.resolve()}.send.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise UsageStop(
            f"另一个命令正在发送 {file.name} 的短信",
            f"another command is handing over the messages of {file.name}",
        ) from None
    try:
        yield True
    finally:
        lock.release()
