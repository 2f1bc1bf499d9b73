"""
Ways in which forms differ from their registry rows, a column at a time.

Each function takes forms with the row of each beside it (`…_r`, and `school_code_r` and the like) and returns those that
could be changed, changed. `honest` changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import polars as pl

import matching_files
from eduid_core.matching import han
from eduid_core.validation.schooling.patterns import numeral

Differ = Callable[[pl.DataFrame, np.random.Generator], pl.DataFrame]

CHARACTERS = sorted({*matching_files.FAMILY, *matching_files.GIVEN})
ALIKE = {
    char: next((other for other in CHARACTERS if other != char and han.same_sound(char, other)), char)
    for char in CHARACTERS
}
WRITTEN = {plain: other for other, plain in han._tables().simplified.items() if plain in CHARACTERS}  # noqa: SLF001
FORM_FIELDS = ("name", "id_number", "school", "grade", "class", "entry_year", "guardian_phone")
ROW_FIELDS = ("student_number", "name", "id_type", "school_code", "school", "grade", "class", "entry_month")


def drawn(texts: list[str], size: int, rng: np.random.Generator) -> pl.Series:
    return pl.Series(texts).gather(rng.integers(0, len(texts), size))


def claiming(**columns: Any) -> Differ:
    """Return what sets *columns* of the forms, and keeps those in which each of them changed."""

    def differ(both: pl.DataFrame, _rng: np.random.Generator) -> pl.DataFrame:
        changed = both.with_columns(**columns)
        keep = np.ones(len(both), dtype=bool)
        for name in columns:
            keep &= (changed[name] != both[name]).to_numpy()
        return changed.filter(keep)

    return differ


def among(texts: list[str], **columns: Callable[[pl.Expr], pl.Expr]) -> Differ:
    """Return what sets *columns* by one of *texts*, drawn for each form."""

    def differ(both: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
        told = both.with_columns(drawn=drawn(texts, len(both), rng))
        set_to = {name: made(pl.col("drawn")) for name, made in columns.items()}
        return claiming(**set_to)(told, rng).drop("drawn")

    return differ


def name_character(both: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """One character, wherever it stands, is another."""
    length = both["name"].str.len_chars().to_numpy()
    at = pl.Series(rng.integers(0, 1 << 16, len(both)) % length)
    told = both.with_columns(at=at, drawn=drawn(CHARACTERS, len(both), rng))
    name = (
        pl.col("name").str.slice(0, pl.col("at")) + pl.col("drawn") + pl.col("name").str.slice(pl.col("at") + 1)
    )
    return claiming(name=name)(told, rng).drop("at", "drawn")


def number_mistyped(both: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """One of the first seventeen digits is another."""
    told = both.with_columns(
        at=pl.Series(rng.integers(0, 17, len(both))), drawn=drawn(list("0123456789"), len(both), rng)
    )
    number = pl.col("id_number")
    typed = number.str.slice(0, pl.col("at")) + pl.col("drawn") + number.str.slice(pl.col("at") + 1)
    return claiming(id_number=typed)(told, rng).drop("at", "drawn")


def number_unknown(both: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """A number that nobody of the registry has: its row is taken away."""
    return both.with_columns(id_number_r=matching_files.numbers(rng.permutation(len(both)) + 400_000_000, 20))


def another_child(both: pl.DataFrame, _rng: np.random.Generator) -> pl.DataFrame:
    """The number of the next child, whose name is another one."""
    following = both.select(pl.col("id_number_r", "name").shift(1, fill_value=""))
    told = both.with_columns(id_number=following["id_number_r"], other=following["name"])
    return told.filter((pl.col("other") != pl.col("name")) & (pl.col("other") != "")).drop("other")


def blank_in(fields: tuple[str, ...], suffix: str) -> Differ:
    """Return what blanks one of *fields*, another one from form to form."""

    def differ(both: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
        place, blank = (
            pl.Series(rng.integers(0, len(fields), len(both))),
            drawn(["", " ", "\u3000"], len(both), rng),
        )
        names = [f if f + suffix not in both.columns else f + suffix for f in fields]
        return both.with_columns(
            pl.when(place == n).then(blank).otherwise(pl.col(name)).alias(name) for n, name in enumerate(names)
        )

    return differ


def registry_says(**columns: Any) -> Differ:
    return lambda both, _rng: both.with_columns(**columns)


def status_other(both: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """The pupil is not active."""
    return both.with_columns(status=drawn(["休学", "转出", "毕业", "退学", "", "?", "未知"], len(both), rng))


def applied_twice(both: pl.DataFrame, _rng: np.random.Generator) -> pl.DataFrame:
    """Two forms with one number: each is the other's doubt."""
    half = both[: len(both) // 2]
    twin = half.with_columns(application_id=pl.col("application_id") + "b", id_number_r=pl.lit(""))
    return pl.concat([half, twin])


SCHOOLS = [f"南京市玄武区海英第{n}小学" for n in range(matching_files.SCHOOLS)]
YEARS = [str(year) for year in range(2015, 2031)]
STRATA: Mapping[str, Differ] = MappingProxyType(
    {
        "honest": lambda both, _rng: both,
        "another_child": another_child,
        "number_unknown": number_unknown,
        "number_mistyped": number_mistyped,
        "name_character": name_character,
        "name_homophone": claiming(name=pl.col("name").str.slice(0, 1) + pl.col("name").str.slice(1).str.replace_many(ALIKE)),
        "name_order": claiming(name=pl.col("name").str.slice(0, 1) + pl.col("name").str.slice(1).str.reverse()),
        "name_traditional": claiming(name=pl.col("name").str.replace_many(WRITTEN)),
        "name_longer": among(CHARACTERS, name=lambda char: pl.col("name") + char),
        "name_shorter": claiming(name=pl.col("name").str.slice(0, 1)),
        "name_lost": among(list("?□〓*\ufffd"), name=lambda sign: pl.col("name").str.slice(0, 1) + sign),
        "school_other": among(SCHOOLS, school=lambda school: school),
        "school_code": among([f"21320{n:05}" for n in range(5_000, 6_000)], school_code=lambda code: code),
        "school_campus": among(["西校区", "（东校区）", "分校", "附属小学"], school=lambda campus: pl.col("school") + campus),
        "school_area": among(["常州市", "苏州市", "杭州市"], school=lambda area: pl.col("school").str.replace("南京市", area)),
        "grade_other": among(matching_files.GRADES, grade=lambda grade: grade),
        "class_other": among([f"{n}班" for n in range(1, 41)], **{"class": lambda text: text}),
        "class_contradicts": among(
            [f"{numeral(n)}年级" for n in range(7, 10)] + [f"{n}级" for n in range(2010, 2016)],
            **{"class": lambda before: before + pl.col("class")},
        ),
        "entry_other": among(YEARS, entry_year=lambda year: year),
        "status_other": status_other,
        "registry_twice": lambda both, _rng: both,
        "registry_blank": blank_in(ROW_FIELDS, "_r"),
        "form_blank": blank_in(FORM_FIELDS, ""),
        "phone_wrong": among(["1540000000", "02583123456", "+85251234567", "1540000O000", "10086"], guardian_phone=lambda p: p),
        "applied_twice": applied_twice,
        "type_unknown": among(["学生证", "x", "10", "军官证"], id_type=lambda text: text),
    }
)  # fmt: skip
"""Stratum -> what makes forms differ in that way."""


def spelt_otherwise(both: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Return *both*, each second form with grade, class or year in another spelling of what it says."""
    which = pl.Series(rng.integers(0, 6, len(both)))
    digits = {f"{numeral(n)}年级": f"{n}年级" for n in range(1, 7)}
    return both.with_columns(
        pl.when(which == 0).then(pl.col("grade").replace(digits)).otherwise("grade").alias("grade"),
        pl.when(which == 1).then(pl.col("class").str.replace("^([0-9]+)班$", "（$1）班")).otherwise("class").alias("class"),
        pl.when(which == 2).then(pl.col("entry_year").str.replace("^([0-9]{4})$", "${1}年")).otherwise("entry_year").alias("entry_year"),
    )  # fmt: skip
