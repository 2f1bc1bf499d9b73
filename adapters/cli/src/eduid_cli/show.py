"""`eduid show`: print one application: its status, its history, and the reasons."""

from __future__ import annotations

from getpass import getuser
from pathlib import Path
from typing import Any

import attrs
import click
from rich.console import Console
from rich.table import Table

from eduid_cli.deployment import key_file, locked_store, stop_for
from eduid_cli.errors import UsageStop
from eduid_core import messages
from eduid_core.findings import AdapterError
from eduid_core.private import Private
from eduid_core.service import Service, looks_personal
from eduid_core.values import Assigned, Erased, MatchResult, Returned
from eduid_core.workflow import CHINA, Role, State

__all__ = ["show"]


def show(*, db: Path, application_id: str, reveal: bool) -> int:
    """
    Print one application; return 0.

    Raises:
        Stop: there is no such id, or it should be revealed and the look cannot be recorded.
    """
    with locked_store(db, create=False) as store:
        try:
            service = Service(store=store, keys=key_file(db, fresh=False))
            state: Any = service.state("application", application_id)
            if state is None:
                name = "…" if looks_personal(application_id) else application_id
                raise UsageStop(f"没有编号为 {name} 的申请", f"there is no application {name}")
            if isinstance(state, Erased):
                click.echo(_erased(application_id, state))
            else:
                if reveal:
                    _record_look(service, application_id, _shown_in_full(service, application_id, state))
                _print(service, application_id, state, reveal=reveal)
        except AdapterError as error:
            raise stop_for(error) from None
    return 0


def _erased(application_id: str, state: Erased) -> str:
    since = state.since.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")
    why = f"{messages.text(state.reason, 'zh', {})} / {messages.text(state.reason, 'en', {})}"
    return f"申请 application  {application_id}\n状态 status       erased  {since}  {state.role.value}  {why}"


def _shown_in_full(service: Service, application_id: str, state: Any) -> list[str]:  # noqa: ANN401
    fields = [
        f.name for f in attrs.fields(type(state.form)) if isinstance(getattr(state.form, f.name), Private)
    ]
    card = ["card_number"] if service.state("card", application_id) is not None else []
    return sorted(fields + card)


def _record_look(service: Service, application_id: str, fields: list[str]) -> None:
    """Record the look in the ledger before it happens. Raises UsageStop: it cannot be recorded."""
    reason = "LOOKED_AT_BY_COMMAND"
    try:
        service.record_look(application_id, by=_user(), role=Role.OPERATOR, fields=fields, reason=reason)
    except Exception:  # noqa: BLE001 - whatever it was, nothing is shown
        raise UsageStop(
            "查看无法记入台账，因此不予显示", "the look cannot be recorded, so nothing is shown"
        ) from None


def _user() -> str:
    try:
        return getuser()
    except (OSError, KeyError, ImportError):  # a machine that does not know its user
        return "cli"


def _print(service: Service, application_id: str, state: Any, *, reveal: bool) -> None:  # noqa: ANN401
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"申请 application  {application_id}", markup=False)
    flags = "、".join(sorted(state.tally.flags))
    console.print(f"状态 status       {state.status}（第 {state.revision} 版 revision）{flags}", markup=False)
    card = service.state("card", application_id)
    if card is not None:
        number: Private = card.card.number  # type: ignore[attr-defined]
        console.print(f"教育卡 card       {card.status}  {_shown(number, reveal=reveal)}", markup=False)
    task = service.state("review_task", application_id)
    if task is not None:
        who = task.assignee_name.screen() if isinstance(task, Assigned) else ""
        console.print(f"审核 review       {task.status}  {who}", markup=False)
    console.print(_form(state.form, reveal=reveal))
    for line in _why(state):
        console.print(line, markup=False)
    console.print(_history(service, application_id))


def _shown(value: object, *, reveal: bool) -> str:
    if not isinstance(value, Private):
        return str(value)
    return value.reveal("shown on request") if reveal else value.screen()


def _form(form: Any, *, reveal: bool) -> Table:  # noqa: ANN401 - the form
    table = Table("字段 field", "内容 value", title="表单 form", title_justify="left")
    for field in attrs.fields(type(form)):
        if field.name != "application_id":
            table.add_row(field.name, _shown(getattr(form, field.name), reveal=reveal))
    return table


def _match_of(state: State) -> MatchResult | None:
    evidence = getattr(state, "evidence", None)
    return getattr(state, "match", None) or (evidence.match if evidence else None)


def _why(state: State) -> list[str]:
    """Return the reasons of the status: the reasons, the differing fields, the items to correct."""
    lines = []
    match = _match_of(state)
    if match is not None:
        lines.append("原因 why")
        lines += [
            f"  {code}  {messages.text(code, 'zh', {})} / {messages.text(code, 'en', {})}"
            for code in match.reasons
        ]
        lines += [f"  {field}: {code} {note}".rstrip() for field, code, note in match.fields]
    if isinstance(state, Returned):
        lines.append("需修改 to mend")
        lines += [f"  {i.field}: {i.code}  {messages.text(i.code, 'zh', {})}" for i in state.items]
    return lines


def _history(service: Service, application_id: str) -> Table:
    table = Table("时间 at", "事件 event", "操作者 by", title="经过 history", title_justify="left")
    events = [e for a in ("application", "review_task", "card") for e in service.history(a, application_id)]
    for event in sorted(events, key=lambda e: e.stamp.at):
        at = event.stamp.at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")
        table.add_row(at, event.name, event.stamp.role.value)
    return table
