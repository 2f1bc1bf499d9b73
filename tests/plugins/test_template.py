"""The template of adapters: every kind that it writes passes its own tests, against this checkout and no index."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import CliRunner
from packaging.requirements import Requirement

from eduid_cli.main import main
from eduid_cli.new_adapter import TEMPLATE

ROOT = Path(__file__).resolve().parents[2]
KINDS = ("sms-http", "sms-library", "registry", "carrier", "keys", "store")
RUN = [pytest.param(name, marks=pytest.mark.full) if name == "store" else name for name in KINDS]


def asked(name: str, vendor: str) -> dict[str, str]:
    """Return the answers to the questions of the template."""
    kind, _, transport = name.partition("-")
    return {"kind": kind, "vendor": vendor, "transport": transport or "http"}


def written(name: str, folder: Path, vendor: str = "acme") -> Path:
    """Return the folder of a project that the command has written."""
    options = [part for key, value in asked(name, vendor).items() for part in (f"--{key}", value)]
    result = CliRunner().invoke(main, ["new-adapter", *options, "--out", str(folder / name)])
    assert (result.exit_code, result.stderr) == (0, "")
    return folder / name


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def need(*modules: str) -> None:
    """Skip without one of *modules*; fail where all are installed for certain."""
    for module in modules:
        if not importlib.util.find_spec(module):
            (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{module} is not installed")


def run(project: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a module in *project*, with this checkout on the path and without a package index."""
    checkout = [str(p) for p in (ROOT / "src", *sorted(ROOT.glob("adapters/*/src")))]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(checkout),
        "MYPYPATH": os.pathsep.join(["src", *checkout]),
        "PIP_NO_INDEX": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", RUN)
def test_a_new_adapter_passes_its_tests(name: str, tmp_path: Path) -> None:
    project = written(name, tmp_path, "acme2")

    ran = run(project, "pytest", "-q", "-p", "no:cacheprovider", "-W", "error")

    assert ran.returncode == 0, ran.stdout
    assert " passed" in ran.stdout.splitlines()[-1]
    assert not re.search("failed|skipped|xfailed", ran.stdout.splitlines()[-1])


@pytest.mark.parametrize("name", KINDS)
def test_an_installed_adapter_is_found_under_its_name(name: str, tmp_path: Path) -> None:
    """It is installed into a folder of its own, without dependencies and without an index."""
    project, site = written(name, tmp_path), tmp_path / "site"
    options = ("--no-deps", "--no-index", "--no-build-isolation", "--quiet", "--target", str(site))
    installed = run(project, "pip", "install", *options, ".")
    assert installed.returncode == 0, installed.stderr

    listed = run(site, "eduid_cli", "adapters")

    kind = name.partition("-")[0]
    assert f"{kind:9} acme       eduid-{kind}-acme 0.1.0  contract 1" in listed.stdout.splitlines()


