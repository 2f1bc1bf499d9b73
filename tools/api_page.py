"""The page of public names: every command, its arguments, its roles and refusals; the values; the ports."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator
from typing import Any

import attrs

from eduid_core import commands, values
from eduid_core.plugins import hookspecs, ports
from eduid_core.service.handlers.permissions import PERMISSIONS
from eduid_core.workflow import TABLES, Command

__all__ = ["api_page"]

_COMMON = frozenset(field.name for field in attrs.fields(Command))
_ESTABLISHED = frozenset(
    {"account_id", "anew", "assignee_name", "card_active", "claimant_name", "class_known", "eligible", "free"}
    | {"grant_active", "nonce", "proved_at", "second", "seconded_by", "to_name"}
)
"""Fields that the service establishes itself, whatever a caller gives."""
_ESTABLISHED_OF = {"Appeal": {"to"}, "Assign": {"phone"}, "DelegateTask": {"phone"}}
INTRO = """# Public names

The names on this page are stable; all other names may change. Commands come from `eduid_core.commands`, values
from `eduid_core.values`, ports and hooks from `eduid_core.plugins`.

## Commands

`Service.handle(command)` answers `Accepted` or `Refused`. Besides its own arguments each command takes `by` (an
actor that the service gave out), `subject` (the id of what it is about; `Register` and `Open` take none, the
answer brings it), `key` (the same key is the same command, however often it is given) and `expected_rev` (the
revision that the person saw; another one is refused). Each may be refused with `forbidden`, `stale_revision`,
`conflict` and, where a status does not admit it, `invalid_transition`. The [words of every refusal](codes.md)
are in two languages.
"""
SERVICE = """
## Service

```{eval-rst}
.. autoclass:: eduid_core.service.Service
   :members:
   :inherited-members:
.. autofunction:: eduid_core.service.policy_from_toml
.. autoclass:: eduid_core.service.KeyFile
   :members:
.. autoclass:: eduid_core.service.KeyEnv
   :members:
.. autoclass:: eduid_core.service.Profile
   :members:
.. autoclass:: eduid_core.service.ledger.log.Ledger
   :members:
.. autofunction:: eduid_core.service.ledger.checkpoint.read_note
.. autofunction:: eduid_core.service.ledger.merkle.verify_inclusion
.. autofunction:: eduid_core.service.ledger.merkle.verify_consistency
```
"""
WORKFLOW = """
## Lifecycle as functions

```{eval-rst}
.. autofunction:: eduid_core.workflow.decide
.. autofunction:: eduid_core.workflow.evolve
.. autofunction:: eduid_core.workflow.fold
.. autofunction:: eduid_core.workflow.react
.. autofunction:: eduid_core.workflow.next_deadline
```
"""
PORTS = """
## Ports

```{eval-rst}
"""
FINDINGS = """
## Findings, errors and private values

```{eval-rst}
.. autoclass:: eduid_core.findings.Finding
   :members: zh, en
.. autoclass:: eduid_core.findings.Refused
   :members: zh, en
.. autoexception:: eduid_core.findings.InvalidInput
.. autoexception:: eduid_core.findings.CallerError
.. autoexception:: eduid_core.limits.PolicyFault
.. autoexception:: eduid_core.findings.AdapterError
.. autoclass:: eduid_core.private.Private
   :members: reveal, mask, screen
```
"""


def api_page() -> str:
    """Return the page."""
    return "".join((INTRO, *_commands(), SERVICE, *_values(), WORKFLOW, PORTS, *_ports(), *_hooks(), FINDINGS))


def _commands() -> Iterator[str]:
    for name in sorted(commands.__all__):
        kind = getattr(commands, name)
        if inspect.isclass(kind) and issubclass(kind, Command):
            yield f"\n### {name}\n\n{_doc(kind)}\n\n{_arguments(kind)}{_who(kind)}{_where(kind)}"


def _arguments(kind: type[Any]) -> str:
    given = _ESTABLISHED | _COMMON | _ESTABLISHED_OF.get(kind.__name__, set())
    own = [field for field in attrs.fields(kind) if field.name not in given and field.init]
    if not own:
        return "- takes nothing of its own\n"
    return "".join(f"- `{f.name}`: {_type(f)}{_default(f)}\n" for f in own)


def _type(field: attrs.Attribute[Any]) -> str:
    shown = field.type if isinstance(field.type, str) else getattr(field.type, "__name__", str(field.type))
    return f"`{re.sub(r'[a-z_]+[.]', '', shown)}`"


def _default(field: attrs.Attribute[Any]) -> str:
    if field.default is attrs.NOTHING:
        return ", required"
    if isinstance(field.default, attrs.Factory):  # type: ignore[arg-type]  # a class at run time
        return ""
    return f", `{field.default!r}` unless given"


def _who(kind: type[Any]) -> str:
    entry = PERMISSIONS.get(kind, {})
    if not entry:
        return ""
    by_relation: dict[str, list[str]] = {}
    for role, relation in entry.items():
        by_relation.setdefault(relation.value, []).append(role.value.replace("_", " "))
    said = "; ".join(f"{', '.join(roles)} ({relation})" for relation, roles in by_relation.items())
    return f"- who may: {said}\n"


def _where(kind: type[Any]) -> str:
    """Return the statuses that admit the command, and its refusals there."""
    rules = [(name, rule) for name, table in TABLES.items() for rule in table.rules if rule.command is kind]
    if not rules:
        return ""
    statuses = _unique(f"{name.replace('_', ' ')}: {r.at.status if r.at else 'none yet'}" for name, r in rules)
    refusals = _unique(f"`{guard.code}`" for _, rule in rules for guard in rule.guards)
    return f"- admitted in: {', '.join(statuses)}\n" + (
        f"- refused with: {', '.join(refusals)}\n" if refusals else ""
    )


def _unique(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))


def _values() -> Iterator[str]:
    yield "\n## Values\n\n| name | what it is |\n|---|---|\n"
    for name in sorted(values.__all__):
        found = getattr(values, name)
        if inspect.isclass(found):
            yield f"| `{name}` | {_first(_doc(found))} |\n"


def _ports() -> Iterator[str]:
    for name in sorted(ports.__all__):
        if name not in {"Clock", "Entropy"}:
            yield f".. autoclass:: eduid_core.plugins.{name}\n   :members:\n"
    yield "".join(f".. autofunction:: eduid_core.plugins.{name}\n" for name in ("load_adapters", "settings_of"))
    yield "```\n"


def _hooks() -> Iterator[str]:
    yield "\n## Hooks\n\n| hook | what it does |\n|---|---|\n"
    for name, hook in vars(hookspecs).items():
        if name.startswith("eduid_"):
            arguments = ", ".join(inspect.signature(hook).parameters)
            yield f"| `{name}({arguments})` | {_first(_doc(hook))} |\n"


def _doc(thing: Any) -> str:  # noqa: ANN401 - a class or a function
    """Return the docstring as Markdown; a doctest in it is left out."""
    text = inspect.cleandoc(thing.__doc__ or "")
    kept = [part for part in text.split("\n\n") if not part.lstrip().startswith((">>>", "Raises:"))]
    return "\n\n".join(kept).replace("\n    ", "\n")


def _first(text: str) -> str:
    return " ".join(text.split("\n\n", maxsplit=1)[0].split())
