"""
Tables within the pages of adapters: settings, codes, templates to file, columns, faults, from the code.

A page holds `<!-- table NAME -->` and `<!-- end -->`; the text between them is written here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import attrs

from eduid_core.testing.conformance.sms import LAWS
from eduid_registry_file.columns import REGISTRY
from eduid_registry_oneroster import Settings as OneRosterSettings
from eduid_registry_oneroster.faults import ONEROSTER_FAULTS
from eduid_registry_sql import Settings as SqlSettings
from eduid_registry_sql.faults import VIEW_FAULTS
from eduid_sms_aliyun import CODES as ALIYUN_CODES
from eduid_sms_aliyun import Settings as AliyunSettings
from eduid_sms_http.templates import templates_markdown
from eduid_sms_tencent import CODES as TENCENT_CODES
from eduid_sms_tencent import Settings as TencentSettings
from eduid_sms_webhook import Settings as WebhookSettings

__all__ = ["filled"]

_PLACE = re.compile(r"<!-- table ([a-z-]+) -->\n.*?<!-- end -->", re.DOTALL)


def filled(page: str) -> str:
    """
    Return the *page* with every table as the code has it.

    Raises:
        KeyError: a table is not known.
    """
    return _PLACE.sub(lambda found: f"<!-- table {found[1]} -->\n\n{_TABLES[found[1]]()}\n<!-- end -->", page)


def _table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (heading, ["---"] * len(heading), *rows))


def _settings(class_: type[Any]) -> str:
    rows = [(f"`{f.name}`", _default(f), f.metadata["help"]) for f in attrs.fields(class_)]
    return _table(("setting", "default", "meaning"), rows)


def _default(field: attrs.Attribute[Any]) -> str:
    """Return the default as TOML writes it; bold words for a setting that is needed or a secret."""
    notes = "" if field.repr else " (secret)"
    if field.default is attrs.NOTHING:
        return f"**needed**{notes}"
    value = field.default
    if not value and not isinstance(value, bool):
        return f"none{notes}"
    if isinstance(value, Mapping):
        return f"`{{{', '.join(f'{name!r}: {text!r}' for name, text in value.items())}}}`".replace("'", '"')
    return f"`{str(value).lower() if isinstance(value, bool) else value}`{notes}"


def _faults(faults: Mapping[str, tuple[str, str]]) -> str:
    return _table(("code", "English", "中文"), [(f"`{code}`", en, zh) for code, (zh, en) in faults.items()])


def _columns() -> str:
    rows = []
    for name, texts in REGISTRY.headings.items():
        needed = "no" if name in REGISTRY.optional else "yes"
        rows.append((f"`{name}`", needed, "、".join(texts[:4]) + (" …" if len(texts) > 4 else "")))
    return _table(("field", "needed", "names that are known"), rows)


_TABLES: Mapping[str, Callable[[], str]] = {
    "aliyun-settings": lambda: _settings(AliyunSettings),
    "aliyun-codes": ALIYUN_CODES.markdown,
    "aliyun-templates": lambda: templates_markdown(lambda _, name: f"${{{name}}}"),
    "tencent-settings": lambda: _settings(TencentSettings),
    "tencent-codes": TENCENT_CODES.markdown,
    "tencent-templates": lambda: templates_markdown(lambda number, _: f"{{{number}}}"),
    "webhook-settings": lambda: _settings(WebhookSettings),
    "sql-settings": lambda: _settings(SqlSettings),
    "sql-columns": _columns,
    "sql-faults": lambda: _faults(VIEW_FAULTS),
    "oneroster-settings": lambda: _settings(OneRosterSettings),
    "oneroster-faults": lambda: _faults(ONEROSTER_FAULTS),
    "sms-laws": lambda: _table(("law", "sentence", "harm"), [(law.id, law.says, law.why) for law in LAWS]),
}
