"""The private-use characters of old GB 18030 data, against the published mapping."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eduid_core.validation.names.gb18030 import (
    LEGACY,
    MOVED,
    REPAIR,
    decode_gb18030,
    is_private_use,
    repair_private_use,
)

# Bytes and code points of GB 18030-2022 (the 18 moved positions), of 2005 (A8BC), and the six duplicates.
PUBLISHED = {
    "FE59": 0x9FB4, "FE61": 0x9FB5, "FE66": 0x9FB6, "FE67": 0x9FB7, "FE6D": 0x9FB8, "FE7E": 0x9FB9, "FE90": 0x9FBA,
    "FEA0": 0x9FBB, "A6D9": 0xFE10, "A6DA": 0xFE12, "A6DB": 0xFE11, "A6DC": 0xFE13, "A6DD": 0xFE14, "A6DE": 0xFE15,
    "A6DF": 0xFE16, "A6EC": 0xFE17, "A6ED": 0xFE18, "A6F3": 0xFE19, "A8BC": 0x1E3F, "FE51": 0x20087, "FE52": 0x20089,
    "FE53": 0x200CC, "FE6C": 0x215D7, "FE76": 0x2298F, "FE91": 0x241FE,
}  # fmt: skip


@pytest.mark.parametrize(("raw", "code"), PUBLISHED.items())
def test_every_moved_position_is_decoded_as_published(raw, code):
    assert decode_gb18030(bytes.fromhex(raw)) == chr(code)


def test_the_table_holds_the_published_positions_and_no_other():
    assert sorted(MOVED.values()) == sorted(PUBLISHED.values())
    assert {ord(bytes.fromhex(raw).decode("gb18030")): code for raw, code in PUBLISHED.items()} == dict(MOVED)


def test_the_eighty_positions_of_the_gbk_age_all_resolve():
    assert sorted(LEGACY) == list(range(0xE815, 0xE865))
    assert not any(is_private_use(chr(code)) for code in REPAIR.values())


@pytest.mark.parametrize(
    ("old", "right"), [(0xE815, 0x2E81), (0xE81A, 0x3473), (0xE827, 0x39CF), (0xE863, 0x4DAE)]
)
def test_worked_examples_of_the_gbk_age(old, right):
    assert repair_private_use(chr(old)) == (chr(right), (0,))


def test_both_ways_to_write_the_moved_ideographs_are_read_alike():
    """The four-byte forms of U+9FB4 to U+9FBB stay what Unicode says they are."""
    for code in range(0x9FB4, 0x9FBC):
        assert decode_gb18030(chr(code).encode("gb18030")) == chr(code)


@pytest.mark.parametrize("raw", [b"\xff", b"\xfe", b"\x80", b"\xfe\x7f", b"\x81\x30"])
def test_what_is_no_gb18030_is_refused(raw):
    with pytest.raises(UnicodeDecodeError):
        decode_gb18030(raw)


@given(text=st.text(max_size=30))
def test_repairing_twice_is_repairing_once_and_keeps_every_other_character(text):
    repaired, places = repair_private_use(text)

    assert repair_private_use(repaired) == (repaired, ())
    assert len(repaired) == len(text)
    assert [at for at, (a, b) in enumerate(zip(text, repaired, strict=True)) if a != b] == list(places)


def test_every_code_point_is_answered():
    for code in range(0x110000):
        repaired, places = repair_private_use(chr(code))
        assert bool(places) is (code in REPAIR)
        assert ord(repaired) == REPAIR.get(code, code)


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_another_decoder_reads_the_moved_positions_alike():
    """WHATWG's decoder as the independent counterpart; it keeps the six duplicates in private use."""
    raw = "".join(key for key in PUBLISHED if PUBLISHED[key] < 0x10000)
    script = f"console.log(JSON.stringify(new TextDecoder('gb18030').decode(Buffer.from('{raw}','hex'))))"
    done = subprocess.run(["node", "-e", script], capture_output=True, check=True, timeout=60)
    theirs = done.stdout.decode().strip().strip('"')

    if any(is_private_use(char) for char in theirs):
        pytest.skip("this node decodes by an older edition")
    assert theirs == decode_gb18030(bytes.fromhex(raw))
