"""
Answers that stay: what the room says of some hundred inputs, whole, line by line, in `answers.jsonl`.

A change of any code, place, parameter, text or fact shows here as a changed line, to be looked at by a person
and written anew on purpose:

    python tests/validation/test_answers.py > tests/validation/answers.jsonl
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from eduid_core.testing.fakes import FAKES, damage
from eduid_core.validation import (
    Inspection,
    Kind,
    Sex,
    Term,
    classify_phone,
    detect,
    draw,
    inspect_number,
    inspect_phone,
    suggest_repairs,
)

AS_OF = dt.date(2026, 9, 1)
LATER = dt.date(2170, 9, 1)
HARD = [
    "",
    " ",
    "-",
    "陈小雨",
    "1",
    "12345",
    "10086",
    "20150315",
    "19991231",
    "2132999999",
    "99O2999999",
    "O932999999",
    "9O32999999",
    "213O999999",
    "2183999999",
    "M99999001",
    "K99999001",
    "K9999900O",
    "7999000(1)",
    "2999000(1)",
    "99999001(B)",
    "9999900102(B)",
    "G123456(A)",
    "G123456B",
    "GG12345O3",
    "YE99999999",
    "Y899900000",
    "Y3999O0000",
    "EI9999900",
    "EO9999900",
    "X99999000",
    "C9999900O",
    "TEST\x00\x0001",
    "ab\x1bcd",
    "A\u00a0B",
    "91110000600037341L",
    "911100006000373410",
    "93299920080615001x",
    "832999200806150010",
    "83O999200806150010",
    "932O99200806150014",
    "9329992O0806150014",
    "O329992008O6150014",
    "971999200806150014",
    "320098850607123",
    "320098850607996",
    "32009885060712O",
    "3200988506O7123",
    "32009O850607123",
    "320098851307123",
    "320098850632123",
    "320098 20150315 0010",
    "３20098 20150315-001０",
    "3200982015031500l0",
    "32009820150315OO10",
    "3O0098201503150010",
    "32009820150315001Х",
    "X20098201503150010",
    "3200982O150315001X",
    "320098201503150٣10",
    "32009820150315😀010",
    "320098201503105010",
    "320098201503150019",
    "32009820150315001",
    "3200982015031500100",
    "32009201503150010",
    "3200098201503150010",
    "3200982015031500X1",
    "g32009820150315001",
    "G320098201503150010 x",
    "lg320098201503150010",
    "A320098201503150010",
    "1320098201503150010",
    "L32009820150315001X",
    "J320098201503150011",
    "L320100201503150011",
    "L412723201503150011",
    "J3200982O1503150010",
    "J32O098201503150010",
    "G32009820150315OO10",
    "G3200982O1503150010",
    "830000216003150010",
    "830001216003150010",
    "8O0000216003150010",
    "412723216003150010",
    "320101216003150010",
    "320199216003150010",
    "719901216003150010",
    "321119216003150010",
    "320171216003150010",
    "160101216003150010",
    "15400001234",
    "+86 154-0000-1234",
    "tel:+8615400001234",
    "tel:154O0001234",
    "17951 15400001234",
    "154 0000 1234转8",
    "15400001234/15400001235",
    "154００００1234 ext 12",
    "138OO138OOO",
    "1540000٣234",
    "1540000123",
    "+86 1540000123",
    "154000012345",
    "13490000000",
    "17400000000",
    "1440000000000",
    "+861440000000000",
    "+8610086",
    "02589999001",
    "+86 25 89999001",
    "0258999900",
    "+85251230000",
    "+85366120000",
    "+886912000000",
    "+16502530000",
    "+18002530000",
    "+12",
    "13800000000x8",
]


class _Source:
    def history(self, asked: Any, /) -> tuple[Term, ...]:
        return (Term(2020, 2021, "旧名区"), Term(2022, 9999, "新设区")) if asked.code == "320098" else ()


OPTIONS: tuple[dict[str, Any], ...] = (
    {"as_of": LATER, "strict": True},
    {"as_of": AS_OF, "role": "student"},
    {"as_of": AS_OF, "role": "guardian", "birth_date": dt.date(1985, 6, 8), "sex": Sex.FEMALE},
    {"as_of": AS_OF, "divisions": _Source()},
)


def told(inspection: Inspection) -> list[Any]:
    findings = [[f.code, f.severity[0], *f.at, *map(list, f.params)] for f in inspection.findings]
    canonical = inspection.canonical and inspection.canonical.reveal("test")
    facts = {k: str(v.reveal("test")) if hasattr(v, "reveal") else str(v) for k, v in inspection.facts.items()}
    return [inspection.kind, inspection.also, type(inspection.canonical).__name__, canonical, facts, findings]


def inputs() -> Iterator[str]:
    for make in FAKES.values():
        text = make(3)
        yield from (
            text,
            f" {text.lower()}",
            damage(text, 3, "substitution") if any(map(str.isdigit, text)) else text,
        )
    yield from HARD


def answers() -> Iterator[list[Any]]:
    for text in inputs():
        inspection = inspect_number(text, as_of=AS_OF)
        yield [
            "any",
            text,
            told(inspection),
            repr(inspection),
            repr(inspection.facts),
            [(c.kind, c.confidence) for c in detect(text, as_of=AS_OF)],
        ]
        yield ["drawn", draw(text, inspection)]
        for options in OPTIONS:
            beside = inspect_number(text, **options)
            if beside.findings != inspection.findings:
                yield ["beside", told(beside)]
        for kind in Kind:
            inspection = inspect_number(text, kind=kind, as_of=AS_OF)
            if "LENGTH" not in inspection.codes:
                yield [kind, told(inspection)]
        for options in (
            {},
            {"kind": Kind.MOBILE},
            {"kind": Kind.LANDLINE},
            {"region": "HK"},
            {"accept": ("HK", "US")},
        ):
            phone = inspect_phone(text, **options)
            if phone.valid or "PHONE_NOT_IN_PLAN" not in phone.codes:
                yield ["phone", told(phone), classify_phone(text)]
        repairs = suggest_repairs(
            text, as_of=AS_OF, reviewer=True, sex=Sex.MALE, birth_date=dt.date(2015, 3, 15), province="32"
        )
        if repairs.count:
            found = [[h.slip, *h.at, h.count] for h in repairs.hints]
            yield ["repairs", found, repairs.count, [c.reveal("test") for c in repairs.candidates]]
        assert suggest_repairs(text, as_of=AS_OF).candidates == ()


def lines() -> str:
    return "".join(json.dumps(a, ensure_ascii=True, default=str) + "\n" for a in answers())


def test_the_answers_are_those_that_were_written_down():
    written = Path(__file__).with_name("answers.jsonl").read_text("utf-8").splitlines()
    made = lines().splitlines()

    assert len(made) == len(written)
    for ours, theirs in zip(made, written, strict=True):
        assert ours == theirs


def test_blank_and_odd_objects_are_answered_with_the_declared_kind():
    for kind in Kind:
        for thing in ("", " " * 41, None, 5, "1" * 129):
            assert inspect_number(thing, kind=kind, as_of=AS_OF).kind is kind
    for thing in ("", None, 5, "1" * 41):
        assert inspect_phone(thing).kind is Kind.MOBILE
        assert inspect_phone(thing, kind=Kind.LANDLINE).kind is Kind.LANDLINE


if __name__ == "__main__":
    sys.stdout.write(lines())
