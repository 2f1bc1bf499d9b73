"""The service: commands in, durable answers out."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from eduid_core.findings import AdapterError, CallerError, Refused
from eduid_core.plugins import Conflict
from eduid_core.private import OtpCode, Phone, PrivateText
from eduid_core.service import Accepted, EnterCode, Register, ResendCode, Service
from eduid_core.service.codec import wire
from eduid_core.service.crypto.sealing import DataKey
from eduid_core.service.drivers import arun, run
from eduid_core.service.handlers import dispatch
from eduid_core.service.intents import QueryRegistry, Write
from eduid_core.testing.conformance.store import MemoryStore
from eduid_core.testing.doubles import NUMBERS, FixedKey, form_of, row_of
from eduid_core.workflow import Actor, Role, Stamp, card, comms_card
from eduid_core.workflow.account.states import ActiveAccount
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.application import states as status
from eduid_core.workflow.application.states import ReturnItem
from eduid_core.workflow.review_task.commands import CompleteReview
from eduid_core.workflow.review_task.states import Assigned, Cancelled
from eduid_core.workflow.reviewer_grant.commands import Verify
from eduid_core.workflow.reviewer_grant.events import RoleVerified
from eduid_store_sql import SqlStore

from .house import ANYONE, HEAD, NOW, House, about, seated


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_a_pupil_who_agrees_is_approved_gets_a_card_and_the_guardian_is_told(house: House) -> None:
    state = house.handed_in("A-1", house.registered(), form_of())
    house.service.send_messages()

    assert type(state) is status.Approved
    assert house.service.state("card", "A-1") is not None
    assert house.sms.templates() == ["registration_code", "approved"]


def test_the_same_journey_under_asyncio(house: House) -> None:
    async def journey() -> Accepted | Refused:
        guardian = await asyncio.to_thread(house.registered)
        about: dict[str, Any] = {"subject": "A-1", "by": guardian, "at": NOW}
        await house.service.ahandle(app.Open(form=form_of(), **about))
        return await house.service.ahandle(app.Submit(consent_text="v1", **about))

    answer = asyncio.run(journey())

    assert answer.ok
    assert type(house.service.state("application", "A-1")) is status.Approved


def test_a_difference_goes_to_the_homeroom_teacher_who_returns_it_and_then_it_agrees(house: House) -> None:
    teacher, guardian = house.homeroom(), house.registered()
    pending = house.handed_in("A-1", guardian, form_of(school="南京市云杉小学"))
    task = house.service.state("review_task", "A-1")
    assert type(pending) is status.PendingReview
    assert isinstance(task, Assigned)
    assert task.assignee == teacher.id
    about: dict[str, Any] = {"subject": "A-1", "at": NOW}
    stranger = Actor(id="another", role=Role.TEACHER, assurance=2)
    items = (ReturnItem("school", "SCHOOL_TO_CHECK"),)

    wrong = house.service.handle(
        CompleteReview(outcome="return", items=items, expected_rev=1, by=stranger, **about)
    )
    right = house.service.handle(
        CompleteReview(outcome="return", items=items, expected_rev=1, by=teacher, **about)
    )
    house.service.handle(app.Resubmit(form=form_of(), by=guardian, **about))
    house.service.send_messages()

    assert isinstance(wrong, Refused)
    assert wrong.code == "not_eligible_reviewer"
    assert right.ok
    assert type(house.service.state("application", "A-1")) is status.Approved
    assert house.sms.templates()[2:] == ["review_wanted", "returned", "approved"]


def test_an_edit_while_pending_makes_the_teachers_open_screen_stale(house: House) -> None:
    teacher, guardian = house.homeroom(), house.registered()
    house.handed_in("A-1", guardian, form_of(school="南京市云杉小学"))
    amended = app.Amend(
        form=form_of(school="南京市枫林小学"), subject="A-1", by=guardian, at=NOW, expected_rev=1
    )
    assert house.service.handle(amended).ok

    stale = CompleteReview(subject="A-1", at=NOW, by=teacher, outcome="approve", expected_rev=1)
    answer = house.service.handle(stale)

    assert isinstance(answer, Refused)
    assert (answer.code, answer.params) == ("stale_revision", {"current": 2})


def test_a_pupil_without_an_account_that_is_active_opens_nothing(house: House) -> None:
    answer = house.service.handle(
        app.Open(form=form_of(), subject="A-1", by=Actor(id="x", role=Role.GUARDIAN), at=NOW)
    )

    assert answer == Refused("forbidden")


def test_one_command_given_twice_under_one_key_happens_once(house: House) -> None:
    guardian = house.registered()
    command = app.Open(form=form_of(), subject="A-1", by=guardian, at=NOW, key="k1")

    first, again = house.service.handle(command), house.service.handle(command)
    other = house.service.handle(
        app.Open(form=form_of(name="别人"), subject="A-1", by=guardian, at=NOW, key="k1")
    )

    assert first == again
    assert len(house.service.history("application", "A-1")) == 1
    assert other == Refused("idempotency_conflict")


def test_a_username_is_taken_once(house: House) -> None:
    house.registered("mum")
    about: dict[str, Any] = {"subject": "other", "by": ANYONE, "at": NOW, "role": Role.GUARDIAN}

    answer = house.service.handle(
        Register(
            username=PrivateText("mum"), phone=Phone("15400001235"), password=PrivateText("x" * 8), **about
        )
    )

    assert answer.ok
    house.service.send_messages()
    entered = house.service.handle(EnterCode(code=house.sms.last_code(), subject="other", by=ANYONE, at=NOW))
    assert (entered.ok, entered.status) == (True, "username_wanted")


def test_a_password_that_is_too_short_is_refused_before_anything_else(house: House) -> None:
    about: dict[str, Any] = {"subject": "mum", "by": ANYONE, "at": NOW, "role": Role.GUARDIAN}

    answer = house.service.handle(
        Register(
            username=PrivateText("mum"), phone=Phone("15400001235"), password=PrivateText("short"), **about
        )
    )

    assert answer == Refused("password_too_weak", {"min": 8})


def test_wrong_codes_are_counted_for_good_and_lock_the_right_one(house: House) -> None:
    about: dict[str, Any] = {"subject": "mum", "by": ANYONE, "at": NOW}
    names = {
        "username": PrivateText("mum"),
        "phone": Phone("15400001234"),
        "password": PrivateText("long enough"),
    }
    house.service.handle(Register(role=Role.GUARDIAN, **names, **about))
    house.service.send_messages()
    right = house.sms.last_code()
    wrong = OtpCode("000000") if right != OtpCode("000000") else OtpCode("111111")

    answers = [house.service.handle(EnterCode(code=wrong, **about)) for _ in range(6)]
    locked = house.service.handle(EnterCode(code=right, **about))
    resend = house.service.handle(ResendCode(**about))

    assert [a.code for a in answers if isinstance(a, Refused)] == ["challenge_mismatch"] * 5 + [
        "challenge_locked"
    ]
    assert isinstance(locked, Refused)
    assert locked.code == "challenge_locked"
    assert isinstance(resend, Refused)


def test_a_resent_code_is_the_same_code(house: House) -> None:
    about: dict[str, Any] = {"subject": "mum", "by": ANYONE}
    names = {
        "username": PrivateText("mum"),
        "phone": Phone("15400001234"),
        "password": PrivateText("long enough"),
    }
    house.service.handle(Register(role=Role.GUARDIAN, at=NOW, **names, **about))
    house.service.send_messages()
    first = house.sms.last_code()

    later = NOW + dt.timedelta(seconds=61)
    assert house.service.handle(ResendCode(at=later, **about)).ok
    house.service.send_messages()

    assert len(house.sms.sent) == 2
    assert house.sms.last_code() == first
    assert house.service.handle(EnterCode(code=first, at=later, **about)).ok
    assert type(house.service.state("account", "mum")) is ActiveAccount


def test_two_live_applications_of_one_person_both_go_to_a_person(house: House) -> None:
    first = house.handed_in("A-1", house.registered("one"), form_of(name="陈小语"))
    second = house.handed_in("A-2", house.registered("two", "15400001235"), form_of())

    assert type(first) is status.PendingReview
    assert type(second) is status.PendingReview
    assert "DUPLICATE_APPLICATION" in second.match.reasons
    flagged: Any = house.service.state("application", "A-1")
    assert status.Flag.DUPLICATE_SUSPECTED in flagged.tally.flags


def test_a_person_named_by_two_applications_is_approved_by_no_single_person(house: House) -> None:
    house.handed_in("A-1", house.registered("one"), form_of())
    house.handed_in("A-2", house.registered("two", "15400001235"), form_of())
    seated(house.service)

    answer = house.service.handle(
        CompleteReview(subject="A-2", by=HEAD, at=NOW, outcome="approve", expected_rev=1)
    )

    assert isinstance(answer, Accepted)
    assert answer.status == "awaiting_second"
    assert type(house.service.state("application", "A-2")) is status.PendingReview
    assert house.service.state("card", "A-2") is None


@pytest.mark.parametrize("failure", [RuntimeError("陈小雨 320098201503150010"), KeyError("陈小雨")])
def test_a_registry_that_fails_is_never_read_as_nobody_and_leaks_nothing(
    house: House, failure: Exception
) -> None:
    house.registry.fails = failure

    state = house.handed_in("A-1", house.registered(), form_of())

    assert type(state) is status.PendingReview
    assert state.match.reasons[0] == "SOURCE_UNAVAILABLE"
    assert "陈" not in str(state)


def test_when_the_registry_is_back_it_is_asked_again_about_what_waits_only_for_it(house: House) -> None:
    house.handed_in("A-9", house.registered("u9", "15400001239"), form_of(NUMBERS[2], class_name="九班"))
    house.registry.fails = RuntimeError()
    for n, number in enumerate(NUMBERS[:2]):
        house.handed_in(f"A-{n}", house.registered(f"u{n}", f"1540000123{n}"), form_of(number))
    other = house.service.state("application", "A-9")

    assert house.service.match_again() == 1  # it is still away, and one question is enough to know
    house.registry.fails = None
    assert house.service.match_again() == 2

    assert [type(house.service.state("application", f"A-{n}")) for n in range(2)] == [status.Approved] * 2
    assert [type(house.service.state("review_task", f"A-{n}")) for n in range(2)] == [Cancelled] * 2
    assert house.service.state("application", "A-9") == other
    assert house.service.match_again() == 0


def test_a_family_reaches_its_own_card_only(house: House) -> None:
    one, two = house.registered("one"), house.registered("two", "15400001235")
    house.handed_in("A-1", one, form_of())
    about: dict[str, Any] = {"subject": "A-1", "at": NOW}
    suspend, bundled = card.Suspend(reason="lost", by=two, **about), comms_card.ChooseBundled(by=two, **about)

    assert house.service.handle(suspend) == Refused("forbidden")
    assert house.service.handle(bundled) == Refused("forbidden")
    assert house.service.handle(card.Suspend(reason="lost", by=one, **about)).ok
    # What the caller says of the card is not taken at its word.
    claimed = comms_card.ChooseBundled(card_active=True, by=one, **about)
    assert house.service.handle(claimed) == Refused("card_inactive")


def test_a_service_without_keys_does_not_start(house: House) -> None:
    with pytest.raises(CallerError):
        house.open(keys=None)


def test_another_key_does_not_open_the_store(house: House) -> None:
    with pytest.raises(AdapterError, match="key_wrong"):
        house.open(keys=FixedKey(b"x" * 31 + b"."))


def test_what_was_handed_in_and_left_by_a_crash_is_taken_up_again(house: House) -> None:
    guardian = house.registered()
    about: dict[str, Any] = {"subject": "A-1", "by": guardian, "at": NOW}
    house.service.handle(app.Open(form=form_of(), **about))
    crashed = _until_the_registry_is_asked(house.service, app.Submit(consent_text="v1", **about))
    assert crashed
    assert type(house.service.state("application", "A-1")) is status.Submitted

    assert house.open().resume() == 1

    assert type(house.service.state("application", "A-1")) is status.Approved


def _until_the_registry_is_asked(service: Service, command: Any) -> bool:
    steps = dispatch.handle(command, policy=service.policy)
    arg = None
    while True:
        intent = steps.send(arg)
        if isinstance(intent, QueryRegistry):
            steps.close()
            return True
        arg = service.executor.perform(intent)


class Flaky(MemoryStore):
    """Fails once at the next commit, before anything happened."""

    fails = False

    def commit(self, commits: Any, /) -> Any:
        if self.fails:
            self.fails = False
            raise OSError
        return super().commit(commits)


def test_after_a_commit_that_failed_nothing_is_sealed_under_a_key_that_nobody_stored(house: House) -> None:
    """The program lives on and the command is given again; another program must be able to read it."""
    store = Flaky()
    service, by = house.open(store=store), Actor(id="importer", role=Role.IMPORTER)
    command = app.Open(form=form_of(), subject="A-1", by=by, at=NOW)
    store.fails = True
    with pytest.raises(OSError):
        service.handle(command)

    assert service.handle(command).ok

    assert type(house.open(store=MemoryStore(store.memory)).state("application", "A-1")) is status.Draft


def test_two_that_open_at_once_in_one_program_agree_on_the_key(house: House) -> None:
    """The one that loses the race leaves no key behind under which the winner would seal."""
    store = MemoryStore()
    service, by = house.open(store=store), Actor(id="importer", role=Role.IMPORTER)
    commands = [app.Open(form=form_of(), subject="A-1", by=by, at=NOW, key=key) for key in "ab"]
    slow, quick = (dispatch.handle(command, policy=service.policy) for command in commands)
    writing = _until_it_writes(service, slow)
    service.executor.perform(_until_it_writes(service, quick))

    assert isinstance(service.executor.perform(writing), Conflict)
    service.handle(app.Save(form=form_of(), subject="A-1", by=by, at=NOW))

    assert type(house.open(store=MemoryStore(store.memory)).state("application", "A-1")) is status.Draft


def _until_it_writes(service: Service, steps: Any) -> Any:
    intent = steps.send(None)
    while not isinstance(intent, Write):
        intent = steps.send(service.executor.perform(intent))
    return intent


# --- drivers -------------------------------------------------------------------------------------------


def test_the_sync_driver_refuses_an_awaitable_and_closes_it() -> None:
    async def later() -> None: ...

    def handler() -> Iterator[object]:
        yield "ask"

    with pytest.raises(CallerError, match="awaitable"):
        run(handler(), lambda _: later())  # type: ignore[arg-type]


@pytest.mark.parametrize("colour", ["sync", "async"])
def test_a_failure_of_the_world_reaches_the_handler_and_its_own_errors_pass_through(colour: str) -> None:
    def handler() -> Any:
        try:
            yield "ask"
        except OSError:
            return "told"
        return "not told"

    def faulty() -> Any:
        yield "ask"
        raise LookupError

    def fail(_: object) -> None:
        raise OSError

    def drive(steps: Any, perform: Any) -> Any:
        return run(steps, perform) if colour == "sync" else asyncio.run(arun(steps, perform))

    assert drive(handler(), fail) == "told"
    with pytest.raises(LookupError):
        drive(faulty(), lambda _: None)


def test_a_commit_that_keeps_losing_gives_up_and_says_so(house: House) -> None:
    guardian = house.registered()

    class Losing(SqlStore):
        def commit(self, commits: Any, /) -> Any:
            return [Conflict("version", "x") for _ in commits]

    answer = house.open(store=Losing(house.url)).handle(
        app.Open(form=form_of(), subject="A-9", by=guardian, at=NOW)
    )

    assert answer == Refused("conflict")


def test_the_registry_row_that_is_not_active_is_never_approved(tmp_path: Path) -> None:
    house = House(tmp_path, [row_of(NUMBERS[0], status="转出")])

    assert type(house.handed_in("A-1", house.registered(), form_of())) is status.PendingReview


def test_a_command_of_no_moment_is_the_callers_mistake(house: House) -> None:
    with pytest.raises(CallerError, match="time zone"):
        house.service.handle(ResendCode(subject="mum", by=ANYONE, at=NOW.replace(tzinfo=None)))


def test_a_moment_in_the_place_of_a_day_is_the_callers_mistake(house: House) -> None:
    """A moment is a day to a type checker; stored as one, it could never be read again."""
    moment = NOW + dt.timedelta(days=300)
    with pytest.raises(CallerError, match=r"Verify\.until: a day \(date\)"):
        house.service.handle(Verify(until=moment, **about("G-1", HEAD)))


def test_a_day_that_was_stored_as_a_moment_is_read_as_the_day_it_is() -> None:
    event = RoleVerified(stamp=Stamp(NOW, "head", Role.SCHOOL_ADMIN), until=NOW)
    key = DataKey(b"k" * 32, tenant="", entropy=bytes)
    record = wire.record_of(event, key=key, place="p")

    told: Any = wire.event_of(record, key=key, place="p")

    assert told.until == NOW.date()
    assert type(told.until) is dt.date
