"""
Synthetic numbers: ranges that no office issues, used for every example and test number.

For some kinds the gap is structural (no list of divisions has ever had `PP00NN` outside Hainan; nationality
9xx is user-assigned); for others there is none, and a sentinel merely makes the number recognisable.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from eduid_core.validation.documents.catalogue import SPECS
from eduid_core.validation.folding import fold, readable
from eduid_core.validation.inspection import Inspection
from eduid_core.validation.kinds import Kind

__all__ = ["SPACES", "is_fake"]

SPACES: Final[Mapping[Kind, str]] = MappingProxyType({kind: spec.synthetic for kind, spec in SPECS.items()})
"""Kind -> the canonical numbers of it that are synthetic."""

_ANY: Final = re.compile("|".join(f"(?:{space})" for space in SPACES.values()))


def is_fake(number: object) -> bool:
    """
    Return whether *number*, of any kind, is in a synthetic range; any object is accepted.

    >>> is_fake("320098201503150010"), is_fake("154 0000 1234"), is_fake("somebody")
    (True, True, False)
    """
    plain = readable(number, None, longest=128)
    return not isinstance(plain, Inspection) and _ANY.fullmatch(fold(plain).text) is not None
