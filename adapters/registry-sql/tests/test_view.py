# ruff: noqa: S608 - the statements are the tests' own
"""A registry in a view of a real database: every spelling is found, a doubtful view is no answer."""

from __future__ import annotations

import datetime as dt
import itertools
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
import sqlalchemy as sa

from eduid_core.findings import CallerError
from eduid_core.matching import Application, Found, Policy, lookup_key, match
from eduid_core.plugins import RegistryAnswer, RegistryQuery, RegistrySource, load_adapters
from eduid_core.private import IdNumber
from eduid_core.testing.doubles import NUMBERS, form_of
from eduid_registry_file import FileFault
from eduid_registry_sql import Settings, SqlRegistry, ViewFault

COLUMNS = ("学籍号", "姓名", "身份证件类型", "身份证件号", "学校标识码", "学校名称", "年级", "班级", "入学年月", "学籍状态", "班主任", "班主任手机")  # fmt: skip
ROW = ("G320098201503150010", "陈小雨", "居民身份证", NUMBERS[0], "2132098001", "南京市海英小学", "六年级", "1班", "202109", "在读", "王老师", "15400990001")  # fmt: skip
_COUNT = itertools.count()


@pytest.fixture
def made(url: str) -> Iterator[Callable[..., str]]:
    """Return a function that makes a table of texts, with a view on it, and returns the view's name."""
    engine = sa.create_engine(url)
    names: list[str] = []

    def make(
        rows: list[tuple[Any, ...]], columns: tuple[str, ...] = COLUMNS, kinds: Mapping[str, Any] = {}
    ) -> str:
        name = f"students_{next(_COUNT)}"
        table = sa.Table(name, sa.MetaData(), *(sa.Column(c, kinds.get(c, sa.Text)) for c in columns))
        with engine.begin() as connection:
            table.create(connection)
            if rows:
                connection.execute(table.insert(), [dict(zip(columns, row, strict=True)) for row in rows])
            connection.execute(sa.text(f"CREATE VIEW v_{name} AS SELECT * FROM {name}"))
        names.append(name)
        return f"v_{name}"

    yield make
    with engine.begin() as connection:
        for name in names:
            connection.execute(sa.text(f"DROP VIEW IF EXISTS v_{name}"))
            connection.execute(sa.text(f"DROP TABLE IF EXISTS {name}"))
    engine.dispose()


def row(**changed: Any) -> tuple[Any, ...]:
    """Return the row with some columns *changed*, by their English name."""
    names = ("student_number", "name", "id_type", "id_number", "school_code", "school", "grade", "class_", "entry", "status", "teacher", "teacher_phone")  # fmt: skip
    return tuple(changed.get(name, value) for name, value in zip(names, ROW, strict=True))


def ask(source: RegistrySource, number: str = NUMBERS[0], **form: str) -> RegistryAnswer:
    key = lookup_key("", number)
    return source.find(RegistryQuery(person=IdNumber(key) if key else None, form=form_of(number, **form)))


def test_an_application_is_approved_against_the_view(url: str, made: Callable[..., str]) -> None:
    source = load_adapters(allow=("registry-sql",)).registry_source("sql", url=url, table=made([ROW]))

    answer = ask(source)
    found = Found(rows=answer.rows, schools=answer.schools, as_of=None, snapshot=answer.snapshot)

    assert match(form_of(), found, policy=Policy()).outcome == "approved"
    assert answer.class_ref == ("2132098001", "六年级 1班")
    assert answer.teacher is not None
    assert answer.teacher.name.reveal("test") == "王老师"


@pytest.mark.parametrize(
    "written", ["320098 20150315 0010", "３２００９８２０１５０３１５００１０", " 320098201503150010 "]
)
def test_every_spelling_of_a_number_is_found(url: str, made: Callable[..., str], written: str) -> None:
    source = SqlRegistry(Settings(url=url, table=made([row(id_number=written)])))

    assert len(ask(source).rows) == 1
    assert ask(source, NUMBERS[1]).rows == ()
    assert ask(source, NUMBERS[1]).available


def test_columns_are_found_by_name_in_either_language_or_by_the_settings(
    url: str, made: Callable[..., str]
) -> None:
    columns = ("xjh", "NAME", "sfzjh", "school", "grade", "class", "entry_month", "zt")
    values = (ROW[0], "陈小雨", NUMBERS[0], "南京市海英小学", "六年级", "1班", "202109", "1")
    source = SqlRegistry(
        Settings(
            url=url,
            table=made([values], columns),
            columns={"student_number": "XJH", "id_number": "sfzjh", "status": "zt"},
            words={"1": "在读"},
        )
    )

    (held,) = ask(source).rows

    assert (held.id_type, held.school_code, held.status) == ("居民身份证", "南京市海英小学", "在读")
    assert held.student_number.reveal("test") == ROW[0]


