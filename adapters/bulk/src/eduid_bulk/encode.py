"""
The kernel's input columns: forms and registry rows with codes for texts.

`EncodingContext` holds the common inputs of both sides: the day, the policy, and the distinct texts of every
repeating column. A form that is not plainly written (a number with spaces, a name with a letter in it) is
`needs_scalar`: the kernel skips it and the scalar reference decides it.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
import threading
from collections.abc import Mapping
from typing import Any, Final

import attrs
import numpy as np
import numpy.typing as npt
import polars as pl

from eduid_bulk.byte_columns import block_of, spread
from eduid_bulk.dictionary import TextDictionary, distinct
from eduid_bulk.id_features import NO_KEY, IdFeatures, key_of, look_at
from eduid_core.matching import Application, Outcome, Policy, decide_conditions, kind_of, lookup_key
from eduid_core.matching.engine import (
    DOT,
    FIRST_CHARACTERS,
    ID_TYPES,
    PLAIN_HAN,
    RESIDENT,
    PhoneClass,
    blanked,
    examine,
    mobile_digits,
    plan_row,
    status_reason,
)

__all__ = ["FORM_TEXTS", "HELD_TEXTS", "EncodingContext", "Strange", "filled"]

FORM_TEXTS: Final = ("school", "school_code", "grade", "class", "entry_year")
"""Repeating columns of a form."""
HELD_TEXTS: Final = ("school", "school_code", "grade", "class", "entry_month")
"""The same of a registry row."""

_KINDS: Final = ("id_type", "status", "school", "school_code", "grade", "class", "entry")
_KIND_OF_TEXT: Final = {"entry_year": "entry", "entry_month": "entry"}
_DOUBTFUL: Final = re.escape("".join(sorted(FIRST_CHARACTERS)))
_PLAIN_NAME: Final = f"^[[{PLAIN_HAN}]--[{_DOUBTFUL}]][{PLAIN_HAN}]*(?:{DOT}[{PLAIN_HAN}]+)*$"
"""A plain name; one that begins as a placeholder does (无, 待补录) is left to the scalar function."""
_RESIDENT, _UNKNOWN, _OTHER = 0, 1, 2
FAILED: Final = 0xFFFF
"""The number of a form whose examination failed."""
_BLANK: Final = 0
"""The code of the blank text."""
_PHONES: Final = tuple(PhoneClass)
_NO_PHONE: Final = len(_PHONES)
"""The class of a blank phone where the policy asks for none."""
_PHONE_SIZE: Final = 11

Strange = dict[str, list[int]]
"""Keys that are not resident numbers -> their rows."""


def _exactly_resident(text: str) -> bool:
    return ID_TYPES.get(text) in RESIDENT


def _family(text: str) -> int:
    kind = kind_of(text)
    return _UNKNOWN if kind is None else _RESIDENT if kind in RESIDENT else _OTHER


def filled(text: str) -> bool:
    """Return whether the records keep any character of *text*."""
    return bool(blanked(text))


@attrs.frozen(kw_only=True, eq=False)
class EncodingContext:
    """The day, the policy, and the distinct texts by column; a text has the same code on both sides."""

    as_of: dt.date
    policy: Policy
    texts: Mapping[str, TextDictionary] = attrs.field(
        factory=lambda: {kind: TextDictionary() for kind in _KINDS}, repr=False
    )
    signs: dict[tuple[int, int], int] = attrs.field(factory=dict, repr=False)
    phones: bool = False
    """Whether the registry names phones that the policy wants to agree with those of the forms."""
    _said: dict[tuple[tuple[str, ...], tuple[str, ...]], int] = attrs.field(factory=dict, repr=False)
    reasons: list[str] = attrs.field(factory=lambda: [""], repr=False)
    """Reasons of the statuses; the number of a reason is its place."""
    _lock: threading.Lock = attrs.field(factory=threading.Lock, repr=False)

    def texts_of(self, column: str) -> TextDictionary:
        """Return the distinct texts of *column*; compared columns share them."""
        return self.texts[_KIND_OF_TEXT.get(column, column)]

    # --- forms ------------------------------------------------------------------------------------------

    def forms(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, Strange]:
        """
        Return the forms of *frame* in the kernel's columns, and the rows with a key that is not a resident
        number.

        *frame* has `row` and every column of an application as text without nulls.
        """
        numbers = look_at(frame["id_number"], as_of=self.as_of)
        types = self.texts_of("id_type")
        kinds = types.codes(frame["id_type"])
        codes = {name: self.texts_of(name).codes(frame[name]) for name in FORM_TEXTS}
        key, strange = self._keys(frame, numbers, types.table(_family, np.int8).take(kinds))
        phones = _phones(frame["guardian_phone"])
        if not self.policy.guardian_phone_required:
            phones[(frame["guardian_phone"] == "").to_numpy()] = _NO_PHONE
        needs_scalar = ~numbers.plain | (phones < 0) | ~types.table(_exactly_resident, bool).take(kinds)
        needs_scalar |= ~_plain_names(frame["name"])
        for name in ("school", "grade", "class", "entry_year"):
            needs_scalar |= ~self.texts_of(name).table(filled, bool).take(codes[name])
        said = self._examined(frame, np.where(needs_scalar, -1, numbers.sign), phones)
        needs_scalar |= said == FAILED
        compact = {
            "row": frame["row"],
            "key": key,
            "needs_scalar": needs_scalar,
            "said": said.astype(np.uint16),
            "birth": numbers.birth,
        }
        if self.phones:
            compact["phone"] = _phone_numbers(frame["guardian_phone"])
        return pl.DataFrame({**compact, "name": frame["name"], **codes}), strange

    def returned(self) -> npt.NDArray[np.bool_]:
        """Return, by the number of a form result, whether that result is a return."""
        decisions = (decide_conditions(conditions) for conditions, _ in self._said)
        return np.array([d is not None and d.outcome is Outcome.RETURNED for d in decisions] or [False])

    def _examined(
        self, frame: pl.DataFrame, sign: npt.NDArray[np.int32], phones: npt.NDArray[np.int32]
    ) -> npt.NDArray[np.int64]:
        """Return the number of each form's result without the registry; one form of each class is examined."""
        pairs, at, back = distinct(sign * (_NO_PHONE + 1) + phones)
        said = np.zeros(len(pairs), dtype=np.int64)
        for place, first in enumerate(at.tolist()):
            mark = (int(sign[first]), int(phones[first]))
            if mark[0] < 0:
                continue
            if mark not in self.signs:
                form = form_of(frame.row(first, named=True))
                self.signs[mark] = self._number_of(form)
            said[place] = self.signs[mark]
        return said[back]

    def _number_of(self, form: Application) -> int:
        """Return the number of the result of *form* alone; `FAILED` if it fails: the row is left to `match`."""
        try:
            examined = examine(form, as_of=self.as_of, policy=self.policy)
        except Exception:  # noqa: BLE001 - `match` will fail on the row, and reports it
            return FAILED
        with self._lock:  # batches may be read concurrently
            return self._said.setdefault((examined.conditions, examined.remarks), len(self._said))

    # --- registry rows ----------------------------------------------------------------------------------

    def held(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, Strange]:
        """
        Return the registry rows of *frame* in the kernel's columns, and the rows with other keys.

        *frame* has `row` and every compared column of a registry row, as text without nulls.
        """
        numbers = look_at(frame["id_number"], as_of=None)
        types = self.texts_of("id_type")
        kinds = types.codes(frame["id_type"])
        codes = {name: self.texts_of(name).codes(frame[name]) for name in HELD_TEXTS}
        key, strange = self._keys(frame, numbers, types.table(_family, np.int8).take(kinds))
        filed = _filed(frame["student_number"])
        needs_scalar = ~numbers.plain | ~types.table(_exactly_resident, bool).take(kinds) | (kinds == _BLANK)
        status = self.texts_of("status").codes(frame["status"])
        reason = self.texts_of("status").table(self._status, np.uint8).take(status)
        compact = {
            "row": frame["row"],
            "key": key,
            "needs_scalar": needs_scalar,
            "filed": filed,
            "status": reason,
        }
        if self.phones:
            compact["phone"] = _phone_numbers(frame["guardian_phone"])
        return pl.DataFrame({**compact, "name": frame["name"], **codes}), strange

    @property
    def unknown_status(self) -> int:
        """Return the number of the reason of a status without a known meaning; -1 if none was met."""
        return self.reasons.index("STATUS_UNKNOWN") if "STATUS_UNKNOWN" in self.reasons else -1

    def _status(self, text: str) -> int:
        reason = status_reason(text)
        if reason not in self.reasons:
            self.reasons.append(reason)
        return self.reasons.index(reason)

    # --- keys -------------------------------------------------------------------------------------------

    def _keys(
        self, frame: pl.DataFrame, numbers: IdFeatures, family: npt.NDArray[np.int8]
    ) -> tuple[npt.NDArray[np.int64], Strange]:
        """
        Return the integer keys; a key that is not a plain resident number is computed by the scalar
        function.
        """
        plainly = numbers.valid & (family != _OTHER)
        key = np.where(plainly, numbers.key, NO_KEY)
        strange: Strange = {}
        others = np.flatnonzero(~plainly & ~(numbers.plain & (family == _RESIDENT)))
        if len(others):
            rest = frame.select("row", "id_type", "id_number")[others]
            for place, (row, id_type, number) in zip(others.tolist(), rest.iter_rows(), strict=True):
                found = lookup_key(*_texts(id_type, number))
                if found is not None and len(found) == 18 and ":" not in found:  # noqa: PLR2004
                    key[place] = key_of(found)
                elif found is not None:
                    strange.setdefault(found, []).append(row)
        return key, strange


