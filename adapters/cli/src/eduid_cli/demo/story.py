"""The story of `eduid demo`: two students step by step, then a whole file."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import attrs
import click

from eduid_cli.certify import certify
from eduid_cli.demo.phone import ListeningSender
from eduid_cli.demo.sample import SampleStudent, make_students, write_applications, write_registry
from eduid_cli.deployment import key_file, locked_store
from eduid_cli.errors import UsageStop
from eduid_core import commands, messages
from eduid_core.findings import Refused
from eduid_core.matching import Application
from eduid_core.private import OtpCode, Phone, PrivateText
from eduid_core.service import Service
from eduid_core.values import Assigned, PendingReview, Policy, ReturnItem, ReviewPolicy, Role
from eduid_registry_file import RegistryFile

__all__ = ["play"]

_ATTESTED = Policy(review=ReviewPolicy(reviewers="attested"))
"""The school vouches for its reviewers; in a deployment they hold seats."""
_AS_OF = dt.date(2026, 11, 1)
_MADE = ("story.db", "school.db")
_OURS = ".eduid-demo"
"""The mark of a folder that a demo has created, and may empty."""


def play(directory: Path) -> int:
    """
    Play the whole story in *directory*, from the start; return the exit code.

    Raises:
        Stop: the folder holds files that no demo has created; they are not touched.
    """
    directory.mkdir(parents=True, exist_ok=True)
    if not (directory / _OURS).exists() and any(directory.iterdir()):
        raise UsageStop(
            f"{directory} 里有其他文件，请另选一个空目录",
            f"{directory} holds other files: give an empty folder",
        )
    (directory / _OURS).touch()
    for name in _MADE:
        for path in directory.glob(f"{name}*"):
            path.unlink()
    shutil.rmtree(directory / "school", ignore_errors=True)
    students = make_students(600, seed=20261101)
    write_registry(directory / "registry.xlsx", students)
    with locked_store(directory / "story.db", create=True) as store:
        keys = key_file(directory / "story.db", fresh=True)
        phone = ListeningSender(write=lambda line: click.echo(f"      {line}"))
        registry = RegistryFile(directory / "registry.xlsx")
        service = Service(
            store=store, keys=keys, sms=phone, registry=registry, policy=_ATTESTED, capabilities={"importer"}
        )
        _one_who_agrees(_Teller(service, phone), _in_class(students, 4, 1))
        _one_who_visits(_Teller(service, phone), _in_class(students, 4, 2))
    return _whole_school(directory, students)


def _in_class(students: list[SampleStudent], grade: int, class_no: int) -> SampleStudent:
    return next(
        p for p in students if (p.school[1], p.grade, p.class_no) == ("南京市海英小学", grade, class_no)
    )


@attrs.define
class _Teller:
    """Gives the commands of a family and prints the result of each."""

    service: Service
    phone: ListeningSender
    guardian: Any = None
    """The actor of the guardian's session."""
    step: int = 0

    def say(self, zh: str, en: str) -> None:
        """Print the next step."""
        self.step += 1
        click.echo(f"  {self.step}. {zh}\n     {en}")

    def give(self, command: Any) -> Any:  # noqa: ANN401 - any command, its answer
        """Give *command*, hand the messages over, and print the new status."""
        answer = self.service.handle(command)
        if isinstance(answer, Refused):
            click.echo(f"      被拒绝 refused: {answer.code} {answer.zh} / {answer.en}")
        else:
            click.echo(f"      -> {answer.status}  [{', '.join(answer.events)}]")
        self.service.send_messages()
        return answer

    def about(self, subject: str) -> dict[str, Any]:
        """Return the common fields of the guardian's commands."""
        return {"subject": subject, "by": self.guardian}

    def register(self, username: str, student: SampleStudent) -> None:
        """Register the guardian: phone, wrong code, right code; then log in."""
        anyone = self.service.anonymous()
        names: dict[str, Any] = {
            "username": PrivateText(username),
            "password": PrivateText("correct horse battery"),
        }
        self.say("家长用手机号注册，收到验证码", "the guardian registers; a code goes to the phone")
        sent = self.give(commands.Register(by=anyone, role=Role.GUARDIAN, phone=Phone(student.phone), **names))
        right = self.phone.code
        wrong = OtpCode("000000" if right != OtpCode("000000") else "000001")
        self.say("先输错一次，再输对", "a wrong code first, then the right one")
        flow = {"by": anyone, "subject": sent.subject, "ticket": sent.ticket}
        self.give(commands.EnterCode(code=wrong, **flow))
        self.give(commands.EnterCode(code=right, **flow))
        self.say("登录", "the guardian logs in")
        self.guardian = self.service.actor(self.give(commands.LogIn(by=anyone, **names)).token)

    def hand_in(self, form: Application) -> str:
        """Open, fill in, submit; return the id that the service has made."""
        self.say(
            "填写身份、学籍、监护人信息，提交", "identity, enrolment and guardian are filled in and handed in"
        )
        opened = self.give(commands.Open(by=self.guardian, form=Application()))
        about = self.about(opened.subject)
        self.give(commands.Save(form=form, **about))
        self.give(commands.Submit(consent_text="guardian-consent/2026-1", expected_rev=0, **about))
        return str(opened.subject)


