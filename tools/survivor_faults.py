"""
Faults that an audit put in by hand and no test noticed, as a table: each with the tests that must fail on it.

The text before stands exactly once in its file. `SIBLINGS` are faults of the same kinds that were looked for
elsewhere. `survivors.py` puts them in, one by one.
"""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = ["FAULTS", "SIBLINGS", "Fault"]


class Fault(NamedTuple):
    """What stands in *file*, what a tired engineer writes in its place, and the tests that notice."""

    id: str
    file: str
    before: str
    after: str
    tests: tuple[str, ...]


_SERVICE = "src/eduid_core/service"
_TESTS = "tests/service"
_SQL = "adapters/store-sql/src/eduid_store_sql"
_FILES = "adapters/registry-file/src/eduid_registry_file"
_CLI = "adapters/cli/src/eduid_cli"
_DURABLE = "adapters/store-sql/tests/test_durable.py"
_MONTHS = "adapters/bulk/tests/test_months_and_twins.py"
_CLERKS = "adapters/registry-file/tests/test_as_clerks_export.py"
_HANDS = "tests/cli/test_hands.py"
_READ = f"{_TESTS}/test_what_people_read.py"
_DAYS = f"{_TESTS}/test_days_in_china.py"
_CODES = "tests/validation/test_other_peoples_codes.py"

