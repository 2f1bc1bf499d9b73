"""
`eduid new-adapter`: write the project of a new adapter from the template.

The template is that of copier, and part of this package. Of the template language its files use the name of the
vendor only, so that the command needs no further library and writes the same bytes.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import click

from eduid_cli.errors import UsageStop

__all__ = ["TEMPLATE", "new_adapter"]

TEMPLATE: Final = Path(__file__).parent / "template"
_VENDOR: Final = "{{ vendor }}"
_NAME: Final = re.compile(r"(?!eduid)[a-z][a-z0-9]{0,29}")


def new_adapter(*, kind: str, vendor: str, transport: str, out: Path) -> int:
    """Write the project into the folder *out*, which is empty or not there yet."""
    if not _NAME.fullmatch(vendor):
        raise UsageStop(
            "--vendor 应为小写字母开头的小写字母和数字，至多 30 个，不含 eduid",
            "--vendor is to be up to 30 lower-case letters and digits, a letter first, without eduid",
        )
    source = TEMPLATE / (f"sms-{transport}" if kind == "sms" else kind)
    try:
        if out.exists() and any(out.iterdir()):
            raise UsageStop(f"目录 {out} 不是空的", f"the folder {out} is not empty")
        for file in sorted(path for path in source.rglob("*") if path.is_file()):
            _write(file, out / str(file.relative_to(source)).replace(_VENDOR, vendor), vendor)
    except OSError as error:
        raise UsageStop(f"无法写入目录 {out}", f"the folder {out} cannot be written") from error
    click.echo(f"{out}: eduid-{kind}-{vendor}; python -m pytest; README.md")
    return 0


def _write(source: Path, target: Path, vendor: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    content = source.read_bytes()
    if target.suffix == ".jinja":
        target = target.with_suffix("")
        content = content.replace(_VENDOR.encode(), vendor.encode())
    target.write_bytes(content)
