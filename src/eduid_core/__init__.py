"""
Certify students' identity: validation, registry matching and the lifecycle of an application.

The packages, lowest layer first: `validation`, `matching`, `workflow`, `plugins`, `service`; `testing` and
`audit` are beside them, for testing and checking. Import from the packages; this module holds only the version.
"""

from __future__ import annotations

__all__ = ["__version__"]


def __getattr__(name: str) -> str:
    if name == "__version__":
        from importlib.metadata import version  # noqa: PLC0415 - metadata is read only when asked for

        return version("eduid-core")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
