"""`eduid send`: hand over every waiting message. `eduid messages`: list those that failed, and end them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, Literal

import click

from eduid_cli.deployment import stop_for
from eduid_cli.errors import UsageStop
from eduid_cli.operate.config import read_config
from eduid_cli.operate.wiring import only_sender, service_of
from eduid_cli.progress import progress
from eduid_core import commands, messages
from eduid_core.findings import AdapterError, Refused
from eduid_core.service import OpenMessage, Relayed, Service

__all__ = ["STATUSES", "OpenStatus", "close", "listed", "open_messages", "retry", "send"]

OpenStatus = Literal["failed", "unknown"]
STATUSES: Final[tuple[OpenStatus, ...]] = ("failed", "unknown")


def send(*, config: Path | None, db: Path | None) -> int:
    """Hand over every message that waits; return 1 if some failed or are unknown: a person looks at them."""
    read = read_config(config)
    if "sms" not in read.adapters:
        raise UsageStop("eduid.toml 没有 [sms]，不知道由谁发送", "eduid.toml has no [sms]: who is to send?")
    with only_sender(read, db) as alone, service_of(read, db) as service:
        try:
            with progress("短信 messages", None) as on_progress:
                relayed = service.send_messages(alone=alone, on_progress=on_progress)
        except AdapterError as error:
            raise stop_for(error) from None
        failed = len(open_messages(service, "failed"))
    tell(relayed, failed)
    return 1 if failed or relayed.unknown else 0


def tell(relayed: Relayed, failed: int) -> None:
    """Print what became of the messages, and what to do about those that a person has to look at."""
    click.echo(
        f"短信 messages: 已发 sent {relayed.sent} · 稍后 later {relayed.later} · 过期 expired {relayed.expired}"
    )
    if relayed.held:
        click.echo("其余待明日额度或早上发送 / the others wait for the budget of tomorrow or the morning")
    if failed or relayed.unknown:
        counts = f"失败 failed {failed} · 未明 unknown {relayed.unknown}"
        click.echo(f"{counts}：用 eduid messages 查看 / see eduid messages")


def open_messages(service: Service, status: OpenStatus) -> tuple[OpenMessage, ...]:
    """Return the messages of *status*."""
    found = service.messages(by=service.operator(), status=status, limit=1000)
    return () if isinstance(found, Refused) else found  # never: this process has the capability


def listed(*, config: Path | None, db: Path | None, status: OpenStatus) -> int:
    """Print the messages of *status*, masked; return 1 if there are any."""
    with service_of(read_config(config), db) as service:
        found = open_messages(service, status)
    for m in found:
        click.echo(
            f"{m.message_id}  {m.template}  {m.to_masked}  {m.sender_id}  {m.code or '-'}  "
            f"tries {m.tries}  {m.first_at:%Y-%m-%d %H:%M} – {m.last_at:%Y-%m-%d %H:%M}"
        )
    click.echo(f"{len(found)} 条 {status}")
    if found and status == "failed":
        click.echo("再发 --retry ID，结束 --close ID --reason … / --retry ID, or --close ID --reason …")
    return 1 if found else 0


def close(*, config: Path | None, db: Path | None, message_id: str, reason: str | None) -> int:
    """End a message for a listed reason."""
    if reason not in messages.workflow.CLOSE_REASONS:
        known = "、".join(f"{code}（{entry.zh}）" for code, entry in messages.workflow.CLOSE_REASONS.items())
        raise UsageStop(
            f"--reason 应为：{known}", f"--reason is one of {', '.join(messages.workflow.CLOSE_REASONS)}"
        )
    return _by_hand(commands.CloseMessage, config, db, message_id, reason=reason)


def retry(*, config: Path | None, db: Path | None, message_id: str) -> int:
    """Let a failed message wait for one more try."""
    return _by_hand(commands.RetryMessage, config, db, message_id)


def _by_hand(kind: Any, config: Path | None, db: Path | None, message_id: str, **more: Any) -> int:  # noqa: ANN401
    with service_of(read_config(config), db) as service:
        answer = service.handle(kind(subject=message_id, by=service.operator(), **more))
        service.ledger().integrate()
    if isinstance(answer, Refused):
        raise UsageStop(answer.zh, answer.en)
    click.echo(f"{message_id} {answer.status}")
    return 0
