"""A class has one spelling: a registry, a teacher and a family who mean one class write one text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eduid_core.validation.schooling.class_form import class_form

SPELLINGS = {
    "六年级 1班": [
        ("六（1）班", ""), ("六年级1班", ""), ("六年级 1班", ""), ("601", ""), ("六年级一班", ""), ("1班", "六年级"),
        ("一班", "小学六年级"), ("（1）班", "6年级"), ("01", "六"), ("６年级（１）班", ""), ("六(1)班", "六年级"),
    ],
    "八年级 3班": [("初二3班", ""), ("3班", "初二"), ("八（3）班", "八年级"), ("三班", "8年级")],
    "高一 12班": [("高一（12）班", ""), ("12班", "高一")],
    "2020级 1班": [("2020级1班", ""), ("1班", "2020级")],
    "六年级 花儿班": [("花儿班", "六年级"), ("六年级 花儿班", "")],
    "1班": [("1班", ""), ("一班", "")],
    "": [("", ""), (" ", "")],
}  # fmt: skip


@pytest.mark.parametrize(("form", "typed"), [(form, typed) for form in SPELLINGS for typed in SPELLINGS[form]])
def test_every_spelling_of_a_class_is_one_class(form: str, typed: tuple[str, str]) -> None:
    assert class_form(*typed) == form


PARTS = st.sampled_from(
    ["六", "四十一", "1", "12", "年级", "班", "级", "2020", "（", "）", " ", "初", "高", "花", "A", "０"]
)
TEXTS = st.lists(PARTS, max_size=6).map("".join) | st.text(max_size=12)


@given(TEXTS, TEXTS)
def test_the_one_spelling_is_spelled_as_itself(class_name: str, grade: str) -> None:
    once = class_form(class_name, grade)

    assert class_form(once) == once
