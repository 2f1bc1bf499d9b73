"""Templates: the operator's mapping of ours to the provider's, and their texts in its form, to be filed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from string import Formatter
from types import MappingProxyType
from typing import Any

import attrs

from eduid_core.messages.sms import TEMPLATES
from eduid_core.plugins import SmsMessage
from eduid_core.private import Private
from eduid_sms_http.settings import SettingError

__all__ = ["ProviderTemplate", "filed_text", "parameters_of", "templates_markdown", "templates_of", "text_of"]


@attrs.frozen
class ProviderTemplate:
    """A template as filed with the provider: its code there, and the names of its parameters in their order."""

    code: str
    params: tuple[str, ...]


def parameters_of(template: str) -> tuple[str, ...]:
    """
    Return the names of the parameters of *template*, in the order of its Chinese text.

    >>> parameters_of("registration_code"), parameters_of("approved")
    (('code', 'minutes'), ())
    """
    names = (name for _, name, _, _ in Formatter().parse(TEMPLATES[template].zh) if name)
    return tuple(dict.fromkeys(names))


def filed_text(template: str, mark: Callable[[int, str], str]) -> str:
    """
    Return the Chinese text of *template* with its parameters written by *mark* from number (from 1) and name.

    >>> filed_text("comms_code", lambda number, name: f"{{{number}}}")
    '验证码{1}，用于关联通讯卡号码，{2}分钟内有效，请勿告诉他人。'
    """
    order = parameters_of(template)
    parts = Formatter().parse(TEMPLATES[template].zh)
    return "".join(text + (mark(order.index(name) + 1, name) if name else "") for text, name, _, _ in parts)


def templates_of(value: object) -> Mapping[str, ProviderTemplate]:
    """
    Return the setting `templates`: the name of each template -> the provider's code, or a table with `code` and
    `params`, the names of the parameters that the filed text has, in its order.

    Raises:
        SettingError: a name is no template of ours, a code is blank, or a parameter is none of the template.
    """
    if not isinstance(value, Mapping) or not value:
        raise SettingError("templates", "needs a table of template names and the provider's codes")
    return MappingProxyType({str(name): _template(str(name), entry) for name, entry in value.items()})


def _template(name: str, entry: object) -> ProviderTemplate:
    place = f"templates.{name}"
    if name not in TEMPLATES:
        raise SettingError(place, "is no template of eduid_core")
    if isinstance(entry, ProviderTemplate):
        return entry
    known = parameters_of(name)
    fields: Mapping[str, Any] = entry if isinstance(entry, Mapping) else {"code": entry}
    if not {"code"} <= set(fields) <= {"code", "params"}:
        raise SettingError(place, "takes code and params only")
    code, params = fields["code"], tuple(fields.get("params", known))
    if not isinstance(code, str) or not code.strip():
        raise SettingError(place, "needs the provider's code as a text")
    if not set(params) <= set(known):
        raise SettingError(f"{place}.params", f"may name {', '.join(known) or 'nothing'} only")
    return ProviderTemplate(code.strip(), params)


def text_of(message: SmsMessage, template: ProviderTemplate) -> dict[str, str]:
    """
    Return the parameters of *message* that *template* has, in the clear, in its order.

    Raises:
        KeyError: the message lacks one.
    """
    values = dict(message.params)
    return {name: _clear(values[name]) for name in template.params}


def _clear(value: Private | str | int) -> str:
    return value.reveal("send") if isinstance(value, Private) else str(value)


def templates_markdown(mark: Callable[[int, str], str]) -> str:
    """Return the table of the texts to file with the provider, for a page of the docs."""
    rows = "".join(f"| `{name}` | {filed_text(name, mark)} |\n" for name in TEMPLATES)
    return f"| name | 模板内容 |\n|---|---|\n{rows}"
