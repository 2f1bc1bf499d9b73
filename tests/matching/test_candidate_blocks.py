"""Candidates: each block finds its row by itself, the ranking is in the order that is promised."""

from __future__ import annotations

import pytest
from attrs import evolve

from eduid_core.matching import (
    Application,
    CandidateIndex,
    Found,
    Policy,
    RegistryRow,
    SchoolIndex,
    find_candidates,
)
from eduid_core.matching.candidates import _keys, _of_form, _of_row, _sound
from eduid_core.testing.invented_students import AS_OF

NUMBER, NAME, SCHOOL = "320098201604150036", "陈小雨", "海英小学"
FORM = Application("a1", NAME, NUMBER, SCHOOL, "四年级", "1班", "2023")
ROW = RegistryRow("G" + NUMBER, NAME, "1", NUMBER, "2132000001", SCHOOL, "四年级", "1班", "202309", "在读")
SCHOOLS = SchoolIndex.of([ROW])
EMPTY = Found((), SCHOOLS, AS_OF)
POLICY = Policy()
NOBODY = "110097201401010018"
"""A number that has no block in common with `NUMBER`."""


def kinds(form, row=ROW, schools=SCHOOLS):
    """Return the blocks in which *form* and *row* meet."""
    return {key[0] for key in {*_keys(_of_form(form, schools))} & {*_keys(_of_row(row))}}


def found(form, rows=(ROW,), policy=POLICY):
    return find_candidates(form, CandidateIndex.of(rows, schools=SCHOOLS), EMPTY, policy=policy)


ALL = {
    "name birth",
    "name area",
    "name school",
    "sound school grade",
    "school class birth",
    "head",
    "tail",
    "ends",
}
BY_NAME = {"name school", "sound school grade"}


@pytest.mark.parametrize(
    ("changes", "met"),
    [
        ({}, ALL),
        ({"school": "外地小学"}, ALL - BY_NAME - {"school class birth"}),
        ({"name": "陈晓雨"}, {"sound school grade", "school class birth", "head", "tail", "ends"}),
        ({"name": "王大明"}, {"school class birth", "head", "tail", "ends"}),
        ({"grade": "五年级"}, ALL - {"sound school grade"}),
        ({"class_name": "2班"}, ALL - {"school class birth"}),
        ({"grade": " 四年级", "class_name": "1 班"}, ALL),
        ({"name": ""}, {"school class birth", "head", "tail", "ends"}),
        ({"school": "", "name": ""}, {"head", "tail", "ends"}),
        ({"id_number": ""}, BY_NAME),
        ({"id_number": NOBODY}, BY_NAME),
        ({"id_number": "G" + NUMBER}, ALL),
        ({"id_number": NOBODY[:6] + NUMBER[6:]}, ALL - {"name area", "head", "ends"}),
        ({"id_number": NUMBER[:6] + "20140101" + "0018"}, BY_NAME | {"name area"}),
        ({"id_number": NUMBER[:12] + "020018"}, BY_NAME | {"name area", "head"}),
        ({"id_number": NUMBER[:13] + "60036"}, BY_NAME | {"name area", "head"}),
        ({"id_number": "1" + NUMBER[1:]}, ALL - {"name area", "head", "ends"}),
        ({"id_number": NUMBER[:11] + NUMBER[12:]}, BY_NAME | {"ends"}),
        ({"id_number": NUMBER[:12] + NUMBER[13:]}, BY_NAME | {"head"}),
        ({"id_number": NUMBER[:12] + NUMBER[14:]}, BY_NAME),
        ({"id_number": NUMBER + "0"}, BY_NAME | {"head"}),
        ({"id_number": "G" + NUMBER[1:]}, ALL - {"name area", "head", "ends"}),
        ({"id_number": NOBODY[:6] + NUMBER[6:14] + "1018"}, BY_NAME | {"name birth", "school class birth"}),
        ({"id_number": NOBODY[:6] + "1" + NUMBER[7:14] + "1018"}, BY_NAME),
        ({"id_number": NOBODY[:12] + NUMBER[12:]}, BY_NAME),
        ({"id_number": NUMBER[:6] + "19870101" + "0018"}, BY_NAME | {"name area"}),
        ({"id_number": NUMBER[:6] + "198701" + NUMBER[12:]}, BY_NAME | {"name area", "ends"}),
    ],
)
def test_a_form_and_a_row_meet_in_the_blocks_of_what_they_share(changes, met):
    """A block needs all its parts: a blank one makes none, a number that is cut short has no birth."""
    assert kinds(evolve(FORM, **changes)) == met


def test_a_row_that_shares_no_block_is_not_looked_at():
    assert found(evolve(FORM, name="王大明", id_number=NOBODY, school="外地小学")).found == ()


def test_two_blanks_are_nothing_in_common():
    nothing = evolve(FORM, name="", id_number="", class_name="", grade="")

    for name in ("", "王大明"):
        blank = RegistryRow(name=name, school_code="2132000001", school=SCHOOL)
        assert found(nothing, [blank]).found == ()