def test_numbers_and_dates_of_the_database_are_read_as_written(url: str, made: Callable[..., str]) -> None:
    kinds = {"身份证件号": sa.BigInteger, "入学年月": sa.Date, "年级": sa.Integer}
    rows = [row(id_number=int(NUMBERS[0]), entry=dt.date(2021, 9, 1), grade=6)]

    (held,) = ask(SqlRegistry(Settings(url=url, table=made(rows, kinds=kinds)))).rows

    assert (held.id_number.reveal("test"), held.entry_month, held.grade) == (NUMBERS[0], held.entry_month, "6")
    assert held.entry_month.replace("-", "") == "20210901"  # SQLite has no dates


def test_a_floating_number_is_set_aside_and_never_guessed(url: str, made: Callable[..., str]) -> None:
    name = made([row(id_number=float(NUMBERS[0]))], kinds={"身份证件号": sa.Float})
    with pytest.raises(FileFault, match="REGISTRY_NUMBERS"):
        SqlRegistry(Settings(url=url, table=name)).refresh()


def test_a_row_with_an_impossible_number_is_set_aside(url: str, made: Callable[..., str]) -> None:
    source = SqlRegistry(Settings(url=url, table=made([ROW, row(id_number="320098201503150011")])))

    assert source.refresh() == 1
    assert [(fault.code, fault.field) for fault in source.faults] == [("ID_UNREADABLE", "id_number")]
    assert "320098" not in repr(source.faults)


@pytest.mark.parametrize("changed", [{"status": "某某"}, {"id_number": "12"}])
def test_a_view_that_cannot_be_believed_is_no_answer(
    url: str, made: Callable[..., str], changed: dict[str, str]
) -> None:
    source = SqlRegistry(Settings(url=url, table=made([row(**changed)] * 6)))

    assert not ask(source).available
    with pytest.raises(FileFault):
        source.refresh()


def test_an_empty_view_is_no_answer_even_if_confirmed(url: str, made: Callable[..., str]) -> None:
    source = SqlRegistry(Settings(url=url, table=made([])))

    assert not ask(source).available
    with pytest.raises(FileFault, match="REGISTRY_EMPTY"):
        source.refresh(confirm_vanish=True)


def test_the_snapshot_does_not_depend_on_the_order_and_changes_with_a_cell(
    url: str, made: Callable[..., str]
) -> None:
    rows = [row(id_number=number) for number in NUMBERS]
    one, other, changed = (
        ask(SqlRegistry(Settings(url=url, table=made(some)))).snapshot
        for some in (rows, rows[::-1], [*rows[:2], row(id_number=NUMBERS[2], class_="2班")])
    )

    assert one == other != changed
    assert len(one) == 64


# --- faults of the view -------------------------------------------------------------------------------------


def fault(url: str, table: str, **settings: Any) -> ViewFault:
    with pytest.raises(ViewFault) as found:
        SqlRegistry(Settings(url=url, table=table, **settings)).refresh()
    assert found.value.zh != found.value.en
    return found.value


def test_what_is_wrong_with_a_view_is_said(url: str, made: Callable[..., str]) -> None:
    view = made([ROW])
    without = made([ROW[:-3]], COLUMNS[:-3])
    twice = made([(*ROW, "x")], (*COLUMNS, "学生姓名"))

    assert fault(url, "no_such_view").code == "VIEW_MISSING"
    missing = fault(url, without)
    assert (missing.code, "status（学籍状态）" in missing.zh) == ("VIEW_COLUMNS_MISSING", True)
    assert fault(url, twice).code == "VIEW_COLUMN_TWICE"
    assert fault(url, view, columns={"name": "xm"}).code == "VIEW_COLUMN_UNKNOWN"
    assert SqlRegistry(Settings(url=url, table=twice, columns={"name": "姓名"})).refresh() == 1


def test_a_database_that_is_away_is_no_answer_and_shows_no_password(caplog: pytest.LogCaptureFixture) -> None:
    away = "postgresql+psycopg://user:s3cret@127.0.0.1:1/x?connect_timeout=2"
    source = SqlRegistry(Settings(url=away, table="v"))

    assert not ask(source).available
    assert fault(away, "v").code == "VIEW_UNAVAILABLE"
    assert "s3cret" not in f"{source!r} {caplog.text}"
    assert "VIEW_UNAVAILABLE" in caplog.text


