"""Read a policy written in TOML: all faults at once, each with the path of its key, in both languages."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Final

import cattrs
from cattrs.gen import make_dict_structure_fn

from eduid_core.limits import PolicyFault
from eduid_core.matching import Policy as MatchingPolicy
from eduid_core.workflow import Policy
from eduid_core.workflow.policy import (
    AccountPolicy,
    LimitPolicy,
    ReviewPolicy,
    SessionPolicy,
    SmsPolicy,
    TimerPolicy,
)

__all__ = ["policy_from_toml"]

Fault = tuple[str, str, str]
"""The path of a key, and what is wrong with it in Chinese and English."""

_BETWEEN: Final = "\x1f"
_PATH: Final = re.compile(r"^policy\.?")
_LONGEST_KEY: Final = 40
_NO_KEY: Final = re.compile(r"[^A-Za-z0-9_.-]")


def policy_from_toml(text: str) -> Policy:
    """
    Return the policy written in TOML; a missing key keeps its default.

    >>> policy_from_toml("account.lock_s = 900").account.lock_s
    900

    Raises:
        PolicyFault: not TOML, an unknown key, or a value that is not allowed; each fault names the key.
    """
    try:
        keys = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyFault(("", f"不是 TOML（{error}）", f"not TOML: {error}")) from None
    except (ValueError, RecursionError):  # a number of thousands of digits; thousands of brackets
        raise PolicyFault(("", "不是 TOML", "not TOML")) from None
    try:
        return _POLICIES.structure(keys, Policy)
    except PolicyFault as error:
        raise PolicyFault(*error.faults) from None
    except (cattrs.BaseValidationError, ValueError, TypeError, AttributeError) as error:
        raise PolicyFault(*_faults(error)) from None


def _faults(error: BaseException) -> Iterator[Fault]:
    """Yield the fault of every value in *error*."""
    for line in cattrs.transform_error(error, path="policy", format_exception=lambda one, _: _words(one)):
        words, _, path = line.rpartition(" @ ")
        place = _PATH.sub("", path)
        for one in words.split("\n"):
            key, zh, en = one.split(_BETWEEN)
            yield ".".join(part for part in (place, key) if part), zh, en


def _words(error: BaseException) -> str:
    """Return the faults of a single *error*, one a line; the value itself is never repeated."""
    return "\n".join(map(_BETWEEN.join, _listed(error)))


def _listed(error: BaseException) -> tuple[Fault, ...]:
    if isinstance(error, PolicyFault):
        return error.faults
    if isinstance(error, cattrs.ForbiddenExtraKeysError):
        keys = (_NO_KEY.sub("?", key)[:_LONGEST_KEY] for key in sorted(error.extra_fields))
        return tuple((key, "没有这个键", "there is no such key") for key in keys)
    if isinstance(error, _Wanted):
        return (("", error.zh, error.en),)
    return (("", "值的类型不对", "a value of another type is wanted"),)


class _Wanted(TypeError):
    """A value of another type than the wanted one."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en
        super().__init__(en)


def _policies() -> cattrs.Converter:
    c = cattrs.Converter(forbid_extra_keys=True)
    c.register_structure_hook(str, _only_text)
    c.register_structure_hook(int, _only_whole)
    c.register_structure_hook(bool, _only_truth)
    parts = (AccountPolicy, LimitPolicy, ReviewPolicy, SessionPolicy, SmsPolicy, TimerPolicy)
    for cls in (MatchingPolicy, *parts, Policy):
        c.register_structure_hook(cls, make_dict_structure_fn(cls, c, _cattrs_forbid_extra_keys=True))
    return c


def _only_text(value: object, _: type) -> str:
    if not isinstance(value, str):
        raise _Wanted("应为文本", "a text is wanted")
    return value


def _only_truth(value: object, _: type) -> bool:
    if not isinstance(value, bool):
        raise _Wanted("应为 true 或 false", "true or false is wanted")
    return value


def _only_whole(value: object, _: type) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _Wanted("应为整数", "a whole number is wanted")
    return value


_POLICIES: Final = _policies()
