"""`python -m eduid_cli` is `eduid`."""

from __future__ import annotations

from eduid_cli.main import main

main()
