"""Files of invented pupils for the differential tests: noise, differences, and cells a person would not think of."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import polars as pl

from eduid_audit.evaluation.score import cases

FORMS = ("application_id", "name", "id_type", "id_number", "school", "school_code", "grade", "class", "entry_year",
         "guardian_name", "guardian_phone")  # fmt: skip
HELD = ("student_number", "name", "id_type", "id_number", "school_code", "school", "grade", "class", "entry_month",
        "status", "guardian_phone")  # fmt: skip
PHONES = ("", "{0}", "+86 {0}", "{0}", "15400009999", "025-52345678", "无")
"""What a registry has for the guardian's phone of a form."""
HOSTILE = ("", " ", "\u3000", "\t", "?", "王\ue863", "王\U000f0001", "𠮷野", "王\U00030000", "王\U0002ebf1", "z" * 70, "320098201503150010",
           "32009820150315001x", "３２００９８２０１５０３１５００１０", "320098150315001", "99999999999999999X", "护照", "毕业", "1e5", "²", "٣",
           "+8615400001234", "1390000000O", "2023年", "四年级", "401", "nan", "None", "a,b", 'say "x"', "2\n3", "\ufeff1",
           "无", "待补录", "待 补 录", "暂无", "NULL", "ＮＵＬＬ", "-", "——", "/", "#N/A", " ＃ref! ", "#####", "Err:508", "1 2班", "十 二班", "小学",
           "12345678-x", "12345678", "学生证", "()", "其他", "无证件号码", "南京市小学", "E12345678")  # fmt: skip

Rows = list[list[str]]


def corpus(size: int, seed: int) -> tuple[Rows, Rows]:
    """Return forms and registry rows of *size* cases: half really differ, one in ten holds a hostile cell."""
    rng = Random(seed)
    forms, held = Rows(), Rows()
    for number, case in enumerate(cases(seed=seed, size=size)):
        forms.append([f"a{number:05}", *(_cell(case.application, name) for name in FORMS[1:])])
        phone = rng.choice(PHONES).format(_cell(case.application, "guardian_phone"))
        held += [[*(_cell(row, name) for name in HELD[:-1]), phone] for row in case.found.rows]
    for number in range(size // 10):
        forms.insert(rng.randrange(len(forms)), [f"d{number}", *rng.choice(forms)[1:]])
        changed = [f"h{number}", *rng.choice(forms)[1:]]
        changed[rng.randrange(1, len(FORMS))] = rng.choice(HOSTILE)
        forms.append(changed)
        row = list(rng.choice(held))
        row[rng.randrange(len(HELD))] = rng.choice(HOSTILE)
        held.append(row)
    for _ in range(size // 50):
        forms[rng.randrange(len(forms))][0] = rng.choice((*HOSTILE, "a00001", "13800138000", "陈1"))
    rng.shuffle(held)
    return forms, held


def _cell(record: Any, name: str) -> str:
    value = getattr(record, "class_name" if name == "class" else name)
    return str(value.reveal("test")) if hasattr(value, "reveal") else value


def write(
    folder: Path, forms: Sequence[Sequence[str]], held: Sequence[Sequence[str]], suffix: str
) -> tuple[Path, Path]:
    """Write both files: csv with quotation marks, or parquet with a null for every empty cell."""
    paths = []
    for name, heading, rows in (("applications", FORMS, forms), ("registry", HELD, held)):
        path = folder / f"{name}.{suffix}"
        if suffix == "parquet":
            cells = [[cell or None for cell in row] for row in rows]
            pl.DataFrame(cells, schema=dict.fromkeys(heading, pl.String), orient="row").write_parquet(path)
        else:
            with path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([heading, *rows])
        paths.append(path)
    return paths[0], paths[1]
