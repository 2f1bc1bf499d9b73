"""Every short message, word for word as it is read: whoever it goes to, what it fills in, the term it tells."""

from __future__ import annotations

import datetime as dt
import string
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

from eduid_core import messages
from eduid_core.private import OtpCode, Phone, Private, PrivateText
from eduid_core.service import ConfirmFactor, EnrolFactor, EnterCode, LogIn, Recover, ResetFactor
from eduid_core.service.batch import FileRun, MemoryRow, RunUndo, all_runs
from eduid_core.testing.doubles import NUMBERS, form_of, totp_of
from eduid_core.workflow import Actor, Policy, Role, comms_card
from eduid_core.workflow.account import commands as account_commands
from eduid_core.workflow.account import states as account
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.application.states import ReturnItem
from eduid_core.workflow.policy import AccountPolicy, TimerPolicy
from eduid_core.workflow.review_task.commands import CompleteReview
from eduid_core.workflow.reviewer_grant.states import Position

from .house import ANYONE, DISTRICT, HEAD, NOW, OPERATOR, House, by_system, granted, seated

GUARDIAN, TEACHER, DEPUTY, CHOSEN = "15400001234", "15400990001", "15400003333", "15400007777"
HEADS_PHONE = "15400004445"
STUDENT, ASKER = "15400004444", "15400005678"
CODE = "〈code〉"
"""Stands for the six digits."""

READ: dict[str, tuple[str, str]] = {
    "registration_code": (GUARDIAN, f"验证码{CODE}，5分钟内有效，请勿告诉他人。"),
    "proof_code": (GUARDIAN, f"验证码{CODE}，用于确认本人操作，5分钟内有效，请勿告诉他人。"),
    "recovery_code": (GUARDIAN, f"验证码{CODE}，用于找回账号，5分钟内有效。如非本人操作，请联系学校。"),
    "comms_code": (CHOSEN, f"验证码{CODE}，用于关联通讯卡号码，5分钟内有效，请勿告诉他人。"),
    "link_code": (
        GUARDIAN,
        f"验证码{CODE}，手机154****5678申请作为监护人办理教育卡，5分钟内有效。不认识请勿告知。",
    ),
    "reader_code": (
        STUDENT,
        f"验证码{CODE}，手机154****5678申请查看您的教育卡，5分钟内有效。不认识请勿告知。",
    ),
    "guardian_linked": (GUARDIAN, "学校已为您孩子的教育卡申请关联一位监护人。如有异议，请联系班主任。"),
    "recovered": (GUARDIAN, "您的教育卡账号密码已重置。如非本人操作，请立即联系学校。"),
    "locked": (GUARDIAN, "您的教育卡账号因多次输错密码已暂时锁定，可用验证码找回。"),
    "second_factor_reset": (
        GUARDIAN,
        "您的教育卡账号正在重设第二重验证，24小时后生效。如非本人申请，请立即用原验证器登录。",
    ),
    "approved": (GUARDIAN, "您孩子的教育卡身份认证已通过，请登录查看电子卡。如非本人申请，请联系学校。"),
    "approved_by_school": (GUARDIAN, "学校为您孩子提交的教育卡身份认证已通过。如有异议，请联系班主任。"),
    "returned": (GUARDIAN, "您孩子的教育卡申请需要修改，请登录查看原因，修改后再次提交。"),
    "returned_by_school": (
        GUARDIAN,
        "学校为您孩子提交的教育卡申请需要修改，请联系班主任核对。如有异议，请一并提出。",
    ),
    "file_undone": (
        GUARDIAN,
        "学校撤销了此前为您孩子提交的教育卡申请文件，先前的通知作废。如有疑问，请联系班主任。",
    ),
    "consent_wanted": (GUARDIAN, "学校已为您孩子填写教育卡申请，须您本人同意后才能办理，请登录确认。"),
    "rejected": (GUARDIAN, "您孩子的教育卡申请未获通过，请登录查看理由。如有异议，可在30日内申诉。"),
    "rejected_by_school": (
        GUARDIAN,
        "学校为您孩子提交的教育卡申请未获通过，请联系学校了解理由，可在30日内申诉。",
    ),
    "revoked": (GUARDIAN, "您孩子的教育卡已停用，请登录查看原因。如有异议，请联系学校。"),
    "revoked_by_school": (GUARDIAN, "您孩子的教育卡已停用。如有异议，请联系学校。"),
    "review_wanted": (TEACHER, "有1份教育卡申请待您审核，请登录处理。"),
    "teacher_invited": (TEACHER, "您班有教育卡申请待审核，请注册班主任账号并申请本班权限后处理。"),
    "review_escalated": (DEPUTY, "有1份教育卡申请逾期未审核，现转请您处理，请登录查看。"),
    "review_digest": (TEACHER, "您的班级有2份教育卡申请待审核，请登录处理。"),
    "draft_ends": (GUARDIAN, "您孩子的教育卡申请尚未提交，1天后失效，请登录提交。"),
    "return_ends": (GUARDIAN, "您孩子的教育卡申请需要修改，请在1天内登录修改后重新提交，逾期失效。"),
    "return_ends_by_school": (GUARDIAN, "学校为您孩子提交的教育卡申请需要修改，1天后失效，请联系班主任。"),
    "reviews_digest": (HEADS_PHONE, "学校提交的教育卡申请中有2份待您审核，请登录处理。"),
}
"""Template -> whose phone it goes to, and the Chinese words, the default policy's numbers filled in."""

