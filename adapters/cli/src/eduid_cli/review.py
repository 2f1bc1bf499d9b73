"""`eduid review`: apply a person's decisions on the queue, from a file, with a result for every row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
import click

from eduid_cli import outputs
from eduid_cli.cleanup import StartedFiles, absent
from eduid_cli.deployment import digest_of, key_file, locked_store, stop_for
from eduid_cli.errors import UsageStop
from eduid_cli.journal import JournalFile, hand_over, open_journal
from eduid_cli.review_workbook import FIELD_WORDS, REASON_CODES
from eduid_core import messages
from eduid_core.commands import CompleteReview, SecondReview
from eduid_core.findings import AdapterError, Refused
from eduid_core.messages import RETURN_REASONS
from eduid_core.service import Service
from eduid_core.service.batch import SEAT_DECIDES, attested_policy, reviewer_id, seat_decides
from eduid_core.values import RETURN_FIELDS, Assigned, AwaitingSecond, InReview, ReturnItem, Unassigned
from eduid_core.workflow import Actor, Command
from eduid_registry_file import Columns, FileFault, FileTable, id_fault, read_table

__all__ = ["COLUMNS", "RESULTS", "review"]

COLUMNS = Columns(
    headings={
        "application_id": ("申请编号",),
        "revision": ("版本", "修订号"),
        "decision": ("审核决定", "决定"),
        "fields": ("退回项目", "退回字段", "字段"),
        "code": ("退回原因", "原因代码", "原因"),
        "reviewer": ("审核人", "审核人姓名"),
        "second_reviewer": ("复核人", "复核人姓名"),
    },
    optional=frozenset({"revision", "second_reviewer"}),
)
_OpenTask = Assigned | Unassigned | InReview | AwaitingSecond
Result = tuple[int, str, str]
"""The line, the application's id (if it is an id, and not a person's number), and the result's code."""
RESULTS = ("line", "application_id", "result", "zh", "en")

_DECISIONS = {"通过": "approve", "退回": "return"}
_DIGITS = 9
"""The digits of the longest revision."""

_WORDS = {
    "done": ("已办理", "done"),
    "DECISION_UNKNOWN": (
        "决定应为 approve（通过）或 return（退回）",
        "decision is approve (通过) or return (退回)",
    ),
    "REVISION_UNKNOWN": (
        "请填写 review_queue.csv 中这份申请的 revision（版本）",
        "give the revision that review_queue.csv shows for this application",
    ),
    "REVIEWER_BLANK": ("未填写审核人（reviewer）", "the reviewer (审核人) is blank"),
    "CODE_UNKNOWN": ("code 不在退回原因列表中", "code is not in the list of return reasons"),
    "FIELD_UNKNOWN": ("fields 含有未知的字段，或未填写", "fields names no field, or none"),
    "FIELDS_WITH_APPROVE": (
        "决定为 approve 时不能填写 fields 或 code",
        "approve, with fields or a code to return it for: one of the two is a slip",
    ),
    "NOT_IN_REVIEW": ("没有待审的这份申请", "no such application waits for a review"),
    "ROW_INCOMPLETE": ("这一行的列数不足", "the row has fewer cells than the headings"),
    "ROW_TOO_LONG": ("这一行的列数多于标题行", "the row has more cells than the headings"),
    "ID_NUMERIC_CELL": (
        "申请编号被表格软件存成了数字，末几位已丢失",
        "the application id was made a number by a spreadsheet, and its last digits are lost",
    ),
    "ID_SCIENTIFIC": (
        "申请编号是科学计数法，末几位已丢失",
        "the application id is in scientific notation, and its last digits are lost",
    ),
}
"""Results of a row that come from no decider: code -> (zh, en)."""


def review(*, db: Path, decisions: Path, out: Path) -> int:
    """Give each row's decision to its review task; return 1 if any row was not done."""
    table, digest = _read(decisions), digest_of(decisions)
    start = StartedFiles()
    with locked_store(db, create=False, start=start) as store, start.making(absent(*outputs.places(out))):
        found = JournalFile.found_in(out)
        outputs.make_ready(out)
        try:
            keys, policy = key_file(db, fresh=False), attested_policy(store)
            journal = open_journal(found, Service(store=store, keys=keys))
            sender = journal.sender()
            service = Service(store=store, keys=keys, sms=sender, policy=policy, capabilities={"importer"})
            journal.begin()
            service.ledger().integrate()
            start.begun = True
            results = sorted([*_decided(service, table, digest), *_set_aside(table)])
            relayed = hand_over(service, journal)
        except AdapterError as error:
            raise stop_for(error) from None
    outputs.write_csv(
        out / "review_results.csv", RESULTS, [(line, i, code, *_words(code)) for line, i, code in results]
    )
    done = sum(code == "done" for *_, code in results)
    click.echo(f"已办理 done {done} · 未办理 not done {len(results) - done} · 短信 messages {relayed.sent}")
    if relayed.later:
        click.echo(f"{relayed.later} 条短信未被接收，下次重发 / messages not taken, to be handed over again")
    click.echo(f"结果 results: {out}/review_results.csv")
    return 0 if done == len(results) else 1


def _words(code: str) -> tuple[str, str]:
    name, _, params = code.partition(" ")
    known = _WORDS.get(name)
    return known or (messages.text(name, "zh", _params(params)), messages.text(name, "en", _params(params)))


def _params(text: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in text.split() if "=" in part)


def _read(path: Path) -> FileTable:
    """Return the decisions as a table. Raises Stop: the file cannot be read."""
    try:
        return read_table(path, COLUMNS)
    except FileFault as fault:
        raise UsageStop(fault.zh, fault.en) from None


