"""
An applications file and a registry file of any size, in parquet, made a column at a time.

Nobody's numbers (counties `PP00NN`, mobiles 154), 2,000 schools, six grades. In a hundred applications about
three differ from the registry in one field, half a pupil is not active, and in a thousand a few numbers have a
wrong digit, stand twice or are nobody's.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from by_hand import WEIGHTS

SCHOOLS = 2_000
YEAR = 2026
FAMILY = list(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严"
)
GIVEN = list(
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文辉玲宇轩浩然子涵梓欣怡诗雨晨曦嘉懿煜城瑞霖烨伦君昊弘博俊驰昕雅若熙琪韵瑶佳慧雪思远天翊致和泽楷立诚志鹏飞乐安可心语彤依诺一鸣源海宁"
)
GRADES = [f"{n}年级" for n in "一二三四五六"]


def numbers(places: np.ndarray, grades: np.ndarray) -> pl.Series:
    """Return a number of its own for each of *places*, of a pupil of the age of the grade."""
    provinces = np.array([11, 13, 31, 32, 33, 34, 35, 37, 41, 42, 44, 51, 53, 61, 65])
    sequence, rest = places % 999 + 1, places // 999
    county, rest = rest % 99 + 1, rest // 99
    province, rest = provinces[rest % 15], rest // 15
    day, month = rest % 28 + 1, (rest // 28) % 8 + 1
    parts = (province * 10_000 + county, YEAR - 6 - grades, month * 100 + day, sequence)
    body = ((parts[0] * 10_000 + parts[1]) * 10_000 + parts[2]) * 1_000 + parts[3]
    total, left = np.zeros(len(body), dtype=np.int64), body.copy()
    for weight in reversed(WEIGHTS):
        left, digit = np.divmod(left, 10)
        total += digit * weight
    checks = pl.Series(list("10X98765432"))[total % 11]
    return pl.select(pl.Series(body).cast(pl.String) + checks).to_series()


def texts(known: list[str], codes: np.ndarray) -> pl.Series:
    return pl.Series(known).gather(codes)


def registry(size: int, rng: np.random.Generator) -> pl.DataFrame:
    grades, schools = rng.integers(1, 7, size), rng.integers(0, SCHOOLS, size)
    number = numbers(np.arange(size), grades)
    name = texts(FAMILY, rng.integers(0, len(FAMILY), size)) + texts(GIVEN, rng.integers(0, len(GIVEN), size))
    longer = texts(["", *GIVEN], np.where(rng.random(size) < 0.8, rng.integers(1, len(GIVEN), size), 0))
    frame = pl.DataFrame(
        {
            "student_number": pl.select("G" + number).to_series(),
            "name": name + longer,
            "id_type": texts(["1"], np.zeros(size, dtype=int)),
            "id_number": number,
            "school_code": texts([f"21320{n:05}" for n in range(SCHOOLS)], schools),
            "school": texts([f"南京市玄武区海英第{n}小学" for n in range(SCHOOLS)], schools),
            "grade": texts(GRADES, grades - 1),
            "class": texts([f"{n}班" for n in range(1, 21)], rng.integers(0, 20, size)),
            "entry_month": texts([f"{YEAR + 1 - g}09" for g in range(1, 7)], grades - 1),
            "status": texts(
                ["在读", "休学", "转出"], np.where(rng.random(size) < 0.005, rng.integers(1, 3, size), 0)
            ),
        }
    )
    return frame.sample(fraction=1, shuffle=True, seed=7)


def applications(held: pl.DataFrame, rng: np.random.Generator, *, differing: bool = True) -> pl.DataFrame:
    size = len(held)
    frame = held.sample(fraction=1, shuffle=True, seed=11).select(
        application_id=pl.format("A-{}", pl.int_range(size).cast(pl.String).str.zfill(8)),
        name="name",
        id_type=pl.lit("1"),
        id_number="id_number",
        school="school",
        school_code=pl.lit(""),
        grade="grade",
        **{"class": pl.col("class")},
        entry_year=pl.col("entry_month").str.slice(0, 4),
        guardian_name=pl.col("name"),
        guardian_phone=pl.Series(rng.integers(15_400_000_000, 15_500_000_000, size)).cast(pl.String),
    )
    if not differing:
        return frame
    chance = pl.Series(rng.integers(0, 1_000, size))
    other = pl.int_range(pl.len()) + 1
    at = lambda low, high: (chance >= low) & (chance < high)  # noqa: E731
    neighbour = lambda name: pl.col(name).gather(other % pl.len())  # noqa: E731
    wrong = pl.col("id_number").str.slice(0, 16) + (
        (pl.col("id_number").str.slice(16, 1).cast(pl.Int8) + 1) % 10
    ).cast(pl.String)
    return frame.with_columns(
        name=pl.when(at(0, 5)).then(pl.col("name").str.slice(0, 1) + "锟" + pl.col("name").str.slice(2)).otherwise("name"),
        school=pl.when(at(5, 10)).then(neighbour("school")).otherwise("school"),
        grade=pl.when(at(10, 15)).then(neighbour("grade")).otherwise("grade"),
        entry_year=pl.when(at(15, 20)).then(neighbour("entry_year")).otherwise("entry_year"),
        id_number=pl.when(at(20, 24)).then(wrong + pl.col("id_number").str.slice(17)).otherwise(
            pl.when(at(24, 25)).then(neighbour("id_number")).otherwise("id_number")
        ),
        **{"class": pl.when(at(25, 30)).then(neighbour("class")).otherwise("class")},
    )  # fmt: skip


def write(folder: Path, size: int, *, seed: int = 3) -> tuple[Path, Path]:
    """Write both files of *size* rows into *folder*, the registry without every 500th pupil."""
    rng = np.random.default_rng(seed)
    held = registry(size, rng)
    mine, theirs = folder / "applications.parquet", folder / "registry.parquet"
    applications(held, rng).write_parquet(mine, row_group_size=1 << 18)
    held.filter(pl.int_range(pl.len()) % 500 != 0).write_parquet(theirs, row_group_size=1 << 18)
    return mine, theirs