DIFFERS = {"name": "陈小雪"}


def about(subject: str, by: Actor, after_s: int = 0) -> dict[str, Any]:
    return {"subject": subject, "by": by, "at": NOW + dt.timedelta(seconds=after_s)}


def decides(house: House, key: str, by: Actor, **how: Any) -> None:
    assert house.service.handle(CompleteReview(expected_rev=1, **how, **about(key, by))).ok


def file_run(house: House, *forms: Any) -> None:
    run = FileRun(house.service, registry=house.registry, applications="a", snapshot="s1", size_by_school={})
    rows = [MemoryRow(n, form) for n, form in enumerate(forms, start=2)]
    run.begin(rows, as_of=NOW.date())
    run.carry_out(rows)


def revoked(house: House, key: str) -> None:
    if house.service.state("reviewer_grant", "G-head-school_admin-") is None:
        seated(house.service)
    assert house.service.handle(app.RevokeApplication(code="ISSUED_IN_ERROR", **about(key, DISTRICT))).ok


def asks(house: House, purpose: account.Purpose, after_s: int = 90) -> None:
    assert house.service.handle(
        account_commands.StartProof(purpose=purpose, nonce="", **about("acct", ANYONE, after_s))
    ).ok


def a_registration(house: House) -> None:
    house.registered()


def a_proof(house: House) -> None:
    house.registered()
    asks(house, account.Purpose.PROOF)


def a_recovery(house: House) -> None:
    house.registered()
    asks(house, account.Purpose.RECOVERY)
    house.service.clock = lambda: NOW + dt.timedelta(seconds=91)
    house.service.send_messages()
    assert house.service.handle(EnterCode(code=house.sms.last_code(), **about("acct", ANYONE, 91))).ok
    assert house.service.handle(Recover(password=PrivateText("another one"), **about("acct", ANYONE, 92))).ok


def a_guardian_who_asks(house: House) -> None:
    seated(house.service)
    student = house.registered("student", STUDENT, Role.STUDENT)
    asker = house.registered("asker", ASKER)
    assert house.service.handle(app.Open(form=form_of(), **about("A-1", student))).ok
    for child in ("student", "A-1"):
        assert house.service.handle(account_commands.LinkChild(child=child, **about("asker", asker))).ok
    assert house.service.handle(app.LinkGuardian(guardian="asker", **about("A-1", HEAD))).ok


def a_lock(house: House) -> None:
    house.registered()
    for n in range(10):
        house.service.handle(
            LogIn(username=PrivateText("acct"), password=PrivateText("a wrong one"), **about("acct", ANYONE, n))
        )


def a_second_factor_reset(house: House) -> None:
    by = house.registered()
    enrolled: Any = house.service.handle(EnrolFactor(**about("acct", by)))
    confirm = ConfirmFactor(code=totp_of(enrolled.factor.secret, NOW), **about("acct", by))
    assert house.service.handle(confirm).ok
    assert house.service.handle(ResetFactor(**about("acct", OPERATOR))).ok


def a_number_for_the_comms_card(house: House) -> None:
    by = house.registered()
    house.handed_in("A", by, form_of())
    choose = comms_card.ChooseExisting(phone=Phone(CHOSEN), nonce="", **about("A", by))
    assert house.service.handle(choose).ok


