"""Codes that are not ours: of nationalities, provinces and kinds of schools, compared with where they come from."""

from __future__ import annotations

import datetime as dt

import pytest
from stdnum import numdb

from eduid_core.matching.schools import PROVINCES
from eduid_core.validation import Kind, inspect_number
from eduid_core.validation.documents.nationalities import ALPHA_3, NUMERIC

AS_OF = dt.date(2026, 11, 1)

# --- nationalities: ISO 3166-1 -------------------------------------------------------------------------

EASILY_MISTAKEN = {
    "036": "AUS", "040": "AUT", "056": "BEL", "084": "BLZ", "100": "BGR", "076": "BRA", "104": "MMR", "116": "KHM",
    "156": "CHN", "158": "TWN", "178": "COG", "180": "COD", "191": "HRV", "188": "CRI", "192": "CUB", "203": "CZE",
    "212": "DMA", "214": "DOM", "222": "SLV", "226": "GNQ", "231": "ETH", "233": "EST", "268": "GEO", "276": "DEU",
    "324": "GIN", "328": "GUY", "332": "HTI", "340": "HND", "344": "HKG", "352": "ISL", "356": "IND", "360": "IDN",
    "364": "IRN", "368": "IRQ", "372": "IRL", "376": "ISR", "392": "JPN", "408": "PRK", "410": "KOR", "417": "KGZ",
    "398": "KAZ", "418": "LAO", "428": "LVA", "440": "LTU", "442": "LUX", "438": "LIE", "446": "MAC", "454": "MWI",
    "458": "MYS", "462": "MDV", "466": "MLI", "470": "MLT", "478": "MRT", "480": "MUS", "496": "MNG", "499": "MNE",
    "498": "MDA", "492": "MCO", "524": "NPL", "562": "NER", "566": "NGA", "586": "PAK", "600": "PRY", "604": "PER",
    "608": "PHL", "616": "POL", "620": "PRT", "642": "ROU", "643": "RUS", "682": "SAU", "688": "SRB", "702": "SGP",
    "703": "SVK", "705": "SVN", "704": "VNM", "710": "ZAF", "724": "ESP", "752": "SWE", "756": "CHE", "748": "SWZ",
    "762": "TJK", "764": "THA", "784": "ARE", "792": "TUR", "795": "TKM", "800": "UGA", "804": "UKR", "826": "GBR",
    "840": "USA", "858": "URY", "860": "UZB", "807": "MKD", "554": "NZL", "528": "NLD", "578": "NOR", "250": "FRA",
}  # fmt: skip
"""Names that stand beside each other or are taken for each other, and the neighbours of China (UN M49, ISO 3166-1)."""


@pytest.mark.parametrize("numeric", EASILY_MISTAKEN)
def test_a_numeric_code_names_the_country_it_was_given_to(numeric: str) -> None:
    assert NUMERIC[numeric] == EASILY_MISTAKEN[numeric]


def test_there_are_as_many_countries_as_in_the_standard_and_none_twice() -> None:
    assert len(NUMERIC) == len(set(NUMERIC.values())) == 249
    assert len(ALPHA_3) == 249 + 26
    assert list(NUMERIC.values()) == sorted(NUMERIC.values())
    assert all(code.isdecimal() and len(code) == 3 for code in NUMERIC)


# --- provinces: GB/T 2260 ------------------------------------------------------------------------------

DIVISIONS = numdb.get("cn/loc")
"""The divisions as python-stdnum carries them."""


def named_by_stdnum(code: str) -> str:
    """Return the province of the two digits *code*, as python-stdnum names it."""
    _, told = DIVISIONS.info(f"{code}0000")[0]
    return str(told["province"])


@pytest.mark.parametrize("name", PROVINCES)
def test_a_province_before_a_school_has_the_code_of_the_standard(name: str) -> None:
    assert named_by_stdnum(PROVINCES[name]) == name


def test_every_province_of_the_mainland_stands_before_a_school_once() -> None:
    assert len(PROVINCES) == len(set(PROVINCES.values())) == 31


# --- kinds of schools: 学校(机构)代码管理办法, Annex -----------------------------------------------------

KINDS = {
    "11": "幼儿园", "21": "小学", "22": "成人小学", "31": "初中", "32": "职业初中", "33": "成人初中",
    "34": "高中(完全中学)", "35": "成人高中", "36": "中职", "37": "工读", "41": "高校", "42": "成人高校", "51": "特教",
    "91": "科研机构", "92": "民办其他高教", "93": "中职培训",
}  # fmt: skip


@pytest.mark.parametrize("category", KINDS)
def test_a_code_of_every_kind_of_school_is_taken(category: str) -> None:
    """Special schools (特教) too: their pupils hold the card as all others do."""
    told = inspect_number(f"{category}32098001", kind=Kind.SCHOOL_CODE, as_of=AS_OF)

    assert told.valid
    assert told.facts["category_name"] == KINDS[category]


@pytest.mark.parametrize("category", sorted({f"{n:02}" for n in range(100)} - KINDS.keys()))
def test_a_code_of_no_kind_of_school_is_told(category: str) -> None:
    told = inspect_number(f"{category}32098001", kind=Kind.SCHOOL_CODE, as_of=AS_OF)

    assert "SCHOOL_CATEGORY_UNKNOWN" in told.codes
