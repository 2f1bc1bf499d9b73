"""The policy option of a command: a file of TOML in UTF-8."""

from __future__ import annotations

from pathlib import Path

import attrs

from eduid_cli.errors import UsageStop
from eduid_core.limits import PolicyFault
from eduid_core.workflow import Policy
from eduid_registry_file import ReadingOptions

__all__ = ["policy_of", "policy_text", "under_options"]


def policy_text(path: Path | None) -> str | None:
    """
    Return the text of the policy file at *path*, None for none.

    Raises:
        Stop: it is not a text in UTF-8, or not a policy.
    """
    if path is None:
        return None
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:  # UTF-16 without its mark decodes well
        raise UsageStop(f"策略文件 {path.name} 不是 UTF-8 文本", f"{path.name} is no text in UTF-8")
    policy_of(text, path.name)
    return text


def policy_of(text: str | None, file: str = "") -> Policy:
    """Return the policy of a TOML text, of *file*; the default for none. Raises Stop: it is not valid."""
    if not text:
        return Policy()
    from eduid_core.service import policy_from_toml  # noqa: PLC0415 - only where there is a file

    try:
        return policy_from_toml(text)
    except PolicyFault as fault:
        name = f" {file} " if file else ""
        zh, en = (" ".join(words.split()) for words in (fault.zh, fault.en))
        raise UsageStop(f"策略文件{name}有误：{zh}", f"{file} policy: {en}".strip()) from None


def under_options(policy: Policy, options: ReadingOptions) -> Policy:
    """Return *policy* as the options of a run change it: `--without-phones` asks for no phone."""
    if not options.without_phones:
        return policy
    return attrs.evolve(policy, matching=attrs.evolve(policy.matching, guardian_phone_required=False))
