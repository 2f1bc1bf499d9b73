"""
The tests that a mutation run selects for a module.

A row names a package or a module; the longest name that fits decides. mutmut then chooses for each mutant the
tests that call its function, so a row must contain the tests of the module; fewer places make the run shorter.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs


@attrs.frozen
class Selection:
    """The places of tests, and an expression of pytest's `-k` that chooses among them."""

    places: tuple[str, ...]
    only: str = ""


_NOT_VALIDATION: Final = (
    "not megabyte and not importing and not reference_page and not public_names"
    " and not every_code_in_the_source and not code_point"
)
_NOT_MATCHING: Final = "not docs and not soak and not every_code_written"
_NOT_WORKFLOW: Final = (
    "not walk_application and not walk_view_review and not walk_view_sim and not walk_view_person"
    " and not refusal_is_provoked and not fault"
)


def _tests(folder: str, *names: str, only: str = "") -> Selection:
    return Selection(tuple(f"{folder}/test_{name}.py" for name in names) if names else (folder,), only)


def _validation(*names: str) -> Selection:
    return _tests("tests/validation", *names, only=_NOT_VALIDATION)


def _matching(*names: str) -> Selection:
    return _tests("tests/matching", *names, only=_NOT_MATCHING)


def _service(*names: str) -> Selection:
    return _tests("tests/service", *names)


_BESIDE_WORKFLOW: Final = _service("service", "reviewers", "budgets", "accounts", "carrier", "timers")
_CLI: Final = tuple(f"tests/cli/test_{name}.py" for name in ("bad_input", "outcomes", "review", "second_round"))

TABLE: Final[Mapping[str, Selection]] = {
    "eduid_core": Selection(("tests/test_ground_floor.py", "tests/test_repeats.py", "tests/test_doors.py")),
    "messages": Selection(("tests/test_texts_agree.py", "tests/service/test_what_people_read.py")),
    "validation": _validation(),
    "validation.documents.features": _validation("features", "resident", "facts"),
    "validation.documents.check_digits": _validation(
        "check_characters", "oracles", "other_peoples_codes", "edges"
    ),
    "validation.schooling": _validation("schooling", "edges", "totality", "normalise"),
    "validation.names": _validation("names", "gb18030", "edges", "totality", "normalise"),
    "validation.phones": _validation("phones", "edges", "totality", "oracles"),
    "validation.divisions": _validation("divisions", "makers", "edges", "resident"),
    "matching": _matching(),
    "matching.placement": _matching("fields", "small_laws", "codes"),
    "matching.registry_shrinkage": _matching("registry_faults", "queue_and_registry", "codes"),
    "matching.queue": _matching("queue_and_registry", "small_laws"),
    "matching.han": _matching("han", "fields", "small_laws"),
    "workflow": Selection(("tests/workflow", *_BESIDE_WORKFLOW.places), _NOT_WORKFLOW),
    "plugins": Selection(
        ("tests/plugins", "tests/service/test_public_names.py", "tests/service/test_relay.py")
    ),
    "service": _service(),
    "service.codec": _service("vault_and_wire", "snapshots", "unreadable", "erased_whole"),
    "service.codec.upcast": Selection(("tests/workflow/test_logs.py", "tests/service/test_vault_and_wire.py")),
    "service.crypto": _service("vault_and_wire", "data_keys", "keys", "accounts"),
    "service.ledger": _service("merkle", "ledger_rewritten"),
    "service.outbox": _service("lease_watch", "relay", "unanswered", "carrier", "found_by_simulation"),
    "service.outbox.lease_watch": _service("lease_watch", "relay"),
    "service.batch": _service("filerun", "filerun_later", "failing_streams"),
    "service.external": _service("carrier", "service", "budgets", "failing_streams", "timers"),
    "service.timers": _service("timers", "timers_in_china", "failing_streams"),
    "service.calendar": _service("days_in_china", "timers", "timers_in_china"),
    "testing.simulators": Selection(("adapters/sms-aliyun/tests", "adapters/sms-tencent/tests", "tests/sms")),
    "testing": Selection(
        ("tests/validation/test_fakes.py", "tests/service/test_store_laws.py", "tests/matching/test_laws.py")
    ),
    "eduid_registry_file": Selection(("adapters/registry-file/tests", "tests/files", *_CLI)),
    "eduid_registry_sql": Selection(("adapters/registry-sql/tests",), "not postgresql"),
    "eduid_registry_oneroster": Selection(("adapters/registry-oneroster/tests",)),
    "eduid_sms_console": Selection(("adapters/sms-console/tests",)),
    "eduid_sms_http": Selection(("adapters/sms-http/tests", "tests/sms")),
    "eduid_sms_aliyun": Selection(("adapters/sms-aliyun/tests", "tests/sms")),
    "eduid_sms_tencent": Selection(("adapters/sms-tencent/tests", "tests/sms")),
    "eduid_sms_webhook": Selection(("adapters/sms-webhook/tests", "tests/sms")),
    "eduid_bulk": Selection(("adapters/bulk/tests",), "not spark"),
    "eduid_cli": Selection(_CLI),
    "eduid_store_sql": Selection(
        ("tests/service/test_service.py", "adapters/store-sql/tests"), "not mysql and not postgresql"
    ),
    "eduid_audit": Selection(("tests/simulator", "tests/crash/test_matrix.py", "tests/workflow/test_model.py")),
}
"""Package or module -> its tests. Left out: clocks, readings of the whole tree, every code point one by one."""


def tests_of(module: str) -> Selection:
    """
    Return the tests of *module*: the row with the longest name that fits; for a module at the top, the core's.

    >>> tests_of("service.outbox.relay").places[0], tests_of("private").places[0]
    ('tests/service/test_relay.py', 'tests/test_ground_floor.py')
    """
    parts = module.split(".")
    names = [".".join(parts[:end]) for end in range(len(parts), 0, -1)]
    return next((TABLE[name] for name in names if name in TABLE), TABLE["eduid_core"])
