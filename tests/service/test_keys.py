"""A new master key takes over while the service runs; both cipher suites seal alike; a lost key opens nothing."""

from __future__ import annotations

import base64
import errno
import inspect
import json
import multiprocessing
import os
import secrets
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from eduid_core.findings import AdapterError
from eduid_core.plugins import MasterKey
from eduid_core.private import PrivateText
from eduid_core.service import KeyEnv, KeyFile, LogIn, Profile
from eduid_core.service.crypto.sealing import DataKey, keyed_digest
from eduid_core.testing.doubles import NUMBERS, form_of
from eduid_core.workflow import Actor, Role

from .house import ANYONE, NOW, House

PROFILES = pytest.mark.parametrize("profile", list(Profile), ids=lambda p: p.name)


def key_of(profile: Profile, secret: bytes = b"k" * 32) -> DataKey:
    return DataKey(secret, tenant="js", entropy=secrets.token_bytes, profile=profile)


@PROFILES
@given(body=st.binary(max_size=200), record=st.text(max_size=9), field=st.text(max_size=9))
def test_a_body_opens_in_its_place_under_either_profile(
    profile: Profile, body: bytes, record: str, field: str
) -> None:
    sealed = key_of(profile).seal(body, record=record, field=field)

    for reader in Profile:
        assert key_of(reader).open(sealed, record=record, field=field) == body
    with pytest.raises(AdapterError, match="sealed_unreadable"):
        key_of(profile).open(sealed, record=record + "x", field=field)


@PROFILES
@given(at=st.integers(0, 60), flip=st.integers(1, 255), cut=st.integers(0, 60))
def test_no_changed_or_shortened_body_opens(profile: Profile, at: int, flip: int, cut: int) -> None:
    sealed = bytearray(key_of(profile).seal(b"x" * 40, record="r", field="f"))
    changed = bytes(b ^ flip if i == at else b for i, b in enumerate(sealed))

    for bad in (changed, bytes(sealed[:cut])):
        with pytest.raises(AdapterError, match="sealed_unreadable"):
            key_of(profile).open(bad, record="r", field="f")


def test_the_vectors_of_the_standards() -> None:
    """GB/T 32907 A.1 (one block of SM4) and GB/T 32905 A.1 (SM3 of "abc", here as the core of our HMAC)."""
    block = bytes.fromhex("0123456789abcdeffedcba9876543210")
    sm4 = Cipher(algorithms.SM4(block), modes.ECB()).encryptor()  # noqa: S305 - the vector is of the bare cipher
    assert sm4.update(block).hex() == "681edf34d206965e86b3e94f536e4246"
    sm3 = hashes.Hash(hashes.SM3())
    sm3.update(b"abc")
    assert sm3.finalize().hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    inner = hashes.Hash(hashes.SM3())
    inner.update(bytes(b ^ 0x36 for b in b"k".ljust(64, b"\0")) + b"body")
    outer = hashes.Hash(hashes.SM3())
    outer.update(bytes(b ^ 0x5C for b in b"k".ljust(64, b"\0")) + inner.finalize())
    assert keyed_digest(Profile.SM, b"k", b"body") == outer.finalize()


class Keys:
    def __init__(self, *masters: MasterKey) -> None:
        self.key = MasterKey(id=masters[0].id, secret=masters[0].secret, older=masters[1:])

    def master_key(self) -> MasterKey:
        return self.key


OLD, NEW, ANOTHER = (MasterKey(id=n, secret=n.encode() * 31 + b".") for n in "abc")


@PROFILES
def test_a_new_master_key_takes_over_while_the_service_runs(tmp_path: Path, profile: Profile) -> None:
    house = House(tmp_path, keys=Keys(OLD), profile=profile)
    by = house.registered()
    house.handed_in("A-1", by, form_of())
    log_in = LogIn(
        username=PrivateText("acct"), password=PrivateText("long enough"), subject="acct", by=ANYONE, at=NOW
    )

    both = house.open(keys=Keys(NEW, OLD), profile=profile)
    house.service = both
    house.handed_in("A-2", by, form_of(NUMBERS[1]))
    assert both.rotate_keys() > 0
    house.handed_in("A-3", by, form_of(NUMBERS[2]))

    new: Any = house.open(keys=Keys(NEW), profile=profile)
    assert [new.state("application", f"A-{i}").status for i in (1, 2, 3)] == ["approved"] * 3
    assert new.handle(log_in).ok
    house.service = new
    assert house.handed_in("A-4", by, form_of()).status == "pending_review"  # still known as the pupil of A-1
    assert new.rotate_keys() == 0
    for wrong in (Keys(OLD), Keys(ANOTHER)):
        with pytest.raises(AdapterError, match="key_wrong"):
            house.open(keys=wrong)


