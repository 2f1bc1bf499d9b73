"""
Structure-aware fuzzing of the comparison: ordinary forms and registry rows with junk in their fields.

    python tests/fuzz/fuzz_matching.py --count 2000000 --seed 7

A pair is an invented student with up to six fields changed on either side: placeholders, spreadsheet errors, signs,
odd Unicode, long texts, texts of another field, edits of the own text, values of another type. `match` and the
kernel of `eduid-bulk` decide every pair; an exception, two different verdicts, or an approval with a blank key field
ends the run with the seed and the number of the batch. No text is printed.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import random
import secrets
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import attrs

from eduid_bulk.file_run import FileRunMatcher
from eduid_core.matching import (
    Application,
    Found,
    Outcome,
    Policy,
    RegistryRow,
    SchoolIndex,
    Verdict,
    lookup_key,
    match,
)
from eduid_core.matching.matcher import compare
from eduid_core.testing.invented_students import AS_OF, InventedStudent, invented_student
from eduid_core.validation.placeholders import CELL_ERRORS, PLACEHOLDERS, blanked
from eduid_core.validation.schooling.parse import parse_class, parse_entry_year, parse_grade

BATCH = 1000
FORM_FIELDS = tuple(f.name for f in attrs.fields(Application) if f.name != "application_id")
ROW_FIELDS = tuple(f.name for f in attrs.fields(RegistryRow))
KEY_FIELDS = ("name", "id_number", "school", "grade", "class_name")
POLICIES = (
    Policy(),
    Policy(synthetic="review", allow_safe_ts=True),
    Policy(school_system="five_four", junior_one=7),
)

JUNK = (*sorted(PLACEHOLDERS), *sorted(CELL_ERRORS), "Err:508", "####", "()", "-()", "?", "□", "*", "\ufffd")
ODD = (
    *(
        "\x00",
        "\u200b",
        "\u202e",
        "\u200f",
        "\ue863",
        "\U000f0001",
        "\U0010fffd",
        "\u0301",
        "\ufe0f",
        "\U000e0100",
        "\u3000",
    ),
    *(
        "\x1f",
        "\x85",
        "\u2028",
        "ß",
        "ﬁ",
        "İ",
        "ı",
        "²",
        "٣",
        "①",
        "𠮷",
        "\U0002ebf1",
        "ཀ",
        "ئۇيغۇر",
        "ᠮᠣᠩ",
        "\n",
        "\t",
        '"',
        ",",
    ),
)
TEXTS = (
    *(
        "一十班",
        "1 2班",
        "十 二班",
        "四十一班",
        "一二班",
        "2022级1班",
        "25届",
        "初一",
        "初四",
        "高三",
        "八年级",
        "九（二）班",
        "实验班",
    ),
    *(
        "小学",
        "开发区小学",
        "南京市小学",
        "附中",
        "南京市第三初级中学",
        "2023年",
        "202309",
        "2023-09-01",
        "20 23",
        "去年",
    ),
    *(
        "其他",
        "Z",
        "护照",
        "学生证",
        "台胞证",
        "回乡证",
        "居民身份证",
        "1",
        "12345678",
        "12345678-x",
        "H12345678",
        "E12345678",
    ),
    *(
        "在读",
        "转出",
        "ACTIVE",
        "?",
        "王?",
        "买买提·艾力",
        "买买提艾力",
        "Chen Xiaoyu",
        "吴昇",
        "3.2E+17",
        "1e5",
        "一",
        "0",
    ),
)
VALUES: Sequence[object] = (
    None,
    0,
    1,
    2023,
    2023.0,
    float("nan"),
    float("inf"),
    True,
    b"x",
    dt.date(2023, 9, 1),
    (),
    [],
)
SURROGATES = ("\ud800", "\udfff", "陈\udc00雨")
SEEN: Counter[str] = Counter()
"""The outcomes and the reasons that the pairs were given."""


def changed(source: random.Random, text: str, other: str) -> object:
    """Return *text* changed, or something else in its place; *other* is a text of another field."""
    how = source.randrange(12)
    if how < 3:
        return _spelt(source, source.choice(JUNK))
    if how == 3:
        return source.choice(VALUES)
    if how == 4:
        return source.choice(TEXTS)
    if how == 5:
        return other
    if how == 6:
        return (source.choice(ODD) + text) * source.choice((1, 2, 70, 700))
    if how == 7:
        return "".join(chr(_scalar(source)) for _ in range(source.randrange(12)))
    at = source.randrange(len(text) + 1)
    if how == 8:
        return text[:at] + source.choice(ODD) + text[at:]
    if how == 9:
        return text[:at] + source.choice(("", " ", "-", "0", "一", "x", "十")) + text[at + 1 :]
    return _spelt(source, text)


def _scalar(source: random.Random) -> int:
    """Return a code point that a file can hold: no surrogate."""
    code = source.choice((source.randrange(0x80), source.randrange(0x10000), source.randrange(0x110000)))
    return code if not 0xD800 <= code < 0xE000 else 0x4E00


def _spelt(source: random.Random, text: str) -> str:
    how = source.randrange(5)
    if how == 0:
        return text.lower()
    if how == 1:
        return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
    if how == 2:
        return f" {text}\u3000"
    return " ".join(text) if how == 3 else text


def pair(source: random.Random, student: InventedStudent) -> tuple[Application, RegistryRow]:
    """Return a form and a row of *student*, up to six fields of them changed, now and then alike on both sides."""
    form: dict[str, Any] = {name: _plain(getattr(student.application, name)) for name in FORM_FIELDS}
    row: dict[str, Any] = {name: _plain(getattr(student.row, name)) for name in ROW_FIELDS}
    for _ in range(source.randrange(4)):
        name = source.choice(FORM_FIELDS)
        form[name] = changed(source, str(form[name]), str(form[source.choice(FORM_FIELDS)]))
    for _ in range(source.randrange(3)):
        name = source.choice(ROW_FIELDS)
        row[name] = changed(source, str(row[name]), str(row[source.choice(ROW_FIELDS)]))
    if source.random() < 0.2:
        name = source.choice((*KEY_FIELDS, "id_type"))
        row[name] = form[name] = changed(source, str(form[name]), "")
    return Application(**form), RegistryRow(**row)


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else value.reveal("fuzz")


def batch(source: random.Random, students: Sequence[InventedStudent], size: int) -> None:
    """Decide *size* pairs by `match` and by the kernel, and compare the verdicts."""
    chosen = [*source.sample(students, size - size // 20), *source.choices(students, k=size // 20)]
    pairs = [pair(source, student) for student in chosen]
    forms, rows = [form for form, _ in pairs], [row for _, row in pairs]
    policy, schools = source.choice(POLICIES), SchoolIndex.of(rows)
    by_key: dict[str, list[RegistryRow]] = {}
    for row in rows:
        if key := lookup_key(row.id_type, row.id_number):
            by_key.setdefault(key, []).append(row)
    by_columns = FileRunMatcher(rows, schools, as_of=AS_OF, policy=policy)._verdicts_of(forms)
    for form, row, columns in zip(forms, rows, by_columns, strict=True):
        key = lookup_key(form.id_type, form.id_number)
        found = Found(tuple(by_key.get(key, ())) if key else (), schools, AS_OF)
        verdict = match(form, found, policy=policy)
        assert columns is None or columns == verdict
        _look(verdict, form, found)
        compare(form, row, found, policy=policy)


def _look(verdict: Verdict, form: Application, found: Found) -> None:
    if verdict.outcome is Outcome.APPROVED:
        texts = [_plain(getattr(side, name)) for name in KEY_FIELDS for side in (form, *found.rows)]
        assert len(found.rows) > 1 or all(map(blanked, texts))
    SEEN[verdict.outcome.value] += 1
    SEEN.update(verdict.reasons)


def one_side(source: random.Random, student: InventedStudent) -> None:
    """Decide a form that no file can hold: lone surrogates, in `match` and the parsers alone."""
    form = attrs.evolve(student.application, **{source.choice(FORM_FIELDS): source.choice(SURROGATES)})
    row = attrs.evolve(student.row, **{source.choice(ROW_FIELDS): source.choice(SURROGATES)})
    assert match(form, [row]).outcome is not None
    compare(form, row, Found())
    for parse in (parse_class, parse_grade, parse_entry_year):
        parse(changed(source, source.choice(TEXTS), source.choice(SURROGATES)))


def run(count: int, seed: int, *, on_progress: Callable[[int], None] | None = None) -> int:
    """Decide *count* pairs and return their number; raise what was raised."""
    source = random.Random(seed)
    students = [invented_student(source) for _ in range(2 * BATCH)]
    for done in range(0, count, BATCH):
        try:
            batch(source, students, min(BATCH, count - done))
            for _ in range(20):
                one_side(source, source.choice(students))
        except BaseException:
            print(f"failed in the batch at {done} of seed {seed}", file=sys.stderr)
            raise
        if on_progress is not None and done % 100_000 == 0:
            on_progress(done)
    return count


def digest() -> str:
    """Return the SHA-256 over the measured code: every module of matching, validation and the kernel, by name."""
    total, root = hashlib.sha256(), Path(__file__).parents[2]
    parts = ("src/eduid_core/matching", "src/eduid_core/validation", "adapters/bulk/src/eduid_bulk")
    for path in sorted(path for part in parts for path in (root / part).rglob("*.py")):
        total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="fuzz pairs of forms and registry rows")
    parser.add_argument("--count", type=int, default=2_000_000)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**32))
    arguments = parser.parse_args()
    start, mark = time.perf_counter(), digest()
    print(f"seed {arguments.seed}", flush=True)
    run(arguments.count, arguments.seed, on_progress=lambda n: print(f"{n:,} pairs", flush=True))
    spent = time.perf_counter() - start
    print(
        f"{arguments.count:,} pairs, seed {arguments.seed}, 0 exceptions, 0 differences, {spent:.0f} s, code {mark}"
    )
    for name, count in sorted(SEEN.items()):
        print(f"{count:>12,} {name}")


if __name__ == "__main__":
    main()