def test_a_school_code_leads_to_its_rows_beside_what_the_name_leads_to():
    other = evolve(ROW, school_code="2132000009", school="晨光小学")
    form = evolve(FORM, id_number=NOBODY, school_code="2132000009")
    schools = SchoolIndex.of([ROW, other])

    assert kinds(form, ROW, schools) == kinds(form, other, schools) == BY_NAME


def test_sounds_are_parted_and_an_unknown_character_stands_for_itself():
    assert _sound("雨") == _sound("宇") == "yu"
    assert _sound("西安").split(" ") == [_sound("西"), _sound("安")] != [_sound("先")]
    assert _sound("☃") == "☃"


def test_the_index_of_its_own_rows_knows_their_schools():
    index = CandidateIndex.of([ROW])

    assert index.schools.resolve(SCHOOL).codes == {"2132000001"}
    assert CandidateIndex.of([ROW], schools=SCHOOLS).schools is SCHOOLS


@pytest.mark.parametrize("rows", [9, 10, 11])
def test_a_block_overflows_when_it_holds_more_than_the_cap_and_each_is_counted(rows):
    told = found(FORM, [ROW] * rows, policy=Policy(block_cap=10))

    assert told.overflow == (len(ALL) if rows > 10 else 0)


# --- ranking
SLIP = evolve(ROW, id_number=NUMBER[:16] + "54")
TWO_SLIPS = evolve(ROW, id_number=NUMBER[:15] + "154")


@pytest.mark.parametrize(
    ("nearer", "farther"),
    [
        (SLIP, TWO_SLIPS),
        (ROW, SLIP),
        (SLIP, evolve(SLIP, name="王大明")),
        (evolve(SLIP, name="陈晓雨"), evolve(SLIP, name="王大明")),
        (SLIP, evolve(SLIP, class_name="9班")),
        (evolve(SLIP, class_name="9班"), evolve(SLIP, class_name="9班", grade="一年级")),
        (evolve(SLIP, class_name="9班"), evolve(TWO_SLIPS, name=NAME)),
    ],
)
def test_the_nearer_row_comes_first_wherever_it_stands(nearer, farther):
    """First the number with the name, then how many of the other fields differ."""
    for rows in ([nearer, farther], [farther, nearer]):
        assert [one.row for one in found(FORM, rows).found] == [nearer, farther]


@pytest.mark.parametrize(
    ("changes", "distance", "typo", "note"),
    [
        ({"id_number": NUMBER}, 0, False, ""),
        ({"id_number": NUMBER[:16] + "54"}, 2, False, ""),
        ({"id_number": NUMBER[:17] + "5"}, 1, True, ""),
        ({"id_number": NUMBER[:17] + "5", "name": "陈晓雨"}, 1, False, ""),
        ({"id_number": NOBODY}, 3, False, ""),
        ({"id_number": "G" + NUMBER}, 0, False, "ID_FROM_XJH"),
        ({"id_number": NUMBER[:6] + " " + NUMBER[6:]}, 0, False, ""),
    ],
)
def test_a_typo_is_one_slip_under_the_same_name(changes, distance, typo, note):
    one = found(evolve(FORM, **changes)).found[0]

    assert (one.distance, one.typo, one.note) == (distance, typo, note)


def test_a_candidate_is_compared_under_the_policy_and_the_schools_of_the_index():
    """The rows of the case itself are none of its candidates' business."""
    turned = evolve(ROW, id_number=NUMBER[:17] + "5", grade="六年级")
    other = evolve(ROW, school_code="2132000009", school="晨光小学")
    five_four = Policy(school_system="five_four")
    form = evolve(FORM, grade="初一")

    def codes(policy, schools=None):
        case = evolve(EMPTY, rows=(other,), schools=schools)
        told = find_candidates(form, CandidateIndex.of([turned], schools=SCHOOLS), case, policy=policy)
        return [(result.field, result.code, result.note) for result in told.found[0].fields]

    assert codes(Policy()) == codes(Policy(), SchoolIndex.of([other]))
    assert codes(Policy()) != codes(five_four)


def test_the_ranking_is_under_the_policy_too():
    """初一 is the year after 五年级 in five-year schools: there the row of 六年级 is the nearer one."""
    form = evolve(FORM, grade="初一")
    rows = [evolve(SLIP, grade="三年级"), evolve(SLIP, grade="六年级")]
    five_four = Policy(school_system="five_four")

    assert [one.row.grade for one in found(form, rows).found] == ["三年级", "六年级"]
    assert [one.row.grade for one in found(form, rows, policy=five_four).found] == ["六年级", "三年级"]


def test_a_candidate_s_school_is_looked_for_among_all_schools():
    """A name that two schools share is no agreement with either."""
    twins = [
        evolve(ROW, school_code=f"213200000{n}", school=f"{area}晨光小学")
        for n, area in ((2, "南京市"), (3, "苏州市"))
    ]
    schools = SchoolIndex.of(twins)
    told = find_candidates(
        evolve(FORM, school="晨光小学"), CandidateIndex.of(twins[:1], schools=schools), Found()
    )

    assert told.found[0].fields[2].note == "SCHOOL_AMBIGUOUS"