FAULTS: Final = (
    # --- service ---------------------------------------------------------------------------------------
    Fault("S03", f"{_SERVICE}/unit_of_work.py", "self._claims.pop(claim, None)", "pass",
          (f"{_TESTS}/test_filerun_later.py",)),
    Fault("S06", f"{_SERVICE}/handlers/accounts.py", "if challenge.nonce in nonces and command.at",
          "if command.at",
          (f"{_TESTS}/test_codes_and_their_time.py",)),
    Fault("S15", f"{_SERVICE}/codec/wire.py", "at > self.until", "at > self.until + dt.timedelta(minutes=5)",
          (f"{_TESTS}/test_codes_and_their_time.py",)),
    Fault("S16", f"{_SERVICE}/timers.py", "dt.timedelta(minutes=5)", "dt.timedelta(0)",
          (f"{_TESTS}/test_timers_in_china.py::test_a_deadline_in_work_is_given_to_nobody_until_its_lease_is_over",)),
    Fault("S19", f"{_SERVICE}/erasure.py", '"card", "comms_card")', '"card")',
          (f"{_TESTS}/test_erased_whole.py",)),
    Fault("S20", f"{_SERVICE}/executor.py", "self._keys.forget(person)", "pass",
          (f"{_TESTS}/test_erased_whole.py",)),
    Fault("S27", f"{_SERVICE}/crypto/vault.py", "digest[:8]", "digest[:3]",
          (f"{_TESTS}/test_codes_and_their_time.py",)),
    Fault("S28", f"{_SERVICE}/ledger/log.py", 'or before != last["root"] or', "or",
          (f"{_TESTS}/test_ledger_rewritten.py",)),
    Fault("S29", f"{_SERVICE}/ledger/log.py", "kept[max(kept)]", "kept[min(kept)]",
          (f"{_TESTS}/test_ledger_rewritten.py",)),
    Fault("S30", f"{_SERVICE}/ledger/log.py", "(*self.entries(), *self.store.documents(KIND).values())",
          "self.entries()", (f"{_TESTS}/test_ledger_rewritten.py",)),
    Fault("S35", f"{_SERVICE}/handlers/reviewers.py",
          "acts_over(command.by.id, (command.by.role,), place, command)",
          "acts_over(command.by.id, EVERYBODY, place, command)", (f"{_TESTS}/test_who_acts.py",)),
    Fault("S36", f"{_SERVICE}/handlers/enrichment.py", "account.ActiveAccount) else None",
          "account.ActiveAccount | account.LockedAccount) else None",
          (f"{_TESTS}/test_who_acts.py",)),
    Fault("S43", f"{_SERVICE}/batch/run.py", ' != "review" or not planned.fresh:', ' != "review":',
          (f"{_TESTS}/test_filerun_later.py",)),
    Fault("S45", f"{_SERVICE}/batch/run.py", "self._runs[-1]", "self._runs[0]",
          (f"{_TESTS}/test_filerun.py",)),
    Fault("S46", f"{_SERVICE}/codec/snapshots.py", 'if kept["shape"] != SHAPE:', 'if not kept["shape"]:',
          (f"{_TESTS}/test_snapshots.py",)),
    Fault("S48", f"{_SERVICE}/calendar.py", "day <= last", "day < last",
          (f"{_TESTS}/test_timers_in_china.py",)),
    Fault("S49", f"{_SERVICE}/external/gateway.py", "\\x1f{teacher.phone.reveal('blind index')}\"", '"',
          (f"{_TESTS}/test_who_acts.py",)),
    Fault("S50", f"{_SERVICE}/executor.py", 'f"{command.by.id}\\x1f{command.key}"', "command.key",
          (f"{_TESTS}/test_who_acts.py",)),
    # --- store-sql -------------------------------------------------------------------------------------
    Fault("Q14", f"{_SQL}/row_values.py", "commit.debits or commit.settled or commit.drops:",
          "commit.debits or commit.settled:", (_DURABLE,)),
    Fault("Q16", f"{_SQL}/engine.py", "secure_delete=ON", "secure_delete=OFF", (_DURABLE,)),
    Fault("Q17", f"{_SQL}/engine.py", "synchronous=FULL", "synchronous=NORMAL", (_DURABLE,)),
    Fault("Q28", f"{_SQL}/store.py",
          'return [Conflict("version", commits[0].appends[0].stream if commits[0].appends else "")]',
          "return [Committed()]", (_DURABLE,)),
    # --- bulk ------------------------------------------------------------------------------------------
    Fault("B05", "adapters/bulk/src/eduid_bulk/kernel.py", "and text[4:] in PLAIN_MONTHS else",
          "and len(text) == 6 else", (_MONTHS,)),
    Fault("B18", "adapters/bulk/src/eduid_bulk/join.py", "np.minimum(sizes - mine, 2)",
          "np.minimum(sizes - mine, 2 - (mine > 1))", (_MONTHS,)),
    # --- registry-file ---------------------------------------------------------------------------------
    Fault("R01", f"{_FILES}/cells.py", "_EXACT_DIGITS: Final = 15", "_EXACT_DIGITS: Final = 16", (_CLERKS,)),
    Fault("R02", f"{_FILES}/opened.py", "count < headings.width:", "count < headings.width - 1:", (_CLERKS,)),
    Fault("R04", f"{_FILES}/registry.py", "parsed.number or parsed.label or text", "parsed.number or text",
          (_CLERKS,)),
    Fault("R05", f"{_FILES}/texts.py", "self._check(os.stat(self._path))", "pass", (_CLERKS,)),
    Fault("R06", f"{_FILES}/texts.py", '= (",", "\\t", ";")', '= ("\\t", ",", ";")', (_CLERKS,)),
    Fault("R08", f"{_FILES}/heading_row.py", "digits < 6 and len", "len", (_CLERKS,)),
    # --- cli -------------------------------------------------------------------------------------------
    Fault("C03", f"{_CLI}/outputs.py", "in (form.school, form.grade, form.class_name)),",
          "in (form.school, form.grade)), form.class_name,", (_HANDS,)),
    Fault("C05", f"{_CLI}/certify.py", "1 if strict and inputs.faults",
          "1 if strict and inputs.applications.faults", (_HANDS,)),
    Fault("C08", f"{_CLI}/review.py", "agrees=approves", "agrees=True", (_HANDS,)),
    Fault("C11", f"{_CLI}/review.py", 'pseudonym("reviewer", row["reviewer"])', 'pseudonym("reviewer", "")',
          (_HANDS,)),
    Fault("C14", f"{_CLI}/deployment.py", "lock.acquire(timeout=0)", "create and lock.acquire(timeout=0)",
          (_HANDS,)),
    # --- the lower floors ------------------------------------------------------------------------------
    Fault("M05", "src/eduid_core/messages/sms.py", "您的班级有{count}份", "您的班级有{number}份", (_READ,)),
    Fault("P03", f"{_SERVICE}/external/guarded_call.py", "self._stuck.append(call)", "self._stuck = [call]",
          ("tests/isolation/test_several_stuck.py",)),
    Fault("V07", "src/eduid_core/validation/documents/nationalities.py", "SVK703 SVN705", "SVK705 SVN703",
          (_CODES,)),
    Fault("V11", "src/eduid_core/validation/documents/school_code.py", '"51": "特教",', "", (_CODES,)),
    Fault("M15", "src/eduid_core/matching/schools.py", '自治区": "45",\n        "海南省": "46"',
          '自治区": "46",\n        "海南省": "45"', (_CODES,)),
)  # fmt: skip
"""The forty of the audit, by its own numbers."""