def an_approval_taken_back(house: House) -> None:
    house.handed_in("A", house.registered(), form_of())
    revoked(house, "A")


def a_refusal(house: House) -> None:
    teacher = house.homeroom()
    house.handed_in("A", house.registered(), form_of(**DIFFERS))
    decides(house, "A", teacher, outcome="reject", code="NOT_MY_STUDENT")


def a_return(house: House) -> None:
    teacher = house.homeroom()
    house.handed_in("A", house.registered(), form_of(**DIFFERS))
    decides(house, "A", teacher, outcome="return", items=(ReturnItem("name", "NAME_AS_IN_HOUSEHOLD_REGISTER"),))


def an_overdue_review(house: House) -> None:
    house.homeroom()
    house.registered("deputy", DEPUTY)
    deputy = Actor(id="deputy", role=Role.TEACHER, assurance=2)
    granted(house.service, deputy, HEAD, Position.DEPUTY)
    house.handed_in("A", house.registered(), form_of(**DIFFERS))
    by_system(house.service, app.Escalate(**about("A", Actor(id="system", role=Role.SYSTEM))))


def a_review_of_a_class_without_a_seat(house: House) -> None:
    house.handed_in("A", house.registered(), form_of(**DIFFERS))


def a_school_that_hands_in(house: House) -> None:
    teacher = house.homeroom()
    file_run(
        house,
        form_of(application_id="F-0"),
        form_of(NUMBERS[1], application_id="F-1", entry_year=""),
        form_of(NUMBERS[2], application_id="F-2", **DIFFERS),
        form_of(NUMBERS[2], application_id="F-3", **DIFFERS),
    )
    decides(house, "F-2", teacher, outcome="reject", code="NOT_MY_STUDENT")
    revoked(house, "F-0")


def near_the_end(house: House, days: int) -> None:
    """Let the timers of the last day before the end run, *days* after the beginning."""
    house.service.clock = lambda: NOW + dt.timedelta(days=days - 1)
    house.service.fire_timers()


def a_draft_that_is_left(house: House) -> None:
    assert house.service.handle(app.Open(form=form_of(), **about("A-1", house.registered()))).ok
    near_the_end(house, 30)


def a_return_that_is_left(house: House) -> None:
    a_return(house)
    near_the_end(house, 14)


def a_school_that_leaves_a_return(house: House) -> None:
    file_run(house, form_of(application_id="F-1", entry_year=""))
    near_the_end(house, 14)


def a_school_with_a_head_alone(house: House) -> None:
    seated(house.service)
    house.registered("head", HEADS_PHONE, Role.TEACHER)
    house.registry.teacher = None  # type: ignore[assignment]
    forms = [form_of(n, application_id=f"F-{n[-2:]}", **DIFFERS) for n in NUMBERS[:2]]
    file_run(house, *forms)


def a_school_that_takes_its_file_back(house: House) -> None:
    file_run(house, form_of(application_id="F-0"))
    list(RunUndo(house.service, all_runs(house.service.executor.store)[0].id).carry_out())
    file_run(house, form_of(application_id="F-0"))


def a_school_that_may_not_consent(house: House) -> None:
    house.service = house.open(policy=Policy(file_consent="required"))
    file_run(house, form_of(application_id="F-0"))


STORIES: dict[Callable[[House], None], set[str]] = {
    a_registration: {"registration_code"},
    a_proof: {"registration_code", "proof_code"},
    a_recovery: {"registration_code", "recovery_code", "recovered"},
    a_guardian_who_asks: {"link_code", "reader_code", "guardian_linked"},
    a_lock: {"registration_code", "locked"},
    a_second_factor_reset: {"registration_code", "second_factor_reset"},
    a_number_for_the_comms_card: {"registration_code", "approved", "comms_code"},
    an_approval_taken_back: {"registration_code", "approved", "revoked"},
    a_review_of_a_class_without_a_seat: {"registration_code", "teacher_invited"},
    a_return: {"registration_code", "review_wanted", "returned"},
    a_refusal: {"registration_code", "review_wanted", "rejected"},
    an_overdue_review: {"registration_code", "review_wanted", "review_escalated"},
    a_school_that_hands_in: {
        "approved_by_school", "returned_by_school", "review_digest", "rejected_by_school", "revoked_by_school",
    },
    a_draft_that_is_left: {"registration_code", "draft_ends"},
    a_return_that_is_left: {"registration_code", "review_wanted", "returned", "return_ends"},
    a_school_that_leaves_a_return: {"returned_by_school", "return_ends_by_school"},
    a_school_with_a_head_alone: {"reviews_digest"},
    a_school_that_takes_its_file_back: {"file_undone", "approved_by_school"},
    a_school_that_may_not_consent: {"consent_wanted"},
}  # fmt: skip
"""What happens -> the templates of all that is told."""