def test_a_rotation_killed_halfway_is_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    house = House(tmp_path, keys=Keys(OLD))
    by = house.registered()
    for i in range(3):
        house.handed_in(f"A-{i}", by, form_of(NUMBERS[i]))
    put, left = house.store.put, [1]

    def dying(documents: Any) -> None:
        if not left:
            raise KeyboardInterrupt
        left.pop()
        put(documents)

    both = house.open(keys=Keys(NEW, OLD))
    monkeypatch.setattr(house.store, "put", dying)
    with pytest.raises(KeyboardInterrupt):
        both.rotate_keys()
    monkeypatch.undo()

    again: Any = house.open(keys=Keys(NEW, OLD))
    again.rotate_keys()
    new: Any = house.open(keys=Keys(NEW))
    assert [new.state("application", f"A-{i}").status for i in range(3)] == ["approved"] * 3


def test_the_other_profile_may_be_taken_up_later_and_nobody_is_lost(tmp_path: Path) -> None:
    """What was sealed stays readable, and a pupil is still one pupil: blind digests keep their profile."""
    house = House(tmp_path)
    by = house.registered()
    house.handed_in("A-1", by, form_of())

    house.service = house.open(profile=Profile.SM)

    assert house.handed_in("A-2", by, form_of()).status == "pending_review"
    assert house.handed_in("A-3", by, form_of(NUMBERS[1])).status == "approved"
    first: Any = house.open().state("application", "A-3")
    assert first.status == "approved"


def test_a_key_file_is_rotated_and_retired(tmp_path: Path) -> None:
    keys = KeyFile(tmp_path / "k")
    keys.make(secrets.token_bytes)
    first = keys.master_key()

    keys.rotate(secrets.token_bytes)
    second = keys.master_key()
    keys.retire(secrets.token_bytes)

    assert second.secret != first.secret
    assert [k.secret for k in second.older] == [first.secret]
    assert keys.master_key().secret == second.secret
    assert keys.master_key().older == ()
    assert (tmp_path / "k").stat().st_mode & 0o777 == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["k"]


def test_of_keys_that_are_rotated_at_once_none_is_lost(tmp_path: Path) -> None:
    keys = KeyFile(tmp_path / "k")
    keys.make(secrets.token_bytes)
    first = keys.master_key().secret
    context = multiprocessing.get_context("fork")
    several = [context.Process(target=keys.rotate, args=(secrets.token_bytes,)) for _ in range(8)]
    for process in several:
        process.start()
    for process in several:
        process.join()

    stands = keys.master_key()
    assert len({stands.secret, *(older.secret for older in stands.older)}) == 9
    assert stands.older[-1].secret == first
    assert [p.name for p in tmp_path.iterdir()] == ["k"]


def failure_of(act: Callable[[], object]) -> tuple[Exception, str]:
    """Return how *act* fails, and what a crash reporter shows of it: every frame with its locals."""
    try:
        act()
    except (AdapterError, OSError) as error:
        return error, "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    raise AssertionError("it did not fail")


def test_a_broken_key_file_shows_no_key_in_a_traceback(tmp_path: Path) -> None:
    keys = KeyFile(tmp_path / "k")
    keys.make(secrets.token_bytes)
    whole = json.loads((tmp_path / "k").read_text())
    (tmp_path / "k").write_text(json.dumps({**whole, "older": [{"id": "x"}]}))
    secret = base64.b64decode(whole["key"])

    for attempt in (keys.master_key, lambda: keys.rotate(secrets.token_bytes)):
        error, shown = failure_of(attempt)
        assert isinstance(error, AdapterError)
        assert error.code == "key_unreadable"
        assert whole["key"] not in shown
        assert repr(secret)[2:20] not in shown


def test_a_key_that_cannot_be_written_leaves_the_one_that_stands_and_shows_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = KeyFile(tmp_path / "k")
    keys.make(secrets.token_bytes)
    before = (tmp_path / "k").read_text()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "no room")

    monkeypatch.setattr(os, "fsync", full)
    error, shown = failure_of(lambda: keys.rotate(secrets.token_bytes))

    assert isinstance(error, OSError)
    assert "No space" in shown
    assert json.loads(before)["key"] not in shown
    assert (tmp_path / "k").read_text() == before
    assert [p.name for p in tmp_path.iterdir()] == ["k"]


