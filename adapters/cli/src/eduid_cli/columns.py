"""`eduid columns`: show how each heading of a file is understood, what is missing, and what to add."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

import click

from eduid_cli import outputs
from eduid_cli.errors import UsageStop
from eduid_cli.reading import BY_SIDE
from eduid_registry_file import FileFault, FileOptions, ReadingOptions
from eduid_registry_file.cells import Cell, text_of
from eduid_registry_file.columns import Columns
from eduid_registry_file.heading_row import HEADING_ROWS, Headings, best_headings, line_to_add, missing_columns
from eduid_registry_file.kinds import kind_of_file
from eduid_registry_file.sheets import Sheet, reason_to_skip
from eduid_registry_file.tables import sheets_of
from eduid_registry_file.trust import shape_of

__all__ = ["columns"]

_WHY: Final = {
    "hidden": "隐藏 hidden",
    "example": "示例或说明 example",
    "template": "模板 template",
    "not_chosen": "未选 not chosen",
}
_Found = tuple[Sheet, Headings]


def columns(file: Path, *, side: str | None, reading: ReadingOptions | None, save: Path | None) -> int:
    """Print how the headings of *file* are understood; write them to *save*."""
    options = reading or ReadingOptions()
    try:
        known, found, skipped = _looked_at(file, side, options)
    except FileFault as fault:
        raise UsageStop(fault.zh, fault.en) from None
    click.echo(f"{file.name} · {known.side}")
    for name, why in skipped:
        click.echo(f"  {name}：不读 not read（{_WHY[why]}）")
    for sheet, headings in found:
        for line in _lines(sheet, headings, known):
            click.echo(f"  {line}")
    if not found:
        click.echo(f"  没有认出任何标题 / no heading is known; {line_to_add(known.required, known)}")
    if save is not None:
        with outputs.whole(save) as text:
            text.writelines(_toml(found, known, getattr(options, known.side)))
        click.echo(f"已写入 / written: {save}；下次只需加 / the next time add: --columns {save.name}")
    return 0


def _looked_at(
    file: Path, side: str | None, options: ReadingOptions
) -> tuple[Columns, list[_Found], list[tuple[str, str]]]:
    """Return the kind of the file, its sheets with headings, and the other sheets with the reason."""
    kind = kind_of_file(file)
    best: tuple[int, Columns, list[_Found], list[tuple[str, str]]] | None = None
    for known in [BY_SIDE[side]] if side else reversed(BY_SIDE.values()):
        told: FileOptions = getattr(options, known.side)
        found: list[_Found] = []
        skipped: list[tuple[str, str]] = []
        for sheet in sheets_of(file, kind, known, told):
            why = reason_to_skip(sheet, told.sheets)
            if why:
                skipped.append((sheet.name, why))
                continue
            first = [cells for _, cells in islice(sheet.lines(), HEADING_ROWS + 1)]
            headings = best_headings(file.name, first, known, told)
            if headings:
                found.append((sheet, headings))
        score = max((2 * len(h.places) - len(missing_columns(h, known)) for _, h in found), default=-100)
        if best is None or score > best[0]:
            best = (score, known, found, skipped)
    if best is None:
        raise AssertionError("a file is looked at as one kind at least")
    return best[1:]


def _lines(sheet: Sheet, headings: Headings, known: Columns) -> Iterator[str]:
    """Yield how each heading of *sheet* is understood."""
    if sheet.name:
        yield f"[{sheet.name}]"
    unknown = iter(headings.unknown)
    example = _example(sheet, headings)
    for place, (text, field) in enumerate(zip(headings.texts, headings.fields, strict=True)):
        if field:
            shape = shape_of(text_of(example[place])) if place < len(example) else ""
            yield f"{' '.join(text.split())} → {field}（{known.title(field)}）{'  ' + shape if shape else ''}"
        elif text:
            yield f"{next(unknown)} → 不读 ignored"
    for field, value in headings.given.items():
        yield f"--set → {field}（{known.title(field)}） = {value}"
    missing = missing_columns(headings, known)
    if missing:
        names = "、".join(f"{name}（{known.title(name)}）" for name in missing)
        yield f"缺少 missing: {names}"
        yield f"可加 to add: {line_to_add(missing, known)}"


def _example(sheet: Sheet, headings: Headings) -> Sequence[Cell]:
    """Return the first row under the headings that is not blank."""
    rows = (cells for _, cells in islice(sheet.lines(), headings.place + 1, headings.place + HEADING_ROWS))
    return next((cells for cells in rows if any(str(cell).strip() for cell in cells)), ())


def _toml(found: Sequence[_Found], known: Columns, told: FileOptions) -> Iterator[str]:
    """Yield the lines of a file of columns: what is understood as it is, what is missing as a comment."""
    pairs = {" ".join(t.split()): f for _, h in found for t, f in zip(h.texts, h.fields, strict=True) if f}
    missing = dict.fromkeys(name for _, headings in found for name in missing_columns(headings, known))
    yield f"[{known.side}]\n"
    for text, field in pairs.items():
        yield f"{_quoted(text)} = {_quoted(field)}\n"
    for name in missing:
        if name not in known.settable:
            yield f'# "标题" = {_quoted(name)}\n'
    yield f"\n[{known.side}.set]\n"
    for field, value in told.given:
        yield f"{field} = {_quoted(value)}\n"
    for name in missing:
        if name in known.settable:
            yield f'# {name} = "…"\n'
    if told.words:
        yield f"\n[{known.side}.status]\n"
    for word, meaning in told.words:
        yield f"{_quoted(word)} = {_quoted(meaning)}\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
