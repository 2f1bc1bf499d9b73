"""The door: one spelling of each value, and nothing of a wrong type or size comes in."""

from __future__ import annotations

import copy
import datetime as dt
import math
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eduid_core import commands
from eduid_core.findings import CallerError, Refused
from eduid_core.private import OtpCode, PersonName, Phone, Private, PrivateText
from eduid_core.service import EnterCode, Register
from eduid_core.service.handlers.door import admitted, looks_personal
from eduid_core.service.handlers.field_types import MOST_CHARACTERS
from eduid_core.service.handlers.permissions import PERMISSIONS
from eduid_core.testing.doubles import NUMBERS, form_of
from eduid_core.workflow import Actor, Command, Role, card
from eduid_core.workflow.account.commands import ChangePhone, ResolveAppeal
from eduid_core.workflow.application.commands import Open, Resubmit, Submit
from eduid_core.workflow.comms_card import ChooseExisting
from eduid_core.workflow.review_task.commands import Assign, DelegateTask
from tests.service.house import ANYONE, NOW, House, about, seated
from tests.service.specimens import specimen

DIGITS = "15400001234"
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
GUARDIAN = Actor(id="acct", role=Role.GUARDIAN)
COMMANDS = [getattr(commands, name) for name in commands.__all__]


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@st.composite
def spellings(draw: st.DrawFn, text: str = DIGITS) -> str:
    """Return *text* with marks between its characters, in either width, with or without the country code."""
    marks = draw(st.lists(st.sampled_from(["", "", "", " ", "-"]), min_size=len(text), max_size=len(text)))
    spelled = "".join(mark + char for mark, char in zip(marks, text, strict=True)).lstrip(" -")
    spelled = spelled.translate(WIDE) if draw(st.booleans()) else spelled
    return draw(st.sampled_from(["", "+86 ", "+86", " "])) + spelled + draw(st.sampled_from(["", " ", "\n"]))


def registered(**changed: Any) -> Register:
    fields = {
        "role": Role.GUARDIAN,
        "username": PrivateText("chen"),
        "phone": Phone(DIGITS),
        "password": PrivateText("long enough"),
    }
    return Register(**{**about("acct", ANYONE), **fields, **changed})


PHONES: Mapping[str, Callable[[Phone], tuple[Command, Callable[[Any], Phone]]]] = {
    "register": lambda p: (registered(phone=p), lambda c: c.phone),
    "change": lambda p: (ChangePhone(phone=p, nonce="", **about("acct", GUARDIAN)), lambda c: c.phone),
    "appeal": lambda p: (ResolveAppeal(granted=True, phone=p, **about("acct", GUARDIAN)), lambda c: c.phone),
    "sim": lambda p: (ChooseExisting(phone=p, nonce="", **about("A-1", GUARDIAN)), lambda c: c.phone),
    "assign": lambda p: (Assign(assignee="t", phone=p, **about("A-1", GUARDIAN)), lambda c: c.phone),
    "delegate": lambda p: (DelegateTask(to="t", phone=p, **about("A-1", GUARDIAN)), lambda c: c.phone),
    "form": lambda p: (
        Open(form=form_of(guardian_phone=p.reveal("test")), **about("A-1", GUARDIAN)),
        lambda c: c.form.guardian_phone,
    ),
}


@pytest.mark.parametrize("place", PHONES)
@given(spelled=spellings())
def test_every_spelling_of_a_phone_is_one_phone(place: str, spelled: str) -> None:
    command, phone_in = PHONES[place](Phone(spelled))

    assert phone_in(admitted(command)) == Phone(DIGITS)


def test_every_phone_of_every_command_is_spelled_at_the_door() -> None:
    """A command that gets a field for a phone is tried above."""
    held = {k for k in COMMANDS for hint in get_type_hints(k).values() if "Phone" in str(hint)}

    assert held == {type(make(Phone(DIGITS))[0]) for name, make in PHONES.items() if name != "form"}


@given(spelled=spellings("482913"))
def test_a_code_is_the_code_however_it_was_copied(spelled: str) -> None:
    command = EnterCode(code=OtpCode(spelled.replace("+86", "")), **about("acct", ANYONE))

    assert admitted(command).code == OtpCode("482913")  # type: ignore[union-attr]


@pytest.mark.parametrize("typed", ["chen", "Chen", "ＣＨＥＮ", "ｃｈｅｎ", " chen", "chen\n", "CHEN　"])
def test_width_case_and_outer_blanks_do_not_make_another_username(typed: str) -> None:
    assert admitted(registered(username=PrivateText(typed))).username == PrivateText("chen")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "typed", ["", " ", "\u3000", "chen\u200b", "a b", "\ud800", "\0", "陈\u202e", "x" * 65]
)
def test_a_username_that_nobody_could_type_again_is_refused(typed: str) -> None:
    assert admitted(registered(username=PrivateText(typed))) == Refused("username_unusable", {"max": 64})