def _decided(service: Service, table: FileTable, digest: str) -> list[Result]:
    """
    Apply the decisions of *table*; a row is identified by the *digest* of its file and its place.

    A row of a workbook of which nothing was filled in waits on, without a result.
    """
    results = []
    for row in table.rows:
        cells = {name: text.strip() for name, text in row.cells.items()}
        if row.sheet and not (cells["decision"] or cells["fields"] or cells["code"]):
            continue
        key = f"{digest}:{row.sheet}:{row.line}" if row.sheet else f"{digest}:{row.line}"
        known, result = cells["application_id"], _decide(service, cells, key)
        results.append((row.line, "" if id_fault(known) else known, result))
    return results


def _set_aside(table: FileTable) -> list[Result]:
    return [(fault.line, "", fault.code) for fault in table.faults]


def _decide(service: Service, row: Mapping[str, str], key: str) -> str:
    """Apply a row; return `done` or the code of the refusal."""
    row = _in_codes(row)
    fault = _fault(row)
    if fault:
        return fault
    decision = _Decision(service, row, key)
    task = service.state("review_task", row["application_id"])
    # The key belongs to this row only, so any stored answer means that the row was done, whatever the state is
    # now; a first decision that still waits for the row's second person was cut off between the two.
    if decision.was_given:
        if isinstance(task, AwaitingSecond) and task.first_by == decision.reviewer.id:
            return decision.seconded(task)
        return "done"
    if not isinstance(task, _OpenTask):
        return "NOT_IN_REVIEW"
    if seat_decides(service, task):
        return SEAT_DECIDES
    revision = row.get("revision", "")
    if not (revision.isascii() and revision.isdigit() and len(revision) <= _DIGITS):
        return "REVISION_UNKNOWN"
    return decision.given(task, int(revision))


@attrs.frozen
class _Decision:
    """The decision of one row: its persons act under the school's authority, each known by a keyed id."""

    service: Service
    row: Mapping[str, str]
    key: str

    @property
    def reviewer(self) -> Actor:
        return _reviewer(self.service, self.row["reviewer"])

    @property
    def second(self) -> Actor | None:
        """Return the second person, if the row names one that is not the first."""
        named = _reviewer(self.service, self.row.get("second_reviewer", ""))
        return named if self.row.get("second_reviewer") and named.id != self.reviewer.id else None

    def _about(self, by: Actor, key: str, revision: int | None = None) -> dict[str, Any]:
        return {"subject": self.row["application_id"], "by": by, "key": key, "expected_rev": revision}

    @property
    def was_given(self) -> bool:
        return self.service.was_answered(Command(**self._about(self.reviewer, self.key)))

    def given(self, task: _OpenTask, revision: int) -> str:
        """Give the decision on *task*, and the second person's, if one is needed."""
        about = self._about(self.reviewer, self.key, revision)
        approves = self.row["decision"] == "approve"
        if isinstance(task, AwaitingSecond):
            return _given(self.service, SecondReview(agrees=approves, **about))
        if not approves:
            return _given(self.service, CompleteReview(outcome="return", items=_items(self.row), **about))
        if task.brief.needs_second and self.second is None:
            return "second_approval_required"
        basis = f"school_attested;sha256:{self.key.partition(':')[0]}"
        answer = _given(self.service, CompleteReview(outcome="approve", basis=basis, **about))
        return self.seconded(task) if answer == "done" and task.brief.needs_second else answer

    def seconded(self, task: _OpenTask) -> str:
        """Give the second person's agreement."""
        if self.second is None:
            return "second_approval_required"
        about = self._about(self.second, f"{self.key}:second", task.revision)
        return _given(self.service, SecondReview(agrees=True, **about))


def _reviewer(service: Service, name: str) -> Actor:
    """Return the actor of a reviewer in the file, under the school's authority, identified by a keyed id."""
    return service.attested(reviewer_id(service, name))


def _given(service: Service, command: Command) -> str:
    answer = service.handle(command)
    return answer.code if isinstance(answer, Refused) else "done"


def _in_codes(row: Mapping[str, str]) -> dict[str, str]:
    """Return *row* with codes for the words of the workbook, without the apostrophe that keeps a cell text."""
    plain = {name: text.removeprefix("'") for name, text in row.items()}
    fields = re.split("[;；、,，]", plain["fields"])
    return plain | {
        "decision": _DECISIONS.get(plain["decision"], plain["decision"]),
        "fields": ";".join(FIELD_WORDS.get(name.strip(), name.strip()) for name in fields),
        "code": REASON_CODES.get(plain["code"], plain["code"]),
    }


def _fault(row: Mapping[str, str]) -> str | None:
    if not row["reviewer"]:
        return "REVIEWER_BLANK"
    if row["decision"] not in {"approve", "return"}:
        return "DECISION_UNKNOWN"
    if row["decision"] == "approve" and (row["fields"] or row["code"]):
        return "FIELDS_WITH_APPROVE"
    if row["decision"] == "return":
        if row["code"] not in RETURN_REASONS:
            return "CODE_UNKNOWN"
        names = _split(row["fields"])
        if not names or not RETURN_FIELDS.issuperset(names):
            return "FIELD_UNKNOWN"
    return None


def _split(text: str) -> list[str]:
    return [name.strip() for name in text.split(";") if name.strip()]


def _items(row: Mapping[str, str]) -> tuple[ReturnItem, ...]:
    return tuple(ReturnItem(name, row["code"]) for name in _split(row["fields"]))
