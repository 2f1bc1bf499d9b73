"""
Noise on good files of a school: sheets, headings, cells, encodings, delimiters, bytes.

Usage: `python tests/fuzz/fuzz_files.py --count 20000 [--seed N]`.

Every pair of files is read and decided. It ends in decisions or in one fault of a file, never in another error;
each row is accounted for; and only a form that agrees with the registry is approved. A form that differs does so
in a way that no noise can mend: it has another name, or a number that nobody has.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import datetime as dt
import hashlib
import io
import random
import secrets
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import xlsxwriter

from eduid_bulk.reconcile import reconcile
from eduid_core.matching import Policy
from eduid_core.validation.documents.check_digits import check_character
from eduid_registry_file import FileFault, RegistryFile, read_applications
from eduid_registry_file.headings import FORM, REGISTER

__all__ = ["SEEN", "digest", "run"]

AS_OF = dt.date(2026, 11, 2)
SEEN = Counter[str]()
"""What came of the files, and what was noticed."""
TOTALS = (("合计", "", "8人"), ("小计", "8"), ("", "总计"))
NOISES = ("", " ", "\u3000", "\t", "'", "#N/A", "#REF!", "3.20098E+17", "1.54E+10", "NULL", "无", "-", "/", "\u200b", "２０２１", "x" * 70,
          "合计", "姓名", "2021秋", "填表人：王", "=1+1", '="3"', "\ufeff", "\x0b", "a\nb", "0", "44440", "九", "；", ";", ",")  # fmt: skip
ID_NOISES = ("", "#N/A", "3.20098E+17", "合计", "A@", "A-1")
"""Noise in an application id or a student number: none of it is a new id."""
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16")
DELIMITERS = (",", ",", ";", "\t")
SHEETS = ("Sheet1", "一班", "二班", "示例", "说明", "模板", "旧")
Rows = list[list[str]]


def number(place: int) -> str:
    body = f"32009820150315{place:03}"
    return body + check_character(body)


def school(source: random.Random) -> tuple[Rows, Rows, set[str]]:
    """Return the rows of a file of forms and of a registry, and the ids of the forms that differ."""
    size = source.randint(6, 14)
    forms: Rows = []
    held: Rows = []
    differing: set[str] = set()
    for place in range(size):
        name = source.choice(("陈小雨", "王浩然", "李思远"))
        mine = number(place)
        where = ["南京市海英小学", "六年级", "1班"]
        differs = source.random()
        typed = "赵一" if differs < 0.2 else name
        claimed = number(500 + place) if 0.2 <= differs < 0.4 else mine
        key = f"A-{place}" if (typed, claimed) == (name, mine) else f"D-{place}"
        forms.append([key, typed, claimed, *where, "2021", "陈大雨", "15400001234"])
        held.append([f"G{mine}", name, "居民身份证", mine, "2132098001", *where, "202109", "在读"])
        if key.startswith("D"):
            differing.add(key)
    source.shuffle(held)
    return forms, held, differing


# --- noise ---------------------------------------------------------------------------------------------

FORM_FIELDS = ("application_id", "name", "id_number", "school", "grade", "class", "entry_year", "guardian_name",
               "guardian_phone")  # fmt: skip
HELD_FIELDS = ("student_number", "name", "id_type", "id_number", "school_code", "school", "grade", "class",
               "entry_month", "status")  # fmt: skip


def headed(source: random.Random, fields: Sequence[str], known: object) -> list[str]:
    """Return a heading for each field: the title, an alias, or the name of the column; with marks and blanks."""
    headings = []
    for field in fields:
        text = source.choice((known[field][0], source.choice(known[field]), field))  # type: ignore[index]
        headings.append(
            source.choice((text, text, text, f"★{text}", f"{text}（必填）", f" {text} ", f"{text}："))
        )
    return headings


def littered(source: random.Random, rows: Rows, headings: list[str]) -> Rows:
    """Return *rows* under their headings, with titles, totals, blanks, repeated headings, footers, noisy cells."""
    body = [list(row) for row in rows]
    for row in body:
        while source.random() < 0.1:
            place = source.randrange(len(row))
            row[place] = source.choice(NOISES if place else ID_NOISES)
    width = len(headings)
    more: list[Callable[[], list[str]]] = [
        lambda: [""] * width,
        lambda: list(headings),
        lambda: [*source.choice(TOTALS), *[""] * width][:width],
        lambda: ["填表人：王老师", *[""] * (width - 1)],
        lambda: list(source.choice(body)),
    ]
    for _ in range(source.choice((0, 0, 1, 2))):
        body.insert(source.randrange(len(body) + 1), source.choice(more)())
    if source.random() < 0.15:
        place = source.randrange(width)
        headings = [*headings[:place], source.choice(("备注", "序号", "姓名拼音")), *headings[place:]]
        body = [[*row[:place], source.choice(NOISES), *row[place:]] for row in body]
    title = [["2026年花名册", *[""] * (len(headings) - 1)]] if source.random() < 0.2 else []
    if source.random() < 0.05:
        body[source.randrange(len(body))].pop()
    return [*title, headings, *body]


def as_text(source: random.Random, path: Path, rows: Rows) -> Path:
    buffer = io.StringIO()
    quoting = source.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    end = source.choice(("\n", "\r\n", "\r"))
    csv.writer(buffer, delimiter=source.choice(DELIMITERS), quoting=quoting, lineterminator=end).writerows(rows)
    path.write_bytes(buffer.getvalue().encode(source.choice(ENCODINGS), "ignore"))
    return path


def as_workbook(source: random.Random, path: Path, rows: Rows) -> Path:
    with xlsxwriter.Workbook(path) as book:
        for place, name in enumerate(source.sample(SHEETS, source.choice((1, 1, 1, 2, 3)))):
            sheet = book.add_worksheet(name)
            own = rows if place == 0 else rows[: source.randrange(1, len(rows))]
            for at, row in enumerate(own):
                for column, cell in enumerate(row):
                    if cell.isdigit() and source.random() < 0.02:
                        sheet.write_number(at, column, float(cell))
                    elif cell.startswith("#") and source.random() < 0.5:
                        sheet.write_formula(at, column, "=1/0", None, cell)
                    else:
                        sheet.write_string(at, column, cell)
            if source.random() < 0.1 and place:
                sheet.hide()
            if source.random() < 0.05:
                sheet.merge_range(0, len(rows[0]), 1, len(rows[0]), "")
    return path


def as_html(source: random.Random, path: Path, rows: Rows) -> Path:
    del source
    lines = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    path.write_bytes(f'<html><meta charset="gb2312"><table>{lines}</table></html>'.encode("gb18030"))
    return path


def damaged(source: random.Random, path: Path) -> None:
    """Change, cut or repeat some bytes of one file in eight; of a workbook also within a part of it."""
    if source.random() > 0.12:
        return
    if zipfile.is_zipfile(path) and source.random() < 0.6:
        with zipfile.ZipFile(path) as book:
            parts = {name: book.read(name) for name in book.namelist()}
        name = source.choice(sorted(parts))
        parts[name] = _changed(source, parts[name])
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
            for each, content in parts.items():
                book.writestr(each, content)
        return
    path.write_bytes(_changed(source, path.read_bytes()))


def _changed(source: random.Random, content: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(source.choice((1, 1, 3, 20))):
        if changed:
            changed[source.randrange(len(changed))] = source.randrange(256)
    start = source.randrange(len(changed) + 1)
    return source.choice((bytes(changed), bytes(changed[:start]), bytes(changed + changed[:start])))


# --- one pair of files -----------------------------------------------------------------------------------


def one(source: random.Random, folder: Path) -> None:
    """Read and decide one pair of files."""
    forms, held, differing = school(source)
    paths = []
    for name, rows, fields, known in (("a", forms, FORM_FIELDS, FORM), ("r", held, HELD_FIELDS, REGISTER)):
        whole = littered(source, rows, headed(source, fields, known))
        write = source.choice((as_text, as_text, as_workbook, as_workbook, as_html))
        paths.append(write(source, folder / name, whole))
        damaged(source, paths[-1])
    SEEN[accounted(*paths, differing)] += 1


def accounted(applications: Path, registry: Path, differing: set[str]) -> str:
    """Return `decided` or the code of the fault of a file; check every row of what could be read."""
    for read in (read_applications, RegistryFile):
        with contextlib.suppress(FileFault):
            file = read(applications if read is read_applications else registry)
            counts = file.counts
            assert counts.taken == len(file.rows), "a row is not accounted for"
            assert counts.quarantined == len(file.faults), "a row that was set aside is not told"
            assert counts.read == counts.taken + counts.quarantined + counts.skipped.total()
    try:
        done = reconcile(applications, registry, as_of=AS_OF, policy=Policy())
    except FileFault as fault:
        return fault.code
    done.write(applications.with_name("decisions.csv"))
    with applications.with_name("decisions.csv").open(encoding="utf-8", newline="") as file:
        decided = list(csv.DictReader(file))
    assert len(decided) == len(read_applications(applications).rows), "a row has no decision"
    for row in decided:
        SEEN[row["outcome"]] += 1
        approved = row["outcome"] == "approved"
        assert not (approved and row["application_id"] in differing), "a form that differs was approved"
    return "decided"


def run(count: int, seed: int, *, on_progress: Callable[[int], None] | None = None) -> int:
    """Decide *count* pairs of files and return their number; raise what was raised."""
    with tempfile.TemporaryDirectory(prefix="eduid-fuzz-") as name:
        for done in range(count):
            try:
                one(random.Random(f"{seed}:{done}"), Path(name))
            except BaseException:
                print(f"failed at pair {done} of seed {seed}", file=sys.stderr)
                raise
            if on_progress is not None and done % 1000 == 0:
                on_progress(done)
    return count


def digest() -> str:
    """Return the SHA-256 over the measured code: every module that reads or decides, by name."""
    total, root = hashlib.sha256(), Path(__file__).parents[2]
    parts = ("src/eduid_core/matching", "src/eduid_core/validation", "adapters/bulk/src/eduid_bulk")
    for path in sorted(path for part in (*parts, _READER) for path in (root / part).rglob("*.py")):
        total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


_READER = "adapters/registry-file/src/eduid_registry_file"


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="fuzz the files of a school")
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**32))
    arguments = parser.parse_args()
    start, mark = time.perf_counter(), digest()
    print(f"seed {arguments.seed}", flush=True)
    run(arguments.count, arguments.seed, on_progress=lambda n: print(f"{n:,} pairs of files", flush=True))
    spent = time.perf_counter() - start
    print(f"{arguments.count:,} pairs of files, seed {arguments.seed}, 0 tracebacks, 0 aborts, 0 false approvals, "
          f"every row accounted for, {spent:.0f} s, code {mark}")  # fmt: skip
    for name, count in sorted(SEEN.items()):
        print(f"{count:>12,} {name}")


if __name__ == "__main__":
    main()
