"""The case in words: what stands, why, who acts next and by when, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Iterator

from eduid_core import messages
from eduid_core.china import CHINA
from eduid_core.messages.reading import FORM_FIELDS, NEXT, STATUSES
from eduid_core.service.reading.values import Case, Words

__all__ = ["words_of"]


def words_of(case: Case) -> tuple[Words, ...]:
    """Return *case* in words, a line each: status, reasons, differing fields, items to correct, who is next."""
    return tuple(_lines(case))


def _lines(case: Case) -> Iterator[Words]:
    zh, en = STATUSES.get(case.status, (case.status, case.status))
    yield Words(zh=f"状态：{zh}（第{case.revision}版）", en=f"Status: {en} (revision {case.revision})")
    for code in case.reasons:
        yield _of_code(code, "原因：", "Reason: ")
    for field, code in case.differences.items():
        name_zh, name_en = _field(field)
        yield _of_code(code, f"{name_zh}：", f"{name_en}: ")
    for field, code, note in case.items:
        name_zh, name_en = _field(field)
        beside = f"（{note}）" if note else ""
        yield _of_code(code, f"请修改{name_zh}：", f"Please correct the {name_en}: ", beside)
    if case.others:
        listed = "、".join(case.others)
        yield Words(zh=f"同一学生的其他申请：{listed}", en=f"Other applications of the student: {listed}")
    yield _next(case)


def _of_code(code: str, zh: str, en: str, beside: str = "") -> Words:
    return Words(
        zh=f"{zh}{messages.text(code, 'zh', {})}{beside}", en=f"{en}{messages.text(code, 'en', {})}{beside}"
    )


def _field(field: str) -> tuple[str, str]:
    return FORM_FIELDS.get(field, (field, field))


def _next(case: Case) -> Words:
    zh, en = NEXT[case.next_step.who]
    until = case.next_step.until
    if until is None:
        return Words(zh=zh, en=en)
    day = until.astimezone(CHINA).date()
    beside = ("（暂定，节假日安排公布后重新计算）", " (provisional until the holidays are decreed)")
    told = beside if case.next_step.provisional else ("", "")
    return Words(zh=f"{zh}，期限：{day:%Y年%m月%d日}{told[0]}", en=f"{en}, by {day.isoformat()}{told[1]}")