def test_two_spellings_are_one_username_in_the_store(house: House) -> None:
    house.registered("acct")
    second = registered(username=PrivateText("ＡＣＣＴ"), phone=Phone("15400001235"), subject="other")

    assert house.service.handle(second).ok
    house.service.send_messages()
    entered: Any = house.service.handle(
        EnterCode(code=house.sms.last_code(), subject="other", by=ANYONE, at=NOW)
    )
    assert entered.status == "username_wanted"


def test_thirty_one_spellings_of_a_phone_share_the_budget_of_the_day(house: House) -> None:
    marked = [DIGITS[:at] + mark + DIGITS[at:] for at in range(1, 11) for mark in " -."]
    typed = [DIGITS, *marked]
    answers = [
        house.service.handle(registered(subject=f"a{n}", username=PrivateText(f"name{n}"), phone=Phone(phone)))
        for n, phone in enumerate(typed)
    ]
    house.service.send_messages()

    assert [a.ok for a in answers] == [True] * 10 + [False] * 21
    assert {m.to for m in house.sms.sent} == {Phone(DIGITS)}


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.STUDENT, Role.GUARDIAN, Role.TEACHER}))
def test_a_stranger_registers_as_student_guardian_or_teacher_only(house: House, role: Role) -> None:
    before = house.store_files()[0].read_bytes()

    assert house.service.handle(registered(role=role)) == Refused("forbidden")
    assert house.service.state("account", "acct") is None
    assert house.store_files()[0].read_bytes() == before


# --- types and sizes -----------------------------------------------------------------------------------


class _Text(str):
    """A text that says it is equal to everything."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = str.__hash__


WRONG = (
    None,
    7,
    math.nan,
    b"x",
    [1],
    {},
    (),
    ((),),
    object(),
    True,
    _Text("x"),
    PrivateText("x"),
    dt.date(2026, 1, 1),
)


def _fits(value: object, hint: Any) -> bool:
    """Return whether *value* may stand in a field of type *hint*."""
    args = get_args(hint)
    if get_origin(hint) is tuple:
        return type(value) is tuple and (not value if Ellipsis in args else len(value) == len(args))
    if args and get_origin(hint) is not Literal:
        return any(value is None if arg is type(None) else _fits(value, arg) for arg in args)
    return type(value) is hint


@pytest.mark.parametrize("kind", COMMANDS, ids=lambda kind: kind.__name__)
def test_a_value_of_a_wrong_type_is_the_callers_mistake_and_named(kind: type[Command]) -> None:
    """Every field of every command, every wrong value: `CallerError` with the place, never another error."""
    right, hints = specimen(kind), get_type_hints(kind)
    assert not isinstance(admitted(right), Refused) or kind is Register
    for field in attrs.fields(kind):
        for wrong in WRONG if field.init else ():
            if _fits(wrong, hints[field.name]):
                continue
            given = copy.copy(right)
            object.__setattr__(given, field.name, wrong)
            with pytest.raises(CallerError, match=f"{kind.__name__}.{field.name}"):
                admitted(given)


@pytest.mark.parametrize("field", ["id", "role", "assurance", "origin"])
@pytest.mark.parametrize("wrong", WRONG, ids=lambda value: type(value).__name__)
def test_an_actor_of_wrong_types_is_the_callers_mistake(house: House, field: str, wrong: object) -> None:
    """Through the whole service, not the door alone: nothing looks at an actor before it is checked."""
    if _fits(wrong, get_type_hints(Actor)[field]):
        return
    actor = copy.copy(GUARDIAN)
    object.__setattr__(actor, field, wrong)
    for command in (
        EnterCode(code=OtpCode("1"), **about("acct", actor)),
        Open(form=form_of(), **about("A", actor)),
    ):
        with pytest.raises(CallerError, match=f"by.{field}"):
            house.service.handle(command)


@pytest.mark.parametrize(
    "nobody", [None, 7, "acct", b"x", [1], {}, object()], ids=lambda value: type(value).__name__
)
def test_a_command_of_no_actor_is_the_callers_mistake(nobody: Any) -> None:
    with pytest.raises(CallerError, match="by"):
        Open(form=form_of(), **about("A-1", nobody))


def test_an_origin_that_cannot_be_written_is_refused(house: House) -> None:
    by = attrs.evolve(ANYONE, origin="\ud800")

    assert house.service.handle(registered(by=by)) == Refused("text_unusable")


def test_text_of_any_length_is_refused_with_its_place(house: House) -> None:
    guardian = house.registered()
    long = "汉" * (MOST_CHARACTERS + 1)
    for command, place in (
        (Open(form=form_of(school=long), **about("A-1", guardian)), "form.school"),
        (Open(form=form_of(name=long), **about("A-1", guardian)), "form.name"),
        (Submit(consent_text=long, **about("A-1", guardian)), "consent_text"),
        (Open(form=form_of(), **about("A-1", attrs.evolve(guardian, origin=long))), "by.origin"),
    ):
        assert house.service.handle(command) == Refused(
            "text_too_long", {"fields": [place], "max": MOST_CHARACTERS}
        )
    answer = house.service.handle(
        Resubmit(form=form_of(), contested=(("name", "x"),) * 101, **about("A-1", guardian))
    )
    assert answer == Refused("text_too_long", {"fields": ["contested"], "max": 100})
    assert house.service.state("application", "A-1") is None


def test_no_type_error_shows_a_value() -> None:
    """The message names the place and the type; the value may be anybody's name or number."""
    with pytest.raises(CallerError) as raised:
        admitted(registered(phone=PersonName("陈小雨")))

    assert str(raised.value) == "Register.phone: Phone is wanted"
    assert raised.value.__cause__ is None


