"""A policy believes nothing: every key has a range, and a value outside is refused with the name of the key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from eduid_cli.main import main
from eduid_core.limits import PolicyFault, limit_of
from eduid_core.matching import Policy as MatchingPolicy
from eduid_core.matching import policy as matching_policy
from eduid_core.service import policy_from_toml
from eduid_core.workflow import Policy
from eduid_core.workflow import policy as workflow_policy

PARTS = {f.name: f.default.factory for f in attrs.fields(Policy) if isinstance(f.default, attrs.Factory)}  # type: ignore[arg-type]
KEYS = [(name, field.name) for name, part in PARTS.items() for field in attrs.fields(part) if field.init]
KEYS += [("", field.name) for field in attrs.fields(Policy) if field.name not in PARTS]


def toml_values() -> st.SearchStrategy[str]:
    """Draw values as TOML writes them, most of them absurd."""
    whole = st.integers(-(2**70), 2**70).map(str) | st.sampled_from(("0", "1", "60", "9223372036854775808"))
    other = st.sampled_from(
        ("true", "false", "1.5", "nan", "-inf", '""', '"six_three"', '"x"', "2026-09-01", "{}", "{a = 1}")
    )
    return st.recursive(
        whole | other,
        lambda inner: st.lists(inner, max_size=3).map(lambda v: f"[{', '.join(v)}]"),
        max_leaves=5,
    )


def test_every_key_has_a_limit():
    assert len(PARTS) == 7
    for part in (*PARTS.values(), Policy):
        for field in attrs.fields(part):
            if field.init and field.name not in PARTS:
                limit = limit_of(field)
                assert limit is not None, field.name
                assert limit.zh
                assert limit.en


@given(place=st.sampled_from(KEYS), value=toml_values())
def test_a_value_is_taken_or_refused_with_the_name_of_its_key(place, value):
    """Whatever the file holds: a policy, or one clear refusal in both languages."""
    part, key = place
    text = f"[{part}]\n{key} = {value}" if part else f"{key} = {value}"
    policy, fault = taken(text)

    if policy is None:
        assert fault is not None
        assert key in fault.en
        assert key in fault.zh
    else:
        of = getattr(policy, part) if part else policy
        assert getattr(of, key) is not None


def taken(text: str) -> tuple[Policy | None, PolicyFault | None]:
    try:
        return policy_from_toml(text), None
    except PolicyFault as fault:
        return None, fault


@pytest.mark.parametrize("value", [1, 5, 8, 12, -1, True, "7", None])
def test_a_first_year_of_junior_school_is_no_year_of_primary_school(value: Any):
    """`junior_one = 1` approved 一年级 against 初一."""
    with pytest.raises(PolicyFault, match="junior_one"):
        MatchingPolicy(junior_one=value)


def test_a_lock_ends():
    """`lock_s = 2^63` never locked: the sum of day and seconds failed."""
    with pytest.raises(PolicyFault, match=r"account\.lock_s"):
        policy_from_toml("[account]\nlock_s = 9223372036854775808")


TOGETHER = [
    ("matching.junior_one", "[matching]\njunior_one = 6"),
    (
        "matching.junior_one",
        '[matching]\njunior_one = 6\nschool_system = "five_four"\nschool_systems = [["2132000001", "six_three"]]',
    ),
    ("matching.roll_window", "[matching]\nroll_window = [[7, 1], [8, 1]]"),
    ("account.resend_after_s", "[account]\nresend_after_s = 300"),
    ("account.otp_second_code_under_s", "[account]\notp_life_s = 100\nresend_after_s = 30"),
    ("account.flow_life_s", "[account]\nflow_life_s = 200"),
    ("sessions.family_idle_min", "[sessions]\nfamily_life_min = 60"),
    ("sessions.staff_idle_min", "[sessions]\nstaff_life_min = 60\nstaff_idle_min = 61"),
    ("sms.codes_per_origin", "[sms]\ncodes_in_all = 50"),
    ("limits.answers_per_account", "[limits]\nanswers_per_account = 11"),
]


@pytest.mark.parametrize(("key", "text"), TOGETHER)
def test_keys_that_belong_together_are_checked_together(key, text):
    with pytest.raises(PolicyFault) as refused:
        policy_from_toml(text)

    assert [fault[0] for fault in refused.value.faults] == [key]


def test_every_row_of_keys_that_belong_together_is_shown():
    rows = [f"matching.{row.key}" for row in matching_policy.TOGETHER] + [
        row.key for row in workflow_policy.TOGETHER
    ]

    assert set(rows) == {key for key, _ in TOGETHER}


def test_all_faults_are_named_at_once():
    with pytest.raises(PolicyFault) as refused:
        policy_from_toml("x = 1\n[account]\nlock_s = 1\n[matching]\njunior_one = 2")

    assert {fault[0] for fault in refused.value.faults} >= {"account.lock_s", "matching.junior_one"}


@pytest.mark.parametrize(
    "text", ["a = " + "[" * 3000 + "]" * 3000, "a = " + "9" * 5000, "a =", "account = 3", "matching = [1]"]
)
def test_what_is_no_policy_is_refused(text):
    with pytest.raises(PolicyFault):
        policy_from_toml(text)


@pytest.mark.parametrize("part", [{"account": None}, {"matching": {}}, {"sms": Policy()}])
def test_a_part_of_a_policy_is_that_part(part):
    with pytest.raises(PolicyFault, match=next(iter(part))):
        Policy(**part)


@pytest.mark.parametrize("key", ["matching.junior_one", "account.lock_s", "review.sla_working_days"])
def test_the_command_names_the_key_in_both_languages_and_exits_2(key: str, tmp_path: Path):
    policy = tmp_path / "policy.toml"
    policy.write_text(f"{key} = {'[0]' if key.endswith('days') else 1}", "utf-8")
    for name in ("a.csv", "r.csv"):
        (tmp_path / name).write_text("x", "utf-8")
    arguments = ["reconcile", str(tmp_path / "a.csv"), str(tmp_path / "r.csv"), "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(main, [*arguments, "--policy", str(policy)])

    assert done.exit_code == 2
    assert done.output.count(key) == 2
    assert "应为" in done.output
    assert "is to be" in done.output
    assert not (tmp_path / "out").exists()