def _texts(id_type: str, number: str) -> tuple[str, str]:
    """Return both texts as the records hold them: a text without a value becomes empty."""
    form = Application(id_type=id_type, id_number=number)
    return form.id_type, form.id_number.reveal("matching")


def form_of(cells: Mapping[str, Any]) -> Application:
    """Return the application with these cells by column."""
    fields = {name: cells[name] for name in _FIELDS if name in cells}
    return Application(class_name=cells["class"], **fields)


_FIELDS: Final = tuple(f.name for f in attrs.fields(Application) if f.name != "class_name")


def _plain_names(column: pl.Series) -> npt.NDArray[np.bool_]:
    """Return which of *column* are names without findings."""
    length = column.str.len_chars()
    plain = column.str.contains(_PLAIN_NAME) & (length > 1) & (length <= 50)  # noqa: PLR2004
    return plain.to_numpy()


def _filed(column: pl.Series) -> npt.NDArray[np.bool_]:
    """
    Return which student numbers are not empty; only those that begin as a blank or a placeholder does
    are passed to the scalar function.
    """
    begun = block_of(column).begins_printable(but=FIRST_CHARACTERS)
    for place in np.flatnonzero(~begun).tolist():
        begun[place] = filled(column[place])
    return begun


# --- phones ---------------------------------------------------------------------------------------------


