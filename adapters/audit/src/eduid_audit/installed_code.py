"""The installed code as a digest: SHA-256 over the files of eduid_core and of every `eduid-*` distribution."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from importlib import metadata, util
from pathlib import Path
from typing import Any

__all__ = ["code_digest", "digest_of_folder"]


def _packages() -> Mapping[str, str]:
    """Return package -> version, for every installed distribution of the project and its adapters."""
    names = {
        name.lower().replace("_", "-"): found.version
        for found in metadata.distributions()
        if (name := found.metadata["Name"])
    }
    return {name.replace("-", "_"): names[name] for name in sorted(names) if name.startswith("eduid-")}


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*"), key=lambda p: p.relative_to(folder).as_posix()):
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc":
            yield path


def digest_of_folder(folder: Path) -> tuple[str, int]:
    """Return the digest of the files below *folder*, by relative name and content, and their number."""
    whole, files = sha256(), list(_files(folder))
    for path in files:
        name = path.relative_to(folder).as_posix()
        whole.update(f"{sha256(path.read_bytes()).hexdigest()}  {name}\n".encode())
    return whole.hexdigest(), len(files)


def code_digest() -> dict[str, Any]:
    """Return the digest of all installed packages together, and of each with its version and file count."""
    packages: dict[str, Any] = {}
    whole = sha256()
    for package, version in _packages().items():
        spec = util.find_spec(package)
        if spec is None or not spec.submodule_search_locations:
            continue
        digest, count = digest_of_folder(Path(spec.submodule_search_locations[0]))
        packages[package] = {"version": version, "files": count, "sha256": digest}
        whole.update(f"{digest}  {package}\n".encode())
    return {"sha256": whole.hexdigest(), "packages": packages}
