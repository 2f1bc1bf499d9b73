"""
`eduid doctor`: one line for each thing that a deployment needs, and what to do where it lacks.

Nothing is sent, and no application is changed.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import attrs
import click

from eduid_cli.errors import UsageStop
from eduid_cli.operate.config import DeploymentConfig, read_config
from eduid_cli.operate.send import STATUSES, open_messages
from eduid_cli.operate.wiring import installed, made, only, service_of
from eduid_core import messages
from eduid_core.service import ChinaSchoolDays, Service

__all__ = ["Check", "doctor"]

_HORIZON: Final = dt.timedelta(days=30)
_SKEW: Final = dt.timedelta(minutes=5)
_MOST: Final = 1000


@attrs.frozen(kw_only=True)
class Check:
    """The result of one check: its name, whether all is well, and otherwise what to do."""

    name: str
    ok: bool
    zh: str = ""
    en: str = ""


def doctor(*, config: Path | None, db: Path | None) -> int:
    """Print the result of every check; return 1 if one of them found something to do."""
    checks = list(_checks(config, db))
    for check in checks:
        words = "" if check.ok else f"：{check.zh} / {check.en}"
        click.echo(f"{'正常 ok  ' if check.ok else '注意 todo'} {check.name}{words}")
    return 0 if all(check.ok for check in checks) else 1


def _checks(config: Path | None, db: Path | None) -> Iterator[Check]:
    try:
        read = read_config(config)
    except UsageStop as stop:
        yield Check(name="config", ok=False, zh=stop.zh, en=stop.en)
        return
    yield Check(name="config", ok=True)
    yield from _adapters(read)
    try:
        with service_of(only(read, "store", "keys"), db) as service:
            yield Check(name="store and key", ok=True)
            for check in _OF_SERVICE:
                yield check(service)
    except UsageStop as stop:
        yield Check(name="store and key", ok=False, zh=stop.zh, en=stop.en)
    except OSError:
        yield Check(
            name="files",
            ok=False,
            zh="eduid.toml 写明的文件无法读取（policy 或 key_file）",
            en="a file that eduid.toml names cannot be read: policy or key_file",
        )


def _adapters(config: DeploymentConfig) -> Iterator[Check]:
    adapters = installed()
    for error in adapters.errors:
        yield Check(
            name=f"adapter {error.distribution}",
            ok=False,
            zh=f"组件未能加载（{error.code}）：卸载、更新它，或从 EDUID_ADAPTERS 中去掉",
            en=f"it does not load ({error.code}): update or remove it, or leave it out of EDUID_ADAPTERS",
        )
    for kind in ("sms", "registry", "carrier"):
        choice = config.adapters.get(kind)
        if choice is None:
            yield Check(
                name=kind,
                ok=kind == "carrier",  # SIM cards are optional
                zh=f"eduid.toml 没有 [{kind}]：{_LACKS_ZH.get(kind, '')}",
                en=f"eduid.toml has no [{kind}]: {_LACKS_EN.get(kind, '')}",
            )
            continue
        try:
            made(adapters, choice)
        except UsageStop as stop:
            yield Check(name=kind, ok=False, zh=stop.zh, en=stop.en)
            continue
        yield Check(name=f"{kind} {choice.name}", ok=True)
        if kind == "sms":
            yield from _templates(choice.settings.get("templates"))


_LACKS_ZH: Final = {"sms": "验证码和通知无人发送", "registry": "申请无法与学籍比对，全部转人工"}
_LACKS_EN: Final = {"sms": "nobody sends codes and notices", "registry": "every form goes to a person"}


def _templates(mapped: object) -> Iterator[Check]:
    """Check that a provider's code is named for every template, where the adapter maps templates."""
    if not isinstance(mapped, dict):
        return
    missing = sorted(set(messages.sms.TEMPLATES) - set(mapped))
    shown = "、".join(missing[:5])
    yield Check(
        name="templates",
        ok=not missing,
        zh=f"[sms.templates] 缺少 {len(missing)} 个模板：{shown}",
        en=f"[sms.templates] lacks {len(missing)} templates: {shown}",
    )


def _clock(service: Service) -> Check:
    """Check that no entry of the ledger was written later than now."""
    entries = service.ledger().entries()[-1:]
    last = json.loads(entries[0]).get("at", "") if entries else ""
    at = dt.datetime.fromisoformat(last) if last else None
    ahead = at is not None and at > service.clock() + _SKEW
    return Check(
        name="clock",
        ok=not ahead,
        zh=f"本机时钟比数据库中的最后记录（{last}）晚：先校准时间",
        en=f"this clock is behind the last record of the database ({last}): set the time first",
    )


def _calendar(service: Service) -> Check:
    horizon = ChinaSchoolDays().horizon
    return Check(
        name="calendar",
        ok=horizon - service.clock().date() > _HORIZON,
        zh=f"{horizon} 以后的节假日安排尚未录入，期限只是估计：国务院通知公布后录入（read_decree）",
        en=f"holidays after {horizon} are not decreed yet, deadlines are estimates: add the decree as a file",
    )


def _seats(service: Service) -> Check:
    waiting: Any = service.list(by=service.operator(), assigned="", limit=_MOST)
    places = sorted({f"{line.school_code} {line.class_name}".strip() or "?" for line in waiting})
    return Check(
        name="seats",
        ok=not waiting,
        zh=f"{len(waiting)} 份申请无人可审（{'、'.join(places[:3])}）：请为学校核验管理员",
        en=f"{len(waiting)} reviews wait for nobody ({', '.join(places[:3])}): seat an administrator there",
    )


def _overdue(service: Service) -> Check:
    late: Any = service.list(
        by=service.operator(), due_before=service.clock() - dt.timedelta(hours=1), limit=_MOST
    )
    return Check(
        name="deadlines",
        ok=not late,
        zh=f"{len(late)} 份申请的期限已过而未处理：运行 eduid work",
        en=f"{len(late)} deadlines passed and nothing kept them: run eduid work",
    )


def _messages(service: Service) -> Check:
    failed, unknown = (len(open_messages(service, status)) for status in STATUSES)
    return Check(
        name="messages",
        ok=not failed and not unknown,
        zh=f"失败 {failed} 条，未明 {unknown} 条：用 eduid messages 查看",
        en=f"{failed} failed and {unknown} unknown: see eduid messages",
    )


_OF_SERVICE: Final[tuple[Callable[[Service], Check], ...]] = (_clock, _calendar, _seats, _overdue, _messages)
