"""Counts for `make shape`: openers without a noun in docstrings, repeated class names, states and events."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import attrs

OPENERS = re.compile(
    r"\b(what|whoever|whatever|who|whose|whom|wherever|else|nobody|nothing)\b"
    r"|where it|of what|of whom|of one\b|of those",
    re.IGNORECASE,
)
WORD = re.compile(r"[A-Za-z]+")
DOCTEST = (">>>", "...")
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


@attrs.frozen
class Wording:
    """The words of some docstrings, and the openers among them."""

    openers: int
    words: int

    @property
    def rate(self) -> float:
        """Return the openers per 1,000 words."""
        return 1000 * self.openers / max(self.words, 1)


def prose(path: Path) -> str:
    """Return the docstrings of the module, classes and functions in *path*, without doctest lines."""
    nodes = (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, DOCUMENTED))
    lines = [line for node in nodes for line in (ast.get_docstring(node) or "").splitlines()]
    return "\n".join(line for line in lines if not line.lstrip().startswith(DOCTEST))


def wording(paths: Iterable[Path]) -> Wording:
    """Return the count over the docstrings of *paths*."""
    texts = [prose(path) for path in paths]
    return Wording(sum(len(OPENERS.findall(t)) for t in texts), sum(len(WORD.findall(t)) for t in texts))


def worst(paths: Iterable[Path], most: int = 3) -> list[tuple[Wording, Path]]:
    """Return the *most* files with the most openers; of two with one count, that with fewer words first."""
    counted = [(wording([path]), path) for path in paths]
    return sorted(counted, key=lambda pair: (-pair[0].openers, pair[0].words))[:most]


def repeated_classes(paths: Iterable[Path]) -> dict[str, list[Path]]:
    """Return public class name -> its files, if it is defined more than once; an adapter's `Settings` apart."""
    found: dict[str, list[Path]] = defaultdict(list)
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and node.name != "Settings":
                found[node.name].append(path)
    return {name: places for name, places in sorted(found.items()) if len(places) > 1}


def states_and_events(paths: Sequence[Path]) -> tuple[set[str], set[str]]:
    """
    Return the class names of the states and of the events in *paths*.

    A state is a class made with `status=`, an event a class made with `name=` whose base is `Event`.
    """
    classes = [
        node
        for path in paths
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
    ]
    bases = {node.name: [ast.unparse(base) for base in node.bases] for node in classes}
    given = [(node.name, {keyword.arg for keyword in node.keywords}) for node in classes]
    states = {name for name, keywords in given if "status" in keywords}
    events = {name for name, keywords in given if "name" in keywords and _is_event(name, bases)}
    return states, events


def _is_event(name: str, bases: Mapping[str, list[str]]) -> bool:
    return any(base == "Event" or _is_event(base, bases) for base in bases.get(name, ()))


def both_state_and_event(paths: Sequence[Path]) -> list[str]:
    """Return the names in *paths* that are both a state and an event."""
    states, events = states_and_events(paths)
    return sorted(states & events)
