"""Tests of the project itself: nothing of one machine in it, everything described."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from eduid_core.service import policy_from_toml
from eduid_core.workflow import Policy

ROOT = Path(__file__).resolve().parents[2]
HOSTS = re.compile(
    "|".join(("pypi" + r"\.org", "python" + "hosted", "registry" + r"\.npmjs", "deb" + r"\.debian"))
)
PATHS = re.compile(r"(^|[^A-Za-z0-9_.])/(?:wo" + r"rk|ho" + r"me|ro" + r"ot)/")


def tracked() -> list[Path]:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout")
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [ROOT / n for n in names.decode().split("\0") if n and (ROOT / n).is_file()]


@pytest.mark.parametrize("pattern", [HOSTS, PATHS], ids=["registry host", "path of a machine"])
def test_no_tracked_file_names(pattern: re.Pattern[str]) -> None:
    found = []
    for path in tracked():
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        found += [str(path.relative_to(ROOT)) for line in text.splitlines() if pattern.search(line)]

    assert found == []


def test_every_verb_of_the_makefile_is_helped() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    verbs = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert verbs is not None

    for verb in verbs.group(1).split():
        assert re.search(rf"^{verb}:.*## ", makefile, re.MULTILINE), verb


def test_every_package_is_typed() -> None:
    packages = [ROOT / "src/eduid_core", *(p for p in (ROOT / "adapters").glob("*/src/*") if p.is_dir())]

    assert len(packages) >= 5
    assert [p for p in packages if p.suffix != ".egg-info" and not (p / "py.typed").exists()] == []


def test_every_adapter_is_checked_and_on_the_page_of_the_architecture() -> None:
    """Types and layers of an adapter are checked only if the configuration names it."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]
    page = (ROOT / "docs/explanation/architecture.md").read_text("utf-8")
    for folder in sorted((ROOT / "adapters").glob("*/src")):
        packages = [path.parent.name for path in folder.glob("*/__init__.py")]
        assert folder.relative_to(ROOT).as_posix() in config["mypy"]["mypy_path"].split(":")
        assert set(packages) <= set(config["importlinter"]["root_packages"])
        assert f"`adapters/{folder.parent.name}`" in page


def test_pins_have_hashes_and_no_address() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text("utf-8")
        assert "--hash=sha256:" in text
        assert "://" not in text
        assert not re.search(r"^--?(?:index|extra|find)", text, re.MULTILINE)


def test_every_page_of_the_docs_is_in_the_tree() -> None:
    """Sphinx with -W says so too; this says so without Sphinx."""
    listed = "\n".join(p.read_text("utf-8") for p in (ROOT / "docs").rglob("index.md"))
    for page in (ROOT / "docs").rglob("*.md"):
        name = page.relative_to(ROOT / "docs").with_suffix("").as_posix()
        if "_build" not in page.parts and page.name != "index.md":
            assert page.stem in listed, name


def test_every_key_of_a_policy_is_on_the_page_as_toml_takes_it() -> None:
    page = (ROOT / "docs/reference/files.md").read_text("utf-8")
    keys = re.findall(
        r"^\| `([a-z_.]+)` \| `([^`]+)` \| [^|]+ \|$", page.partition("## Policy")[2], re.MULTILINE
    )

    assert {"file_consent", "sms.codes_per_phone", "matching.allow_safe_ts"} <= {key for key, _ in keys}
    for key, default in keys:
        assert policy_from_toml(f"{key} = {default}") == Policy(), key
    assert policy_from_toml("\n".join(f"{key} = {default}" for key, default in keys)) == Policy()
