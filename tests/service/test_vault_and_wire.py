"""What is sealed opens in its place only; what is stored comes back as it was."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eduid_audit.model.specimens import specimens
from eduid_core.findings import AdapterError, CallerError
from eduid_core.plugins import LeasedMessage, MasterKey, Record
from eduid_core.private import OtpCode, Phone, PrivateText
from eduid_core.service import KeyFile, policy_from_toml
from eduid_core.service.codec import wire
from eduid_core.service.crypto.passwords import Passwords
from eduid_core.service.crypto.vault import Vault, one_time_code
from eduid_core.workflow import Policy
from eduid_core.workflow.effects import SendMessage

from .house import NOW

VAULT = Vault(MasterKey(id="t", secret=b"m" * 31 + b"."), entropy=secrets.token_bytes, tenant="js")
KEY, WRAPPED = VAULT.new_data_key("application:A-1")


@given(st.binary(max_size=200), st.text(max_size=20), st.text(max_size=20))
def test_a_sealed_body_opens_in_its_place(body: bytes, record: str, field: str) -> None:
    assert KEY.open(KEY.seal(body, record=record, field=field), record=record, field=field) == body


@given(st.integers(0, 60), st.integers(1, 255))
def test_a_changed_byte_does_not_open(at: int, flip: int) -> None:
    sealed = bytearray(KEY.seal(b"x" * 40, record="r", field="f"))
    sealed[at] ^= flip

    with pytest.raises(AdapterError, match="sealed_unreadable"):
        KEY.open(bytes(sealed), record="r", field="f")


@pytest.mark.parametrize("place", [("q", "f"), ("r", "g"), ("rf", ""), ("", "rf")])
def test_a_body_moved_elsewhere_does_not_open(place: tuple[str, str]) -> None:
    sealed = KEY.seal(b"x", record="r", field="f")

    with pytest.raises(AdapterError, match="sealed_unreadable"):
        KEY.open(sealed, record=place[0], field=place[1])


def test_a_wrapped_key_is_its_persons_and_its_tenants() -> None:
    other = Vault(MasterKey(id="t", secret=b"m" * 31 + b"."), entropy=secrets.token_bytes, tenant="zj")

    assert VAULT.data_key("application:A-1", WRAPPED).open(
        KEY.seal(b"x", record="r", field="f"), record="r", field="f"
    )
    for vault, person in ((VAULT, "application:A-2"), (other, "application:A-1")):
        with pytest.raises(AdapterError):
            vault.data_key(person, WRAPPED)


def test_blind_digests_are_equal_for_equal_values_of_one_kind_key_and_tenant_only() -> None:
    vaults = [
        Vault(MasterKey(id="t", secret=secret), entropy=secrets.token_bytes, tenant=tenant)
        for secret in (b"m" * 31 + b".", b"n" * 31 + b".")
        for tenant in ("js", "zj")
    ]
    digests = {v.blind(kind, value) for v in vaults for kind in ("a", "b") for value in ("1", "2")}

    assert len(digests) == 16
    assert VAULT.blind("a", "1") == VAULT.blind("a", "1")


def test_one_time_codes_are_six_digits_and_depend_on_everything() -> None:
    codes = {
        one_time_code(key, *about) for key in (b"a", b"b") for about in (("1", "2"), ("12", ""), ("", "12"))
    }

    assert len(codes) == 6
    assert all(len(c) == 6 and c.isdigit() for c in codes)


def test_one_time_codes_are_spread_evenly() -> None:
    counts = [0] * 10
    for n in range(5000):
        counts[int(one_time_code(b"k", str(n))[0])] += 1

    assert max(counts) < 2 * min(counts)


def test_nothing_of_the_vault_shows_a_key() -> None:
    assert "m" * 8 not in repr(VAULT) + repr(KEY) + repr(MasterKey(id="t", secret=b"m" * 31 + b"."))


def events() -> list[object]:
    """One event of every type, as the model meets it."""
    return list(specimens())


@pytest.mark.parametrize("event", events(), ids=lambda e: e.name)
def test_every_event_comes_back_from_the_store_as_it_was(event: object) -> None:
    record = wire.record_of(event, key=KEY, place="s#1")  # type: ignore[arg-type]

    assert wire.event_of(record, key=KEY, place="s#1") == event
    for private in ("陈小雨", "陈大雨", "320098", "15400001234", "南京"):
        assert private.encode() not in record.body
        assert json.dumps(private)[1:-1].encode() not in record.body
    assert b'"mum"' not in record.body  # three letters alone may stand in a sealed text by chance


def test_every_event_of_the_lifecycle_is_among_them() -> None:
    """`ChildLinked` is only read: stores hold it from before links were confirmed."""
    assert {e.name for e in events()} == set(wire.EVENTS) - {"ChildLinked"}  # type: ignore[attr-defined]


def test_an_event_of_an_unknown_type_is_passed_over() -> None:
    assert wire.event_of(Record("FromTheFuture", b"{}"), key=KEY, place="s#1") is None


def test_a_message_has_one_identity_for_one_fact() -> None:
    about = ("approved", "A-1", 1, "AutoApproved", "guardian")

    identity = wire.message_id(*about)

    assert len(identity) == 26
    for place, other in enumerate(("returned", "A-2", 2, "Approved", "teacher")):
        changed = [*about]
        changed[place] = other
        assert wire.message_id(*changed) != identity  # type: ignore[arg-type]


def test_a_message_survives_its_body() -> None:
    params = (("code", OtpCode("123456")), ("count", 3), ("word", "w"), ("note", PrivateText("n")))
    tell = SendMessage(
        template="t", to=Phone("15400001234"), recipient="owner", subject="s", revision=1, event="E"
    )

    identity, body = wire.message_to(tell, params)
    sealed = KEY.seal(body, record=identity, field="outbox")
    leased = LeasedMessage(message_id=identity, body=sealed, leased_by="s", first_at=NOW, leased_at=NOW)
    message = wire.opened_message(leased, KEY).message

    assert (message.template, message.to, message.params) == ("t", tell.to, params)


# --- policy --------------------------------------------------------------------------------------------


def test_an_empty_policy_is_the_default() -> None:
    assert policy_from_toml("") == Policy()


def test_a_policy_is_read_into_all_its_parts() -> None:
    text = """
        version = "nj-1"
        [matching]
        allow_safe_ts = true
        synthetic = "review"
        cutover = [8, 25]
        [review]
        max_returns = 2
    """

    policy = policy_from_toml(text)

    assert (policy.version, policy.matching.synthetic, policy.review.max_returns) == ("nj-1", "review", 2)
    assert policy.matching.allow_safe_ts
    assert policy.matching.cutover == (8, 25)
    assert wire.policy_digest(policy) != wire.policy_digest(Policy())


@pytest.mark.parametrize(
    "text",
    [
        "x = 1",
        "[matching]\nx = 1",
        "version = 3",
        "[review]\nmax_returns = 0",
        "[review]\nmax_returns = '3'",
        "[review]\nmax_returns = true",
        "[account]\notp_life_s = 601",
        "[matching]\nsynthetic = 'maybe'",
        "file_consent = 'no'",
        "= 3",
    ],
)
def test_a_policy_that_is_not_one_is_refused(text: str) -> None:
    with pytest.raises(CallerError, match="policy"):
        policy_from_toml(text)


# --- keys and passwords --------------------------------------------------------------------------------


def test_a_key_file_is_made_once_and_read_back(tmp_path: Path) -> None:
    keys = KeyFile(tmp_path / "k")

    keys.make(secrets.token_bytes)

    assert keys.master_key() == keys.master_key()
    assert len(keys.master_key().secret) == 32
    with pytest.raises(FileExistsError):
        keys.make(secrets.token_bytes)
    assert [p.name for p in tmp_path.iterdir()] == ["k"]


@pytest.mark.parametrize(
    "body", [b"", b"{}", b'{"id": "x", "key": "AAAA"}', b"\xff", b"[1]", b'{"id": 1, "key": "?"}']
)
def test_a_key_file_that_is_none_is_said_to_be_unreadable(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "k").write_bytes(body)

    with pytest.raises(AdapterError, match="key_unreadable"):
        KeyFile(tmp_path / "k").master_key()


def test_a_password_is_verified_under_its_pepper_only() -> None:
    password = PrivateText("correct horse 𠮷")
    hashed = Passwords(b"p").hash(password)

    assert Passwords(b"p").verify(password, hashed)
    assert not Passwords(b"q").verify(password, hashed)
    assert not Passwords(b"p").verify(PrivateText("correct horse"), hashed)
    assert not Passwords(b"p").verify(password, "nonsense")


def test_passwords_are_normalised_and_otherwise_as_received() -> None:
    hashed = Passwords(b"p").hash(PrivateText("ﬁsh "))

    assert Passwords(b"p").verify(PrivateText("fish "), hashed)
    assert not Passwords(b"p").verify(PrivateText("fish"), hashed)
    assert not Passwords(b"p").verify(PrivateText("Fish "), hashed)


def test_a_record_that_was_moved_to_another_version_does_not_open() -> None:
    (event,) = [e for e in events() if e.name == "Opened"]  # type: ignore[attr-defined]
    record = wire.record_of(event, key=KEY, place="s#1")  # type: ignore[arg-type]

    with pytest.raises(AdapterError):
        wire.event_of(attrs.evolve(record), key=KEY, place="s#2")


@pytest.mark.parametrize("secret", [b"", b"short", b"m" * 31, b"m" * 33, "m" * 32, bytearray(b"m" * 32)])
def test_a_master_key_is_32_bytes_whatever_source_it_comes_from(secret: Any) -> None:
    """A key source is a plugin: an empty variable must not become a key that anybody can derive."""
    right, wrong = MasterKey(id="t", secret=b"m" * 31 + b"."), MasterKey(id="t", secret=secret)
    for master in (wrong, attrs.evolve(right, older=(wrong,))):
        with pytest.raises(AdapterError, match="key_unreadable") as raised:
            Vault(master, entropy=secrets.token_bytes)
        assert "short" not in repr(raised.value)
        with pytest.raises(AdapterError, match="key_unreadable"):
            Vault(right, entropy=secrets.token_bytes).renew(master)