def _form(student: SampleStudent, **changed: str) -> Application:
    fields = {
        "name": student.name,
        "id_number": student.number,
        "school": student.school[1],
        "grade": student.grade_text,
        "class_name": student.class_text,
        "entry_year": str(student.entry_year),
        "guardian_name": student.guardian,
        "guardian_phone": student.phone,
    }
    return Application(**{**fields, **changed})


def _one_who_agrees(teller: _Teller, student: SampleStudent) -> None:
    click.echo("\n一 · 南京市海英小学四年级一班，信息与学籍库一致 / a student who agrees with the registry")
    teller.register("guardian-1", student)
    application_id = teller.hand_in(_form(student))
    teller.say(
        "学籍库一致，当场通过，短信告知，电子卡已生成",
        "the registry agrees: approved at once, SMS sent, card issued",
    )
    _show_card(teller.service, application_id)


def _one_who_visits(teller: _Teller, student: SampleStudent) -> None:
    click.echo("\n二 · 借读生：填的学校与学籍不同 / a visiting student whose school differs")
    teller.register("guardian-2", student)
    application_id = teller.hand_in(_form(student, school="南京市云杉小学"))
    state = teller.service.state("application", application_id)
    if isinstance(state, PendingReview):
        reasons = "、".join(messages.text(r, "zh", {}) for r in state.match.reasons)
        click.echo(f"      待审原因 why: {reasons} {list(state.match.reasons)}")
    teller.say(
        "班主任收到短信，退回并说明要改什么",
        "the homeroom teacher is told by SMS, and returns it with a reason",
    )
    teller.give(_decision(teller, application_id, "return", (ReturnItem("school", "SCHOOL_TO_CHECK"),)))
    teller.say("家长改正后再次提交，与学籍库一致，通过", "the guardian corrects and hands in again: approved")
    teller.give(commands.Resubmit(form=_form(student), **teller.about(application_id)))
    _show_card(teller.service, application_id)


def _decision(
    teller: _Teller,
    application_id: str,
    outcome: Any,  # noqa: ANN401 - one of the outcomes of a review
    items: tuple[ReturnItem, ...],
) -> commands.CompleteReview:
    task = teller.service.state("review_task", application_id)
    who = task.assignee if isinstance(task, Assigned) else "nobody"
    return commands.CompleteReview(
        by=teller.service.attested(who),
        subject=application_id,
        outcome=outcome,
        items=items,
        expected_rev=task.revision if task else 0,
    )


def _show_card(service: Service, application_id: str) -> None:
    state = service.state("application", application_id)
    card: Any = service.state("card", application_id)
    click.echo(
        f"      申请 {application_id}: {state.status if state else '?'} · "
        f"教育卡 card {card.card.number.screen()}"
    )


def _whole_school(directory: Path, students: list[SampleStudent]) -> int:
    click.echo("\n三 · 一份文件，600 名学生 / a file of 600 students")
    rows = [_spoiled(n, list(p.application_row(f"S-{n:04d}"))) for n, p in enumerate(students, start=1)]
    write_applications(directory / "applications.csv", rows)
    code = certify(
        directory / "applications.csv",
        directory / "registry.xlsx",
        db=directory / "school.db",
        out=directory / "school",
        as_of=_AS_OF,
        policy=None,
        strict=False,
        confirm_vanish=False,
    )
    _what_next(directory)
    return code


def _untidy(row: list[str]) -> None:
    """Write full-width digits, a country code, a hyphen: noise, not a difference."""
    row[3] = row[3].translate({ord(d): ord(d) + 0xFEE0 for d in "0123456789"})
    row[9] = f"+86 {row[9][:3]}-{row[9][3:]}"


def _other_school(row: list[str]) -> None:
    row[4] = "南京市云杉小学" if row[4] != "南京市云杉小学" else "南京市海英小学"


def _mistyped(row: list[str]) -> None:
    row[3] = row[3][:-1] + ("0" if row[3][-1] != "0" else "1")


def _no_phone(row: list[str]) -> None:
    row[9] = ""


def _other_year(row: list[str]) -> None:
    row[7] = str(int(row[7]) - 1)


def _twice(row: list[str]) -> None:
    row[0] = "S-TWICE"


def _by_spreadsheet(row: list[str]) -> None:
    row[3] = f"{float(row[3][:17]):.1E}"


_EVERY = 40
_SPOIL = {
    3: _untidy,
    7: _other_school,
    11: _mistyped,
    13: _no_phone,
    17: _other_year,
    19: _twice,
    23: _by_spreadsheet,
}
"""The rows, of every forty, written in people's usual ways, and the way of each."""


def _spoiled(number: int, row: list[str]) -> list[str]:
    spoil = _SPOIL.get(number % _EVERY)
    if spoil:
        spoil(row)
    return row


def _what_next(directory: Path) -> None:
    db, out = directory / "school.db", directory / "school"
    click.echo(
        f"""
下一步 / what to try next
  .venv/bin/eduid show --db {db} S-0001          # 一份申请的来龙去脉 / one application, explained
  head -5 {out}/review_queue.csv {out}/quarantine.csv
  .venv/bin/eduid inspect 320098201503150010      # 一个号码的全部说明 / everything about a number
  .venv/bin/eduid lifecycle --format table        # 状态表 / the transition tables
  再次运行 certify 不会重复办理或重发短信 / running certify again repeats nothing"""
    )