# --- the copy -----------------------------------------------------------------------------------------------


class Ticks:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def run(url: str, statement: str) -> None:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text(statement))
    engine.dispose()


def test_the_view_is_read_again_after_a_while(url: str, made: Callable[..., str]) -> None:
    view, ticks = made([row(id_number=number) for number in NUMBERS]), Ticks()
    source = SqlRegistry(Settings(url=url, table=view, refresh_s=100), monotonic=ticks)
    before = ask(source)
    run(
        url, f"UPDATE {view.removeprefix('v_')} SET \"学籍状态\" = '休学' WHERE \"身份证件号\" = '{NUMBERS[0]}'"
    )

    assert ask(source) == before
    ticks.now += 101
    after = ask(source)

    assert (before.rows[0].status, after.rows[0].status) == ("在读", "休学")
    assert before.snapshot != after.snapshot


def test_a_view_that_has_lost_many_rows_is_not_taken_unless_confirmed(
    url: str, made: Callable[..., str]
) -> None:
    view, ticks = made([row(id_number=number) for number in NUMBERS]), Ticks()
    source = SqlRegistry(Settings(url=url, table=view, refresh_s=100, stale_after_s=1000), monotonic=ticks)
    before = ask(source)
    run(url, f"DELETE FROM {view.removeprefix('v_')} WHERE \"身份证件号\" = '{NUMBERS[0]}'")
    ticks.now += 101

    assert ask(source) == before
    with pytest.raises(ViewFault, match="VIEW_VANISHED"):
        source.refresh()
    assert source.refresh(confirm_vanish=True) == 2
    assert ask(source).rows == ()


def test_a_copy_serves_while_the_database_is_away_but_not_for_ever(url: str, made: Callable[..., str]) -> None:
    view, ticks = made([ROW]), Ticks()
    source = SqlRegistry(Settings(url=url, table=view, refresh_s=100, stale_after_s=500), monotonic=ticks)
    before = ask(source)
    run(url, f"DROP VIEW {view}")
    ticks.now += 400
    assert ask(source) == before
    ticks.now += 101
    assert not ask(source).available


def test_fewer_rows_than_expected_are_no_answer_from_the_start(url: str, made: Callable[..., str]) -> None:
    assert not ask(SqlRegistry(Settings(url=url, table=made([ROW]), least_rows=2))).available


def test_many_threads_read_the_view_once(
    url: str, made: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from eduid_registry_sql import source as module  # noqa: PLC0415 - the name is a local's elsewhere

    reads: list[int] = []
    read = module.read_view
    monkeypatch.setattr(module, "read_view", lambda settings: reads.append(1) or read(settings))
    source, answers = SqlRegistry(Settings(url=url, table=made([ROW]))), list[RegistryAnswer]()
    threads = [threading.Thread(target=lambda: answers.append(ask(source))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [answer.available for answer in answers] == [True] * 8
    assert len(reads) == 1


def test_a_question_without_a_person_tells_whether_there_is_such_a_class(
    url: str, made: Callable[..., str]
) -> None:
    source = SqlRegistry(Settings(url=url, table=made([ROW])))
    form = Application(school_code="2132098001", grade="六年级", class_name="一班")

    assert source.find(RegistryQuery(person=None, form=form)).class_ref == ("2132098001", "六年级 1班")


# --- settings -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"url": "::"}, "url"),
        ({"table": ""}, "table"),
        ({"table": "a.b.c"}, "table"),
        ({"columns": {"name": ""}}, "columns"),
        ({"columns": {"nmae": "xm"}}, "columns.nmae"),
        ({"words": {"1": 1}}, "words"),
        ({"refresh_s": 0}, "refresh_s"),
        ({"stale_after_s": "1"}, "stale_after_s"),
        ({"least_rows": 0}, "least_rows"),
        ({"largest_drop": 1.5}, "largest_drop"),
    ],
)
def test_a_fault_names_its_setting(changed: dict[str, object], named: str) -> None:
    with pytest.raises(CallerError, match=f"'{named}'"):
        Settings(**{"url": "sqlite://", "table": "v", **changed})


def test_an_operator_reads_which_setting_is_wrong() -> None:
    adapters = load_adapters(allow=("registry-sql",))
    with pytest.raises(CallerError, match=r"tabel: unknown; table: missing; url: not allowed") as found:
        adapters.registry_source("sql", url="s3cret", tabel="v")

    assert "s3cret" not in str(found.value)