@functools.cache
def _phone_classes() -> npt.NDArray[np.int32]:
    """Return, by the first five digits, the class number of a mobile; -1 if no mobile begins with them."""
    classes = np.full(100_000, -1, dtype=np.int32)
    for prefix in range(13_000, 20_000):
        classes[prefix] = _PHONES.index(plan_row(f"{prefix}000000").phone_class)
    return classes


def _digits(column: pl.Series) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.intp] | None]:
    """Return the texts of eleven bytes, digit by digit, and their places; a value above 9 is no digit."""
    rows, places = block_of(column).rows(_PHONE_SIZE)
    return np.ascontiguousarray(rows.T) - np.uint8(ord("0")), places


def _phone_numbers(column: pl.Series) -> npt.NDArray[np.int64]:
    """Return each mobile as a whole number, however it is written; 0 for any other text."""
    digits, places = _digits(column)
    numbers = np.zeros(digits.shape[1], dtype=np.int64)
    for digit in digits:
        numbers = numbers * 10 + digit
    plain = (digits <= 9).all(axis=0) & (_phone_classes().take(numbers // 1_000_000 % 100_000) >= 0)  # noqa: PLR2004
    whole = spread(np.where(plain, numbers, 0), places, len(column))
    others = np.flatnonzero((whole == 0) & (column != "").to_numpy())
    if len(others):
        told = column[others].cast(pl.String).to_list()
        whole[others] = [int(mobile_digits(blanked(text)) or 0) for text in told]
    return whole


def _phones(column: pl.Series) -> npt.NDArray[np.int32]:
    """Return the class of each phone of eleven plain digits; -1 for any other text."""
    digits, places = _digits(column)
    prefix = np.zeros(digits.shape[1], dtype=np.int32)
    for digit in digits[:5]:
        prefix = prefix * 10 + digit
    plain = (digits <= 9).all(axis=0)  # noqa: PLR2004
    classes = _phone_classes().take(np.where(plain, prefix, 0))
    return classes if places is None else spread(classes + 1, places, len(column)) - 1