SIBLINGS: Final = (
    Fault("S28b", f"{_SERVICE}/ledger/log.py", " or merkle.root(leaves) != root:", ":",
          (f"{_TESTS}/test_ledger_rewritten.py",)),
    Fault("S36b", f"{_SERVICE}/handlers/relations.py", "_ACTIVE: Final[_Statuses] = (account.ActiveAccount,)",
          "_ACTIVE: Final[_Statuses] = (account.ActiveAccount, account.LockedAccount)",
          (f"{_TESTS}/test_who_acts.py",)),
    Fault("S48b", f"{_SERVICE}/calendar.py", "first <= day", "first < day",
          (f"{_TESTS}/test_timers_in_china.py",)),
    Fault("S49b", f"{_SERVICE}/external/gateway.py", "{teacher.name.reveal('blind index')}\\x1f", "",
          (f"{_TESTS}/test_who_acts.py",)),
    Fault("S50b", f"{_SERVICE}/executor.py", "{command.by.id}\\x1f{command.key}",
          "{command.by.id}{command.key}",
          (f"{_TESTS}/test_who_acts.py",)),
    Fault("T01", f"{_SERVICE}/timers.py", "deadline.at.astimezone(CHINA).year", "at.year",
          (f"{_TESTS}/test_timers_in_china.py",)),
    Fault("T02", f"{_SERVICE}/timers.py", "range(0, len(names), _MANY)", "range(0, 1, _MANY)",
          (f"{_TESTS}/test_timers_in_china.py",)),
    Fault("T03", "src/eduid_core/workflow/deadlines.py", "moment = start.astimezone(CHINA)", "moment = start",
          (f"{_TESTS}/test_timers_in_china.py",)),
    Fault("T04", f"{_SERVICE}/unit_of_work.py", '("days", self.policy.timers.appeal_days)', '("days", 30)',
          (_READ,)),
    Fault("T05", "src/eduid_core/workflow/reactions/accounts_and_cards.py",
          "(after.expires_at - event.stamp.at).total_seconds()", "300", (_READ,)),
    Fault("Q14b", f"{_SQL}/commits.py", "before, after = _drops(commits)",
          "before, after = [], [d for c in commits for d in c.drops]", (_DURABLE,)),
    Fault("Q14c", f"{_SQL}/commits.py", "(*answered, *commit.drops)", "answered", (_DURABLE,)),
    Fault("Q16b", f"{_SQL}/engine.py", '"PRAGMA secure_delete=ON",', "", (_DURABLE,)),
    Fault("Q17b", f"{_SQL}/engine.py", '"PRAGMA synchronous=FULL",', "", (_DURABLE,)),
    Fault("Q28b", f"{_SQL}/store.py", "for outcome in self._committed([commit])]",
          "for outcome in [Committed()]]", (_DURABLE,)),
    # a day counted in UTC
    Fault("D01", "src/eduid_core/workflow/deadlines.py", "day = s.since.astimezone(CHINA)", "day = s.since",
          (_DAYS,)),
    Fault("D02", f"{_SERVICE}/facade.py", "self.clock().astimezone(CHINA).date()", "self.clock().date()",
          (_DAYS,)),
    Fault("D03", "src/eduid_core/workflow/reactions/applications.py", "event.stamp.at.astimezone(CHINA).date()",
          "event.stamp.at.date()", (_DAYS,)),
    Fault("D04", f"{_SERVICE}/unit_of_work.py", "window = str(at.astimezone(CHINA).date())",
          "window = str(at.date())",
          (_DAYS,)),
    Fault("D05", f"{_SERVICE}/handlers/reviewers.py", "command.at.astimezone(CHINA).date()",
          "command.at.date()",
          (_DAYS,)),
    Fault("D06", f"{_SERVICE}/handlers/dispatch.py", "cause.at.astimezone(CHINA).date()", "cause.at.date()",
          (_DAYS,)),
    Fault("D07", "src/eduid_core/workflow/deadlines.py", "day.day, tzinfo=CHINA)", "day.day, tzinfo=dt.UTC)",
          (_DAYS,)),
)  # fmt: skip
"""Faults of the same kinds, looked for elsewhere."""
