"""Wrong use is one line in both languages, exit 2, and never repeats what may be somebody's number or name."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from .conftest import School, certify, outcomes, run_eduid

PRIVATE = "13800138000"
CERTIFY = ("certify", "a.csv", "--registry", "r.csv", "--db", "x.db", "--out", "o")


def one_line(result: subprocess.CompletedProcess[str]) -> str:
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1
    zh, _, en = result.stderr.partition(" / ")
    assert not zh.isascii()
    assert en
    assert PRIVATE not in result.stderr
    return result.stderr


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["certify"], "APPLICATIONS"),
        (["certify", "a.csv"], "--registry"),
        (["certify", "a.csv", "--registry"], "--registry"),
        (["certify", "a.csv", "--registri", "r.csv"], "--registri"),
        ([*CERTIFY, f"--{PRIVATE}"], "option"),
        ([*CERTIFY, f"-{PRIVATE}"], "option"),
        ([*CERTIFY, PRIVATE], "many"),
        ([*CERTIFY, "--as-of", PRIVATE], "--as-of"),
        ([*CERTIFY, "--policy", f"{PRIVATE}.toml"], "--policy"),
        ([*CERTIFY, f"--strict={PRIVATE}"], "--strict"),
        (["certify", "a.csv", "--registry", "/"], "--registry"),
        (["reconcile", "a.csv", "r.csv", "--out", "o", "--engine", PRIVATE], "polars"),
        (["reconcile", "a.csv", "r.csv", "--out", "o", "--parts", PRIVATE + "x"], "--parts"),
        (["demo", "--dir", __file__], "--dir"),
        (["show", "--db", "x.db"], "APPLICATION_ID"),
        (["undo", "--db", "x.db"], "--run"),
        (["undo", "--db", "x.db", "--run", PRIVATE, "--out", "."], "report.json"),
        (["inspect"], "TEXT"),
        (["inspect", "--jsonl", PRIVATE], "TEXT"),
        (["inspect", "--kind", PRIVATE, "mobile"], "mobile"),
        (["lifecycle", "--format", PRIVATE], "mermaid"),
        ([PRIVATE], "certify"),
        ([f"--{PRIVATE}"], "option"),
    ],
    ids=lambda value: " ".join(value)[-30:] if isinstance(value, list) else "",
)
def test_wrong_use_says_what_is_wanted_and_not_what_was_given(
    args: list[str], said: str, tmp_path: Path
) -> None:
    assert said in one_line(run_eduid(*args, cwd=tmp_path))
    assert not list(tmp_path.iterdir())


def test_without_a_command_the_help_is_shown() -> None:
    assert "certify" in run_eduid().stderr


def test_a_policy_that_is_wrong_is_named(school: School) -> None:
    policy = school.folder / "strict.toml"
    applications = school.applications([school.row(0)])

    for text in ("[matching]\nallow_everything = true\n", "file_consent = \n"):
        policy.write_text(text, "utf-8")
        line = one_line(certify(school, applications, "--policy", policy))
        assert line.count("strict.toml") == 2, "in either language"
    reconciled = run_eduid(
        "reconcile", applications, school.registry, "--out", school.folder / "r", "--policy", policy
    )
    assert "strict.toml" in one_line(reconciled)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "gb18030"])
def test_a_policy_in_another_encoding_is_said_to_be(school: School, encoding: str) -> None:
    policy = school.folder / "policy.toml"
    policy.write_text('version = "2026-1"  # 策略\n', encoding)

    assert "UTF-8" in one_line(certify(school, school.applications([school.row(0)]), "--policy", policy))


def test_a_policy_may_begin_with_the_mark_of_its_encoding(school: School) -> None:
    policy = school.folder / "policy.toml"
    policy.write_text('file_consent = "required"\n', "utf-8-sig")

    assert certify(school, school.applications([school.row(0)]), "--policy", policy).returncode == 0
    assert outcomes(school.folder / "out") == {"A-0000": "returned"}
