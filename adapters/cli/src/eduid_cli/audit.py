"""`eduid audit`: run the audit of the distribution eduid-audit, or verify one of its reports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from eduid_cli.errors import UsageStop

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["audit", "verify"]


def _command() -> ModuleType:
    """
    Return the command of eduid-audit.

    Raises:
        UsageStop: the distribution is not installed.
    """
    try:
        from eduid_audit import command  # noqa: PLC0415 - a service is installed without it
    except ModuleNotFoundError as error:
        missing = error.name or "eduid_audit"
        if missing.partition(".")[0] == "eduid_audit":
            raise UsageStop(
                "没有安装 eduid-audit，请先运行 pip install eduid-audit",
                "eduid-audit is not installed: run pip install eduid-audit",
            ) from None
        raise UsageStop(
            f"eduid-audit 缺少依赖包 {missing}，请重新安装 eduid-audit",
            f"eduid-audit lacks the package {missing}: install eduid-audit again",
        ) from None
    return command


def audit(profile: str, out: Path) -> int:
    """Run the audit and write its report to *out*; return 0 if everything holds, otherwise 1."""
    code: int = _command().audit(profile, out)
    return code


def verify(report: Path, *, expected: str) -> int:
    """
    Verify *report*; return 0 if it is untouched, otherwise 1.

    Raises:
        UsageStop: there is no report at that place.
    """
    path = report / "report.json" if report.is_dir() else report
    if not path.exists():
        raise UsageStop(f"没有报告 {path}", f"there is no report {path}")
    code: int = _command().verify(path, expected=expected)
    return code
