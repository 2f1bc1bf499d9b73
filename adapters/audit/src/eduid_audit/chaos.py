"""
Misbehaviour of adapters, for tests: no misbehaviour may approve an application, lose data, or reveal any.

Each takes the honest method and its argument and replaces the method. `Chaotic(adapter, "find", how)` is the
adapter with one misbehaving method.
"""

from __future__ import annotations

import gc
import itertools
import math
import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

import attrs

from eduid_core.matching import RegistryRow, SchoolIndex
from eduid_core.plugins import Receipt, ReceiptStatus, RegistryAnswer
from eduid_core.private import PersonName, Phone
from eduid_core.workflow.application.states import Teacher

__all__ = ["ANSWERS", "CHAOS", "HARMLESS", "RECEIPTS", "CanaryError", "FaultyAdapter", "released"]

Honest = Callable[[Any], Any]
Misbehaviour = Callable[[Honest, Any], Any]

CANARY: Final = "陈小雨 320098201503150010 15400001234"
released = threading.Event()
"""Set this event, and every hanging adapter continues."""


class CanaryError(Exception):
    """An error with a person's data as its text."""


class _Rude(BaseException):
    """An exception that is not an `Exception`."""


class _Unspeakable(Exception):
    def __str__(self) -> str:
        raise CanaryError(CANARY)

    __repr__ = __str__


class _Liar:
    """Equal to every object, of any class, and arbitrarily hashable."""

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 7

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        return RegistryAnswer

    def __getattr__(self, name: str) -> Any:
        return self

    def __iter__(self) -> Iterator[Any]:
        return itertools.repeat(self)

    def __bool__(self) -> bool:
        return True


class _Touchy:
    """Raises on every attribute access."""

    def __getattribute__(self, name: str) -> Any:
        raise CanaryError(CANARY)


class _Text(str):
    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 7


def _raises(error: BaseException | type[BaseException]) -> Misbehaviour:
    def misbehaves(_: Honest, __: Any) -> Any:
        raise error

    return misbehaves


def _returns(value: Any) -> Misbehaviour:
    return lambda _, __: value


def _hangs(honest: Honest, asked: Any) -> Any:
    released.wait(60)
    return honest(asked)


def _recurses(_: Honest, __: Any) -> Any:
    """Recurse without end; no garbage is collected meanwhile, since finalizers of others would fail so deep."""

    def deeper() -> Any:
        return deeper()

    gc.disable()
    try:
        return deeper()
    finally:
        gc.enable()


def _drips(_: Honest, __: Any) -> Iterator[None]:
    while not released.is_set():
        time.sleep(0.001)
        yield None


async def _later(honest: Honest, asked: Any) -> Any:
    return honest(asked)


def _mutates(honest: Honest, asked: Any) -> Any:
    answer = honest(asked)
    form = getattr(asked, "form", None)
    if form is not None:
        object.__setattr__(form.name, "_value", "张三")
        object.__setattr__(form, "class_name", "1班")
    elif isinstance(asked, list):
        asked.clear()
    return answer


def _meddles(honest: Honest, asked: Any) -> Any:
    here = os.getcwd()  # noqa: PTH109 - that is what it meddles with
    os.chdir("/")
    os.environ["TZ"] = "Pacific/Kiritimati"
    threading.Thread(target=released.wait, args=(1,), daemon=True).start()
    try:
        return honest(asked)
    finally:
        os.chdir(here)
        del os.environ["TZ"]


def _answers_then_raises(honest: Honest, asked: Any) -> Any:
    honest(asked)
    raise CanaryError(CANARY)


CHAOS: Final[dict[str, Misbehaviour]] = {
    "raises": _raises(RuntimeError),
    "raises_a_persons_name": _raises(CanaryError(CANARY)),
    "raises_no_exception": _raises(_Rude),
    "raises_system_exit": _raises(SystemExit(3)),
    "raises_keyboard_interrupt": _raises(KeyboardInterrupt),
    "raises_generator_exit": _raises(GeneratorExit),
    "raises_stop_iteration": _raises(StopIteration(CANARY)),
    "raises_memory_error": _raises(MemoryError),
    "raises_the_unspeakable": _raises(_Unspeakable()),
    "works_then_raises": _answers_then_raises,
    "recurses": _recurses,
    "hangs": _hangs,
    "drips": _drips,
    "none": _returns(None),
    "true": _returns(value=True),
    "not_a_number": _returns(math.nan),
    "text": _returns("approved"),
    "bytes": _returns(b"\xff" * 9),
    "a_class": _returns(RegistryAnswer),
    "an_infinite_iterator": _returns(itertools.count()),
    "a_list_of_anything": _returns([None, 7, "x", {}]),
    "a_huge_list": _returns([None] * 10**6),
    "a_liar": _returns(_Liar()),
    "liars": _returns([_Liar(), _Liar()]),
    "touchy": _returns(_Touchy()),
    "a_list_of_touchy": _returns([_Touchy()]),
    "a_coroutine": _later,
    "changes_what_it_was_lent": _mutates,
    "meddles_with_the_process": _meddles,
}
"""Name -> a misbehaviour of any method of any adapter."""


def _with(**changes: Any) -> Misbehaviour:
    return lambda honest, asked: attrs.evolve(honest(asked), **changes)


