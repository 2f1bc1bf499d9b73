"""What people read of a refusal is words: no list as Python writes it, no code where there is a name."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eduid_core import messages
from eduid_core.messages import workflow
from eduid_core.messages.reading import FORM_FIELDS

ITEMS = st.sampled_from(sorted((*FORM_FIELDS, "CHECKSUM", "ID_INVALID", "NAME_AS_IN_HOUSEHOLD_REGISTER")))
LISTS = st.one_of(
    st.lists(ITEMS, min_size=1, max_size=4),
    st.lists(ITEMS, min_size=1, max_size=4).map(tuple),
    st.frozensets(ITEMS, min_size=1, max_size=4),
)


def placeholders(template: str) -> list[str]:
    return [name for _, name, _, _ in string.Formatter().parse(template) if name]


@pytest.mark.parametrize("code", [c for c, e in workflow.REFUSALS.items() if placeholders(e.zh)])
@given(listed=LISTS)
def test_no_text_of_a_refusal_shows_a_list_as_python_writes_it(code: str, listed: object) -> None:
    entry = messages.CATALOGUE[code]
    for lang, template in (("zh", entry.zh), ("en", entry.en)):
        told = messages.text(code, lang, dict.fromkeys(placeholders(template), listed))  # type: ignore[arg-type]
        assert not [mark for mark in ("[", "]", "('", "',", "{", "frozenset") if mark in told]
        assert "_" not in told


@pytest.mark.parametrize(
    ("code", "params", "zh", "en"),
    [
        ("field_required", {"fields": ["grade", "class_name"]}, "请填写：年级、班级", "fill in: grade, class"),
        (
            "invalid_id_number",
            {"why": ("CHECKSUM",)},
            "证件号有误：校验位不符，请逐位核对",
            "the number cannot be right: the check character does not fit, please compare every digit",
        ),
        ("unresolved_return_items", {"fields": ["form"]}, "请修改或说明：表单", "change or contest: form"),
    ],
)
def test_lists_and_codes_are_words(code: str, params: dict[str, object], zh: str, en: str) -> None:
    assert (messages.text(code, "zh", params), messages.text(code, "en", params)) == (zh, en)