def read(message: Any, lang: Any = "zh") -> str:
    """Return the words of a message that was handed over, its code hidden."""
    shown = {name: CODE if isinstance(v, OtpCode) else _plain(v) for name, v in message.params}
    return messages.text(message.template, lang, shown)


def _plain(value: Any) -> Any:
    return value.reveal("test") if isinstance(value, Private) else value


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def registrations_of_others(message: Any) -> bool:
    return message.template == "registration_code" and message.to != Phone(GUARDIAN)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_what_is_told_is_read_as_it_is_written_here_by_the_person_it_is_for(
    tmp_path: Path, story: Callable[[House], None]
) -> None:
    """The guardian's phone gets what speaks of a child, the teacher's what speaks of a class, in Chinese."""
    house = House(tmp_path)
    story(house)
    house.service.send_messages()

    told = [m for m in house.sms.sent if not registrations_of_others(m)]

    assert {m.template for m in told} == STORIES[story]
    for message in told:
        assert (message.to.reveal("test"), read(message)) == READ[message.template]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_whatever_a_text_asks_for_is_given_and_nothing_else(
    tmp_path: Path, story: Callable[[House], None]
) -> None:
    """A placeholder that nobody fills shows as an ellipsis: a parent would read of a code that is not there."""
    house = House(tmp_path)
    story(house)
    house.service.send_messages()

    for message in house.sms.sent:
        entry = messages.CATALOGUE[message.template]
        given = {name for name, _ in message.params}
        assert placeholders(entry.zh) == given
        assert placeholders(entry.en) == given
        for lang in ("zh", "en"):
            assert "…" not in read(message, lang)


def test_every_template_is_told_in_some_story() -> None:
    assert set().union(*STORIES.values()) == READ.keys() == messages.sms.TEMPLATES.keys()


def test_a_guardian_is_spoken_to_of_a_child_and_a_teacher_of_a_class() -> None:
    """孩子 is a guardian's word; whoever reviews reads 审核, and no family ever does."""
    for template, (phone, text) in READ.items():
        assert ("孩子" in text) == (
            phone == GUARDIAN and "code" not in template and template not in OF_ACCOUNTS
        )
        assert ("审核" in text) == (phone in {TEACHER, DEPUTY, HEADS_PHONE})


OF_ACCOUNTS = {"recovered", "locked", "second_factor_reset"}


@pytest.mark.parametrize("days", [7, 45])
@pytest.mark.parametrize("story", [a_refusal, a_school_that_hands_in], ids=lambda story: story.__name__)
def test_the_term_of_an_appeal_is_the_one_of_the_policy(
    tmp_path: Path, story: Callable[[House], None], days: int
) -> None:
    house = House(tmp_path, policy=Policy(timers=TimerPolicy(appeal_days=days)))
    story(house)
    house.service.send_messages()

    (told,) = (m for m in house.sms.sent if m.template.startswith("rejected"))

    assert f"可在{days}日内申诉" in read(told)
    assert f"within {days} days" in read(told, "en")


@pytest.mark.parametrize("minutes", [2, 10])
@pytest.mark.parametrize(
    "story", [a_registration, a_proof, a_number_for_the_comms_card], ids=lambda story: story.__name__
)
def test_a_code_is_said_to_be_good_as_long_as_the_policy_lets_it(
    tmp_path: Path, story: Callable[[House], None], minutes: int
) -> None:
    policy = Policy(account=attrs.evolve(AccountPolicy(), otp_life_s=60 * minutes, otp_second_code_under_s=1))
    house = House(tmp_path, policy=policy)
    story(house)
    house.service.send_messages()

    codes = [read(m) for m in house.sms.sent if "code" in m.template]

    assert all(f"{minutes}分钟内有效" in text for text in codes)