@pytest.mark.full
@pytest.mark.parametrize("name", KINDS)
def test_a_new_adapter_is_typed(name: str, tmp_path: Path) -> None:
    need("mypy")
    project = written(name, tmp_path)

    for folder in ("src", "tests"):
        ran = run(project, "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), folder)
        assert ran.returncode == 0, ran.stdout


def test_a_defect_in_the_written_codec_is_found_by_its_test(tmp_path: Path) -> None:
    """The tests of a new adapter can fail: one that trusts every reply breaks laws by name."""
    project = written("sms-http", tmp_path)
    codec = project / "src/eduid_sms_acme/codec.py"
    text = codec.read_text("utf-8")
    broken = text.replace("status=meaning.status", "status=ReceiptStatus.ACCEPTED")
    assert broken != text
    codec.write_text(broken, "utf-8")

    ran = run(project, "pytest", "-q", "-p", "no:cacheprovider")

    failed = set(re.findall(r"FAILED .*test_law\[(SMS-\d\d)\]", ran.stdout))
    assert failed >= {"SMS-04", "SMS-05", "SMS-06", "SMS-07", "SMS-08"}
    assert "A code that no table lists is unknown." in ran.stdout


@pytest.mark.parametrize("name", KINDS)
def test_copier_writes_the_same_bytes(name: str, tmp_path: Path) -> None:
    need("copier")
    options = [part for key, value in asked(name, "acme").items() for part in ("-d", f"{key}={value}")]
    command = [sys.executable, "-m", "copier", "copy", "-q", "--defaults", *options]

    subprocess.run([*command, "template", str(tmp_path / "copied")], cwd=ROOT, check=True)

    assert files(tmp_path / "copied") == files(written(name, tmp_path))


@pytest.mark.parametrize("name", KINDS)
def test_the_project_is_named_after_kind_and_vendor(name: str, tmp_path: Path) -> None:
    found = files(written(name, tmp_path))
    kind = name.partition("-")[0]
    project = tomllib.loads(found["pyproject.toml"].decode())["project"]

    assert project["name"] == f"eduid-{kind}-acme"
    assert project["entry-points"]["eduid_core"] == {f"{kind}-acme": f"eduid_{kind}_acme"}
    assert f"src/eduid_{kind}_acme/py.typed" in found
    for path, content in found.items():
        for forbidden in (b"{{", b"{%", b".jinja", str(ROOT).encode(), b"pypi"):
            assert forbidden not in path.encode() + content, path


@pytest.mark.parametrize("name", KINDS)
def test_the_project_takes_this_version_of_ours(name: str, tmp_path: Path) -> None:
    project = tomllib.loads((written(name, tmp_path) / "pyproject.toml").read_text("utf-8"))["project"]
    required = {r.name: r for r in map(Requirement, project["dependencies"])}

    assert required["eduid-core"].specifier.contains(version("eduid-core"))
    assert all(
        (ROOT / "adapters" / name.removeprefix("eduid-")).is_dir() for name in required if name != "eduid-core"
    )


def test_the_part_that_an_author_writes_is_short(tmp_path: Path) -> None:
    """The codec with its imports, and the test; no line is longer than the project's own."""
    project = written("sms-http", tmp_path)
    codec = (project / "src/eduid_sms_acme/codec.py").read_text("utf-8").splitlines()
    test = (project / "tests/test_conformance.py").read_text("utf-8").splitlines()
    code = [line for line in codec if line.strip() and not line.startswith(("import ", "from ", '"""'))]

    assert len(code) <= 40
    assert len([line for line in test if line.strip()]) <= 16
    assert max(map(len, codec + test)) <= 112


@pytest.mark.parametrize("name", ["sms-http", "sms-library"])
def test_the_page_of_a_sender_lists_what_is_filed(name: str, tmp_path: Path) -> None:
    page = (written(name, tmp_path) / "README.md").read_text("utf-8")

    for word in ("实名报备", "签名", "模板", "验证码", "个人信息保护法"):
        assert word in page
    assert page.count("- [ ]") >= 8


@pytest.mark.parametrize("vendor", ["Acme", "eduidacme", "a-b", "", "2acme", "../x", "a" * 31])
def test_another_name_is_refused_and_writes_nothing(vendor: str, tmp_path: Path) -> None:
    options = ["new-adapter", "--vendor", vendor, "--out", str(tmp_path / "out")]

    result = CliRunner().invoke(main, options)

    assert (result.exit_code, list(tmp_path.iterdir())) == (2, [])
    assert "--vendor" in result.stderr


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", "utf-8")

    result = CliRunner().invoke(main, ["new-adapter", "--vendor", "acme", "--out", str(tmp_path)])

    assert result.exit_code == 2
    assert files(tmp_path) == {"mine.txt": b"mine"}


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", "utf-8")

    result = CliRunner().invoke(
        main, ["new-adapter", "--vendor", "acme", "--out", str(tmp_path / "file" / "out")]
    )

    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)
    assert files(tmp_path) == {"file": b"mine"}


def test_the_template_is_part_of_the_wheel(tmp_path: Path) -> None:
    from hatchling.builders.wheel import WheelBuilder  # noqa: PLC0415 - for this test alone

    (wheel,) = WheelBuilder(str(ROOT / "adapters/cli")).build(directory=str(tmp_path), versions=["standard"])

    packed = {n.removeprefix("eduid_cli/template/") for n in ZipFile(wheel).namelist() if "/template/" in n}
    assert packed == set(files(TEMPLATE))


def test_the_template_stands_at_the_root_of_the_checkout() -> None:
    assert (ROOT / "template").resolve() == TEMPLATE.resolve()
