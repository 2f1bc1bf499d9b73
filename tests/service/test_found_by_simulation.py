"""What the simulator found, each once more as a story short enough to read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs
import pytest

from eduid_core.findings import AdapterError, Refused
from eduid_core.plugins import Commit, Committed, Conflict, Document
from eduid_core.private import OtpCode, Phone, PrivateText
from eduid_core.service import EnterCode, LogIn, Recover, Register
from eduid_core.service.drivers import run
from eduid_core.service.handlers import dispatch
from eduid_core.testing.doubles import form_of
from eduid_core.workflow import Actor, Policy, Role
from eduid_core.workflow.account import commands as account_commands
from eduid_core.workflow.account import states as account
from eduid_core.workflow.application import commands as app

from .house import ANYONE, NOW, House


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def log_in(house: House, password: str, key: str) -> Any:
    return house.service.handle(
        LogIn(
            username=PrivateText("acct"),
            password=PrivateText(password),
            subject="acct",
            by=ANYONE,
            at=NOW,
            key=key,
        )
    )


def test_a_wrong_password_given_twice_under_one_key_is_wrong_twice_and_counted_once(house: House) -> None:
    house.registered()

    answers = [log_in(house, "a wrong one", "k1") for _ in range(3)]

    assert [a.code for a in answers] == ["login_failed"] * 3
    state: Any = house.service.state("account", "acct")
    assert state.standing.failures == 1


def test_another_password_under_the_key_of_a_failure_is_refused(house: House) -> None:
    """Not even compared: it would be a guess that nobody counts; and the answer tells nothing."""
    house.registered()
    log_in(house, "a wrong one", "k1")

    assert log_in(house, "long enough", "k1").code == "login_failed"
    assert log_in(house, "long enough", "k2").ok
    assert log_in(house, "long enough", "k2").ok


class LosesOne:
    """The house's store; it loses the first commit that stores a data key."""

    def __init__(self, store: Any, *, lands: bool) -> None:
        self._store, self._lands, self._left = store, lands, 1

    def commit(self, commits: Sequence[Commit], /) -> Sequence[Committed | Conflict]:
        if self._left and any(d.kind == "data_key" for c in commits for d in c.documents):
            self._left = 0
            if self._lands:
                self._store.commit(commits)
            raise ConnectionError
        return self._store.commit(commits)  # type: ignore[no-any-return]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


@pytest.mark.parametrize("lands", [False, True])
def test_what_is_written_after_a_commit_was_lost_can_be_read_by_another_process(
    house: House, *, lands: bool
) -> None:
    """The key of the lost commit was never stored: it must seal nothing else."""
    by = house.registered()
    service = house.open(store=LosesOne(house.store, lands=lands))
    opens = app.Open(form=form_of(), subject="A-1", by=by, at=NOW, key="k1")
    with pytest.raises(ConnectionError):
        service.handle(opens)

    assert service.handle(opens).ok
    state: Any = house.open().state("application", "A-1")
    assert state.form == form_of()


def until_write(handler: Any, perform: Any) -> Any:
    """Drive *handler* up to its next write that follows a comparison of codes; return the intent."""
    intent, compared = next(handler), False
    while not (compared and type(intent).__name__ == "Write"):
        compared |= type(intent).__name__ == "DeriveCode"
        intent = handler.send(perform(intent))
    return intent


def test_a_code_that_is_voided_between_comparing_and_accepting_proves_nothing(house: House) -> None:
    """Else the code of the old phone would prove the new one."""
    about: dict[str, Any] = {"subject": "acct", "by": ANYONE}
    person = {"username": PrivateText("acct"), "password": PrivateText("long enough")}
    service, perform = house.service, house.service.executor.perform
    service.handle(Register(role=Role.GUARDIAN, phone=Phone("15400001234"), at=NOW, **person, **about))
    service.send_messages()
    later = NOW + dt.timedelta(seconds=90)
    enter = EnterCode(code=house.sms.last_code(), at=later, **about)
    entering = dispatch.handle(run(service.established(enter), perform), policy=Policy())
    write = until_write(entering, perform)

    assert service.handle(
        account_commands.ChangePhone(phone=Phone("15400005678"), nonce="", at=later, **about)
    ).ok
    answer: Any = None
    try:
        intent = entering.send(perform(write))
        while True:
            intent = entering.send(perform(intent))
    except StopIteration as end:
        answer = end.value

    assert answer.code == "challenge_mismatch"
    state: Any = service.state("account", "acct")
    assert state.status == "challenge_sent"


def test_of_two_that_were_given_the_same_the_slower_has_the_answer_of_the_quicker(house: House) -> None:
    names = {
        "username": PrivateText("acct"),
        "phone": Phone("15400001234"),
        "password": PrivateText("long enough"),
    }
    register = Register(role=Role.GUARDIAN, subject="acct", by=ANYONE, at=NOW, key="k1", **names)
    perform = house.service.executor.perform
    slow = dispatch.handle(register, policy=Policy())
    intent = slow.send(perform(next(slow)))

    quick = house.service.handle(register)
    answer: Any = None
    try:
        while True:
            intent = slow.send(perform(intent))
    except StopIteration as end:
        answer = end.value

    assert quick.ok
    assert answer == quick


def test_a_stream_that_cannot_be_opened_holds_up_no_other_deadline(house: House) -> None:
    by = house.registered()
    for key in ("A-1", "A-2"):
        house.service.handle(app.Open(form=form_of(), subject=key, by=by, at=NOW))
    house.store.put([Document("data_key", "application:A-1", b"")])
    late = house.open()
    late.clock = lambda: NOW + dt.timedelta(days=40)

    fired = late.fire_timers()

    assert (fired.done, fired.refused) == (1, 1)
    assert late.state("application", "A-2").status == "expired"
    with pytest.raises(AdapterError, match="data_key_missing"):
        late.state("application", "A-1")


def test_a_password_that_was_replaced_while_it_was_compared_lets_nobody_in(house: House) -> None:
    by = house.registered()
    entering = dispatch.handle(
        LogIn(
            username=PrivateText("acct"), password=PrivateText("long enough"), subject="acct", by=ANYONE, at=NOW
        ),
        policy=Policy(),
    )
    perform = house.service.executor.perform
    intent = next(entering)
    while type(intent).__name__ != "VerifyPassword":
        intent = entering.send(perform(intent))
    right = perform(intent)
    recover(house, by)

    answer: Any = None
    try:
        intent = entering.send(right)
        while True:
            intent = entering.send(perform(intent))
    except StopIteration as end:
        answer = end.value

    assert isinstance(answer, Refused)
    assert answer.code == "login_failed"


def recover(house: House, by: Actor) -> None:
    at = NOW + dt.timedelta(minutes=2)
    about: dict[str, Any] = {"subject": by.id, "by": attrs.evolve(by), "at": at}
    assert house.service.handle(
        account_commands.StartProof(purpose=account.Purpose.RECOVERY, nonce="", **about)
    ).ok
    house.service.send_messages()
    codes = [v for m in house.sms.sent for _, v in m.params if isinstance(v, OtpCode)]
    assert house.service.handle(EnterCode(code=codes[-1], **about)).ok
    assert house.service.handle(Recover(password=PrivateText("another one"), **about)).ok
