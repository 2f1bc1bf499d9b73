"""Staff look with a reason and a record; what came to an end is erased for good; the ledger forgets nothing."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import attrs
import pytest

from eduid_core.findings import AdapterError, Refused
from eduid_core.plugins import Document, MasterKey, ReceiptStatus
from eduid_core.service import Erase, Reveal
from eduid_core.service.ledger.checkpoint import read_note
from eduid_core.service.ledger.comparison import Contradiction
from eduid_core.service.ledger.merkle import leaf_hash, root, verify_consistency, verify_inclusion
from eduid_core.testing.doubles import NUMBERS, FixedKey, form_of
from eduid_core.workflow import Actor, Role
from eduid_core.workflow.account import commands as account_commands
from eduid_core.workflow.application import commands as app

from .house import DISTRICT, HEAD, OPERATOR, House, about, seated

ORIGIN = "example.cn/ledger"
FORM = {"name": "陈小雨", "id_number": NUMBERS[0], "guardian_phone": "15400001234"}


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = House(tmp_path)
    seated(made.service)
    return made


def code(answer: Any) -> str:
    return answer.code if isinstance(answer, Refused) else "done"


def look(by: Actor, *fields: str, reason: str = "LOOKED_AT_FOR_REVIEW") -> Reveal:
    return Reveal(fields=fields or ("name",), reason=reason, **about("A-1", by))


def looks(house: House) -> list[dict[str, Any]]:
    house.service.ledger(ORIGIN).integrate()
    entries = (json.loads(e) for e in house.service.ledger(ORIGIN).entries())
    return [e for e in entries if "reveal" in e]


# --- looking -------------------------------------------------------------------------------------------


def test_who_covers_the_class_sees_what_was_asked_for_and_the_look_is_on_record(house: House) -> None:
    house.handed_in("A-1", house.registered(), form_of(school="南京市云杉小学"))

    seen: Any = house.service.handle(look(HEAD, "name", "guardian_phone"))

    assert dict(seen.values) == {k: FORM[k] for k in ("name", "guardian_phone")}
    assert FORM["name"] not in repr(seen) + str(seen)
    (entry,) = looks(house)
    assert (entry["by"], entry["reason"], entry["fields"]) == (
        "head", "LOOKED_AT_FOR_REVIEW", ["guardian_phone", "name"],
    )  # fmt: skip


def test_each_look_is_recorded_and_a_refused_one_shows_and_records_nothing(house: House) -> None:
    guardian = house.registered()
    house.handed_in("A-1", guardian, form_of(school="南京市云杉小学"))
    stranger = Actor(id="stranger", role=Role.TEACHER, assurance=2)

    refused = {
        "not_eligible_reviewer": look(stranger),
        "assurance_too_low": look(attrs.evolve(HEAD, assurance=1)),
        "forbidden": look(guardian),
        "reason_required": look(HEAD, reason="CURIOUS"),
    }
    for why, command in refused.items():
        assert code(house.service.handle(command)) == why
    for fields in ((), ("file",), ("name", "tally")):
        command = attrs.evolve(look(HEAD), fields=fields)
        assert code(house.service.handle(command)) == "reason_required"
    assert looks(house) == []
    for _ in range(3):
        assert house.service.handle(look(HEAD)).ok
    assert len(looks(house)) == 3


def test_a_look_that_cannot_be_recorded_shows_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.handed_in("A-1", house.registered(), form_of(school="南京市云杉小学"))

    def full(_: Any) -> Any:
        raise AdapterError("disk_full", "store")

    monkeypatch.setattr(house.store, "commit", full)
    with pytest.raises(AdapterError):
        house.service.handle(look(HEAD))


# --- erasing -------------------------------------------------------------------------------------------


def erase(by: Actor, subject: str = "A-1", **more: Any) -> Erase:
    return Erase(reason="ERASED_ON_REQUEST", **more, **about(subject, by))


def test_what_came_to_an_end_is_erased_and_nobody_reads_it_again(house: House) -> None:
    guardian = house.registered()
    house.handed_in("A-1", guardian, form_of())
    assert code(house.service.handle(erase(guardian))) == "invalid_transition"
    assert house.service.handle(app.WithdrawConsent(**about("A-1", guardian))).ok
    early = house.open()
    assert early.state("application", "A-1") is not None  # its key is at hand there

    assert house.service.handle(erase(guardian)).ok

    for service in (house.service, early, house.open()):
        for aggregate in ("application", "card"):
            state: Any = service.state(aggregate, "A-1")
            assert (state.status, state.reason, state.by) == ("erased", "ERASED_ON_REQUEST", guardian.id)
            assert service.history(aggregate, "A-1") == ()
    assert house.store.documents("data_key", ["application:A-1"]) == {}
    later = app.Save(form=form_of(), **about("A-1", guardian))
    assert code(house.service.handle(later)) == "forbidden", "what is erased is nobody's"
    assert house.handed_in("A-2", guardian, form_of()).status == "approved"


def test_nobody_is_told_of_who_was_erased(house: House) -> None:
    """What waits is not handed over, what nobody answered for is not asked about, and no body is kept."""
    guardian = house.registered()
    house.handed_in("A-1", guardian, form_of())
    house.sms.answer = TimeoutError()
    assert house.service.send_messages().unknown == 1
    house.sms.answer, house.sms.query_answer = ReceiptStatus.ACCEPTED, ReceiptStatus.LATER
    house.service.handle(app.WithdrawConsent(**about("A-1", guardian)))
    house.handed_in("A-2", guardian, form_of(NUMBERS[1]))
    house.sms.sent.clear()

    assert house.service.handle(erase(guardian)).ok

    assert house.service.messages(by=OPERATOR, status="unknown") == ()
    house.service.send_messages(alone=True)
    assert house.sms.templates() == ["approved"]
    with sqlite3.connect(house.folder / "house.db") as db:
        assert db.execute("SELECT COUNT(*) FROM outbox WHERE body != x''").fetchone() == (0,)


def test_the_key_of_who_was_erased_is_gone_from_the_disk_at_once(house: House) -> None:
    guardian = house.registered()
    house.handed_in("A-1", guardian, form_of())
    wrapped = house.store.documents("data_key")["application:A-1"]
    house.service.handle(app.WithdrawConsent(**about("A-1", guardian)))
    assert any(wrapped in file.read_bytes() for file in house.store_files())

    assert house.service.handle(erase(guardian)).ok

    assert not any(wrapped in file.read_bytes() for file in house.store_files())


def test_only_the_family_and_the_district_erase_and_only_for_a_listed_reason(house: House) -> None:
    guardian = house.registered()
    house.handed_in("A-1", guardian, form_of())
    house.service.handle(app.WithdrawConsent(**about("A-1", guardian)))
    stranger = Actor(id="stranger", role=Role.GUARDIAN)

    assert code(house.service.handle(erase(stranger))) == "forbidden"
    assert code(house.service.handle(erase(HEAD))) == "forbidden"
    assert code(house.service.handle(erase(guardian, "A-9"))) == "forbidden"
    because = attrs.evolve(erase(guardian), reason="BECAUSE")
    assert code(house.service.handle(because)) == "reason_required"
    assert house.service.handle(erase(DISTRICT)).ok
    assert house.service.handle(erase(DISTRICT)).ok


def test_a_closed_account_is_erased(house: House) -> None:
    guardian = house.registered()
    closing = erase(guardian, "acct", aggregate="account")
    assert code(house.service.handle(closing)) == "invalid_transition"
    assert house.service.handle(account_commands.CloseAccount(**about("acct", guardian))).ok

    assert house.service.handle(closing).ok

    assert house.service.state("account", "acct").status == "erased"
    again = house.registered("acct2")
    assert again.id == "acct2"


def test_a_rotation_brings_nobody_back(house: House) -> None:
    guardian = house.registered()
    house.handed_in("A-1", guardian, form_of())
    house.service.handle(app.WithdrawConsent(**about("A-1", guardian)))
    kept = house.store.documents("data_key", ["application:A-1"])
    house.service.handle(erase(guardian))
    house.store.put([Document("data_key", k, v) for k, v in kept.items()])  # what a rotation under way may do
    old = FixedKey().master_key()

    class Keys:
        def master_key(self) -> MasterKey:
            return MasterKey(id="new", secret=b"n" * 31 + b".", older=(old,))

    house.open(keys=Keys()).rotate_keys()

    assert house.store.documents("data_key", ["application:A-1"]) == {}


# --- the ledger ----------------------------------------------------------------------------------------


def grown(house: House, count: int) -> None:
    guardian = house.registered()
    for n in range(count):
        house.handed_in(f"A-{n}", guardian, form_of(NUMBERS[n]))


def test_every_commit_leaves_an_entry_without_personal_data(house: House) -> None:
    grown(house, 3)
    ledger = house.service.ledger(ORIGIN)
    before, waiting = len(ledger.entries()), len(house.store.documents("ledger"))

    assert ledger.integrate() == waiting > 5
    assert ledger.integrate() == 0
    text = b"".join(ledger.entries()).decode()
    assert len(ledger.entries()) == before + waiting
    assert not [v for v in (*FORM.values(), *NUMBERS, "陈大雨", "南京") if v in text]
    assert list(ledger.contradictions()) == []


def test_a_witness_sees_that_the_ledger_only_grew(house: House) -> None:
    ledger = house.service.ledger(ORIGIN)
    ledger.integrate()
    first = read_note(ledger.checkpoint(), ledger.verifier())
    grown(house, 2)
    ledger.integrate()
    second = read_note(ledger.checkpoint(), ledger.verifier())

    proof = ledger.consistency(first.size)
    assert verify_consistency(first.size, second.size, first.root, second.root, proof)
    entries = ledger.entries()
    assert root([leaf_hash(e) for e in entries]) == second.root
    for index in (0, 7, len(entries) - 1):
        path = ledger.inclusion(index)
        assert verify_inclusion(leaf_hash(entries[index]), index, second.size, path, second.root)


def tampered(house: House, statement: str) -> None:
    house.store.close()
    with sqlite3.connect(house.folder / "house.db") as db:
        assert db.execute(statement).rowcount
    house.store = type(house.store)(house.url)
    house.service = house.open()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM events WHERE stream='application/A-1' AND version=(SELECT MAX(version) FROM events WHERE stream='application/A-1')",
        "UPDATE events SET body=CAST(body||x'00' AS BLOB) WHERE stream='application/A-0' AND version=1",
        "UPDATE events SET type='Expired' WHERE stream='application/A-0' AND version=2",
        "DELETE FROM events WHERE stream='card/A-0'",
    ],
    ids=["shortened", "body", "type", "gone"],
)
def test_whoever_changes_the_store_contradicts_the_ledger(house: House, statement: str) -> None:
    grown(house, 2)
    house.service.ledger(ORIGIN).integrate()

    tampered(house, statement)

    assert len(list(house.service.ledger(ORIGIN).contradictions())) == 1


def test_whoever_changes_the_log_gets_no_signature(house: House) -> None:
    grown(house, 2)
    ledger = house.service.ledger(ORIGIN)
    ledger.integrate()
    ledger.checkpoint()

    tampered(house, "UPDATE events SET body=x'7b7d' WHERE stream='ledger/log' AND version=3")

    with pytest.raises(AdapterError, match="ledger_changed"):
        house.service.ledger(ORIGIN).checkpoint()


@pytest.mark.parametrize(
    "kept", ["substr(body,1,length(body)-1)||x'00'", "x'5b312c205b226161225d5d'"], ids=["changed", "kept open"]
)
def test_whoever_changes_what_the_log_is_summed_up_in_gets_no_root_of_their_own(
    house: House, kept: str
) -> None:
    """Changed, it says nothing any more; written as it was once kept, unsealed, it is not what was signed."""
    grown(house, 2)
    ledger = house.service.ledger(ORIGIN)
    ledger.integrate()

    tampered(house, f"UPDATE snapshots SET body=CAST({kept} AS BLOB) WHERE stream='ledger/log'")  # noqa: S608 - ours

    with pytest.raises(AdapterError, match="ledger_changed"):
        ledger.checkpoint()


def test_a_stream_that_no_entry_tells_of_is_a_contradiction(house: House) -> None:
    grown(house, 1)
    ledger = house.service.ledger(ORIGIN)
    ledger.integrate()
    assert list(ledger.contradictions()) == []

    tampered(
        house,
        "INSERT INTO streams SELECT district, 'reviewer_grant/EVIL', version, 'any', base, due FROM streams LIMIT 1",
    )
    tampered(
        house, "INSERT INTO events SELECT district, 'reviewer_grant/EVIL', 1, type, body FROM events LIMIT 1"
    )

    assert list(ledger.contradictions()) == [Contradiction("events", "reviewer_grant/EVIL", "added")]


def test_two_who_take_over_at_once_take_each_entry_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    grown(house, 2)
    ledger = house.service.ledger(ORIGIN)
    waiting = len(house.store.documents("ledger")) + len(ledger.entries())
    commit, once = house.store.commit, [True]

    def interrupted(commits: Any) -> Any:
        if once:
            once.pop()
            ledger.integrate()
        return commit(commits)

    monkeypatch.setattr(house.store, "commit", interrupted)
    ledger.integrate()

    assert len(ledger.entries()) == waiting
    assert house.store.documents("ledger") == {}