def test_a_key_in_the_environment(tmp_path: Path) -> None:
    keys = KeyFile(tmp_path / "k")
    keys.make(secrets.token_bytes)
    environ = {"EDUID_KEY": (tmp_path / "k").read_text()}

    assert KeyEnv(environ=environ).master_key() == keys.master_key()
    for bad, code in (
        ({}, "key_missing"),
        ({"EDUID_KEY": "{}"}, "key_unreadable"),
        ({"EDUID_KEY": "[1]"}, "key_unreadable"),
    ):
        with pytest.raises(AdapterError, match=code):
            KeyEnv(environ=bad).master_key()


def test_what_is_said_of_a_key_source_shows_nothing_of_the_environment() -> None:
    assert os.environ["PATH"] not in str(inspect.signature(KeyEnv)) + repr(KeyEnv())


def test_no_key_shows_itself() -> None:
    assert "a" * 32 not in repr(OLD) + repr(Keys(NEW, OLD).key) + repr(key_of(Profile.SM))


def test_a_service_that_began_before_the_rotation_takes_the_new_key_into_use(tmp_path: Path) -> None:
    keys = KeyFile(tmp_path / "key")
    keys.make(secrets.token_bytes)
    house = House(tmp_path, keys=keys)
    house.handed_in("A-1", house.registered(), form_of())

    keys.rotate(secrets.token_bytes)
    assert house.service.rotate_keys() > 0
    keys.retire(secrets.token_bytes)

    assert house.open().state("application", "A-1") == house.service.state("application", "A-1")


def test_a_service_whose_source_forgot_the_key_that_stands_wraps_nothing(tmp_path: Path) -> None:
    keys = KeyFile(tmp_path / "key")
    keys.make(secrets.token_bytes)
    house = House(tmp_path, keys=keys)
    keys.rotate(secrets.token_bytes)
    keys.retire(secrets.token_bytes)

    with pytest.raises(AdapterError, match="key_wrong"):
        house.service.rotate_keys()


def rotated_beside(tmp_path: Path) -> tuple[House, Any, KeyFile]:
    """Return a house, a process of it that another process rotated the key beside, and the key file."""
    keys = KeyFile(tmp_path / "key")
    keys.make(secrets.token_bytes)
    house = House(tmp_path, keys=keys)
    house.handed_in("A-1", house.registered(), form_of())
    stale = house.service
    keys.rotate(secrets.token_bytes)
    house.open().rotate_keys()
    return house, stale, keys


def test_a_process_not_restarted_wraps_no_key_under_the_old_one(tmp_path: Path) -> None:
    """On the old code it went on with the old key, and after `retire` those people were lost."""
    house, stale, keys = rotated_beside(tmp_path)
    by = Actor(id="acct", role=Role.GUARDIAN)

    house.service = stale
    assert house.handed_in("A-2", by, form_of(NUMBERS[1])).status == "approved"
    assert stale.state("application", "A-1").status == "approved"
    keys.retire(secrets.token_bytes)

    fresh: Any = house.open()
    assert [fresh.state("application", f"A-{n}").status for n in (1, 2)] == ["approved", "approved"]


def test_a_process_whose_source_does_not_know_the_new_key_refuses(tmp_path: Path) -> None:
    house, stale, keys = rotated_beside(tmp_path)
    older = keys.master_key().older[0]
    stale.executor.generation._source = lambda: older

    house.service = stale
    with pytest.raises(AdapterError, match="key_outdated"):
        house.handed_in("A-2", Actor(id="acct", role=Role.GUARDIAN), form_of(NUMBERS[1]))
    assert house.store.documents("data_key", ["application:A-2"]) == {}


def test_the_ledger_knows_every_key_that_was_wrapped_again(tmp_path: Path) -> None:
    house, _, _ = rotated_beside(tmp_path)

    ledger = house.open().ledger()
    ledger.integrate()

    assert list(ledger.contradictions()) == []


@pytest.mark.parametrize("byte", [0, 107, 255])
def test_no_store_is_begun_under_a_constant_key_or_rotated_to_one(tmp_path: Path, byte: int) -> None:
    """On the old code a variable that was never filled, and read as noughts, was a master key."""
    constant = MasterKey(id="c", secret=bytes([byte]) * 32)
    with pytest.raises(AdapterError, match="key_unreadable"):
        House(tmp_path, keys=Keys(constant))

    source = Keys(OLD)
    house = House(tmp_path, keys=source)
    source.key = attrs.evolve(constant, older=(OLD,))
    with pytest.raises(AdapterError, match="key_unreadable"):
        house.service.rotate_keys()