@pytest.mark.parametrize(
    "name",
    [
        "320098201503150010",
        "320098201503150011",
        "G320098201503150010",
        "x_320098201503150010-2",
        "15400001234",
        "A-15400001234",
        "8615400001234",
        "申请32009820150315001X",
        "陈小雨-1",
        "0001陈大雨",
        "３２００９８２０１５０３１５００１０",
        "A-１５４００００１２３４",
        "陈 小雨-1",
    ],
)
def test_an_id_that_holds_a_number_or_a_name_is_personal(name: str) -> None:
    assert looks_personal(name, form_of())


@pytest.mark.parametrize(
    "name", ["A-1", "2026-000117", "202611290000000012", "154000012345", "四1班-07", "1138032009820"]
)
def test_any_other_id_is_not(name: str) -> None:
    """A longer run of digits holds no number, and nothing shorter than a mobile number counts."""
    assert not looks_personal(name, form_of())


def test_private_values_hold_text() -> None:
    """A private value around anything but a text is noticed at the door, not when it is sealed."""
    for empty in (Phone(None), PrivateText(b"x"), PersonName(7)):  # type: ignore[arg-type]
        place = {Phone: "phone", PrivateText: "username"}.get(type(empty), "password")
        with pytest.raises(CallerError):
            admitted(registered(**{place: empty}))
    assert issubclass(Phone, Private)


# --- nothing in the clear ------------------------------------------------------------------------------


def texts_in(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the path of every plain text that a caller writes into a command; a form is private throughout."""
    for field in attrs.fields(type(value)):
        held = getattr(value, field.name)
        if field.name in {"by", "stamp", "key", "form", "base"}:  # `base` is the form that the service found
            continue
        closed = get_origin(get_type_hints(type(value))[field.name]) is Literal
        if type(held) is str and not closed:
            yield (*path, field.name)
        elif attrs.has(type(held)):
            yield from texts_in(held, (*path, field.name))


def written(value: Any, path: tuple[str, ...], text: str) -> Any:
    first, *rest = path
    inner = written(getattr(value, first), tuple(rest), text) if rest else text
    return attrs.evolve(value, **{first: inner})


PLAIN = [(kind, path) for kind in PERMISSIONS for path in texts_in(specimen(kind))]
MAY_BE_CHINESE = {"subject", "class_name"}


@pytest.mark.parametrize(
    ("kind", "path"), PLAIN, ids=lambda part: part.__name__ if isinstance(part, type) else ".".join(part)
)
def test_no_plain_text_of_a_command_takes_a_note_or_a_number(
    house: House, kind: Any, path: tuple[str, ...]
) -> None:
    """A plain text is a code or a reference, else it would survive the erasure of its person."""
    notes = [] if path[-1] in MAY_BE_CHINESE else ["陈小雨的妈妈", "ask 陈大雨"]
    for note in (*notes, "154 0000 1234", f"G{NUMBERS[0]}", "３２００９８201503150010"):
        command = written(attrs.evolve(specimen(kind), by=GUARDIAN, at=NOW), path, note)
        assert house.service.handle(command) == Refused("text_unusable"), note


def test_a_note_is_sealed_and_gone_with_its_person(house: House) -> None:
    """A reason that people write in words: in no byte of the store, and unreadable once erased."""
    by = house.registered()
    house.handed_in("A-1", by, form_of())
    note = "陈小雨的卡丢在海英小学门口，电话15400001234"
    assert house.service.handle(card.Suspend(reason=note, **about("A-1", by))).ok

    state: Any = house.service.state("card", "A-1")
    assert state.reason.reveal("compare") == note
    assert note not in repr(state)
    stored = b"".join(path.read_bytes() for path in house.store_files())
    assert note.encode() not in stored
    assert b"\\u9648" not in stored


def test_the_evidence_of_a_claim_is_sealed(house: House) -> None:
    seated(house.service)
    stored = b"".join(path.read_bytes() for path in house.store_files())

    assert b"T-17" not in stored