def _teacher(**changes: Any) -> Misbehaviour:
    """Return the honest answer with an irregular teacher, who has no id unless one is given."""
    teacher = attrs.evolve(Teacher(id="", name=PersonName("王老师"), phone=Phone("15400990001")), **changes)
    return _with(teacher=teacher)


def _rows(change: Callable[[tuple[RegistryRow, ...]], Any]) -> Misbehaviour:
    def misbehaves(honest: Honest, asked: Any) -> Any:
        answer = honest(asked)
        return attrs.evolve(answer, rows=change(answer.rows))

    return misbehaves


def _each(**changes: Any) -> Misbehaviour:
    return _rows(lambda rows: tuple(attrs.evolve(row, **changes) for row in rows))


def _subclassed(rows: tuple[RegistryRow, ...]) -> Any:
    kind = type("Row", (RegistryRow,), {"__eq__": lambda *_: True, "__hash__": lambda _: 7})
    return tuple(kind(**{f.name: getattr(r, f.name) for f in attrs.fields(RegistryRow)}) for r in rows)


def _hides(rows: tuple[RegistryRow, ...]) -> Any:
    for row in rows:
        object.__setattr__(row, "name", _Liar())
    return rows


OTHER: Final = "320098201503150029"
ANSWERS: Final[dict[str, Misbehaviour]] = {
    "another_childs_row": _each(id_number=OTHER),
    "another_childs_row_beside": _rows(lambda r: (*r, *(attrs.evolve(x, id_number=OTHER) for x in r))),
    "the_row_twice": _rows(lambda rows: rows * 2),
    "a_thousand_rows": _rows(lambda rows: rows * 1000),
    "rows_without_end": _rows(itertools.cycle),
    "rows_that_are_none": _rows(lambda _: (None, 7)),
    "rows_of_a_subclass": _rows(_subclassed),
    "a_row_that_lies": _rows(_hides),
    "a_name_of_a_million": _each(name="陈" * 10**6),
    "a_lone_surrogate": _each(name="\ud800"),
    "a_text_that_agrees": _with(snapshot=_Text("s")),
    "a_class_that_is_none": _with(class_ref=None),
    "a_class_of_a_thousand": _with(class_ref=("x" * 1000, "1班")),
    "a_surrogate_in_the_class": _with(class_ref=("2132098001", "\ud800")),
    "a_snapshot_of_a_thousand": _with(snapshot="x" * 1000),
    "a_surrogate_in_the_snapshot": _with(snapshot="\ud800"),
    "schools_that_are_none": _with(schools=7),
    "schools_never_made": _with(schools=object.__new__(SchoolIndex)),
    "schools_of_liars": _with(schools=SchoolIndex(*[_Liar()] * 4)),  # type: ignore[arg-type]
    "schools_that_are_touchy": _with(schools=SchoolIndex(*[_Touchy()] * 4)),  # type: ignore[arg-type]
    "schools_of_anything": _with(schools=SchoolIndex({"": 7}, {"": b""}, {"": ()}, {"": (7,)})),  # type: ignore[dict-item]
    "a_teacher_that_is_none": _with(teacher="王老师"),
    "a_teachers_id_of_a_thousand": _teacher(id="x" * 1000),
    "a_nul_in_a_teachers_id": _teacher(id="t\0"),
    "a_surrogate_in_a_teachers_name": _teacher(name=PersonName("王\ud800")),
    "a_nul_in_a_teachers_phone": _teacher(phone=Phone("15400990001\0")),
    "available_perhaps": _with(available="yes"),
}
"""Name -> a misbehaviour of a registry's answer."""


def _receipts(change: Callable[[list[Receipt]], Any]) -> Misbehaviour:
    return lambda honest, asked: change(list(honest(asked)))


def _changed(receipt: Receipt, **changes: Any) -> Receipt:
    """Return *receipt* with values that no valid receipt has."""
    return attrs.evolve(receipt, **changes)


RECEIPTS: Final[dict[str, Misbehaviour]] = {
    "receipts_of_strangers": _receipts(lambda rs: [attrs.evolve(r, message_id="NOBODY") for r in rs]),
    "no_receipts": _receipts(lambda _: []),
    "receipts_said_twice": _receipts(
        lambda rs: [*rs, *(attrs.evolve(r, status=ReceiptStatus.LATER) for r in rs)]
    ),
    "receipts_without_end": _receipts(itertools.cycle),
    "a_word_for_a_receipt": _receipts(lambda rs: [_changed(r, status="accepted") for r in rs]),
    "a_code_of_a_million": _receipts(lambda rs: [attrs.evolve(r, code="x" * 10**6) for r in rs]),
    "a_liar_for_an_id": _receipts(lambda rs: [_changed(r, message_id=_Liar()) for r in rs]),
}
"""Name -> a misbehaviour of a sender's receipts."""

HARMLESS: Final = frozenset({"changes_what_it_was_lent", "meddles_with_the_process"})
"""Misbehaviours that leave a correct answer correct."""


class FaultyAdapter:
    """*adapter* with its *method* replaced by *how*; all other attributes are the adapter's own."""

    def __init__(self, adapter: Any, method: str, how: Misbehaviour) -> None:
        """Wrap *adapter*."""
        self._adapter = adapter
        honest = getattr(adapter, method)
        setattr(self, method, lambda asked: how(honest, asked))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._adapter, name)
