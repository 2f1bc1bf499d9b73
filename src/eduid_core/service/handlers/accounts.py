"""
Handlers for registration, one-time codes and passwords: a secret is hashed or compared here, not in
a decider.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Generator, Iterable, Mapping
from typing import Any

import attrs

from eduid_core.findings import Refused
from eduid_core.private import OtpCode, Phone, Private, PrivateText
from eduid_core.service import commands as own
from eduid_core.service.crypto.passwords import LONGEST, is_too_long
from eduid_core.service.handlers.door import looks_personal
from eduid_core.service.handlers.sessions import ASSURANCE_OF_STAFF, begun
from eduid_core.service.ids import ID_BYTES, id_of
from eduid_core.service.intents import (
    Accepted,
    Answer,
    DeriveCode,
    DrawBytes,
    FindAnswer,
    FindHolders,
    Handler,
    HashPassword,
    Load,
    Loaded,
    VerifyPassword,
)
from eduid_core.service.sessions.intents import VerifyFactor
from eduid_core.service.unit_of_work import UnitOfWork, write
from eduid_core.workflow import Command, Policy, Role, comms_card
from eduid_core.workflow.account import commands as account_commands
from eduid_core.workflow.account import states as account
from eduid_core.workflow.actors import Actor

__all__ = ["PERSONS", "counted", "new_id", "nonce"]

NONCE_BYTES = 16
_SYSTEM = Actor(id="system", role=Role.SYSTEM)


def nonce() -> Generator[Any, Any, str]:
    """Return a fresh nonce in hex; no caller can choose it."""
    drawn: bytes = yield DrawBytes(NONCE_BYTES)
    return drawn.hex()


def _common(command: Command) -> dict[str, Any]:
    return {"subject": command.subject, "by": command.by, "at": command.at}


@attrs.frozen(kw_only=True)
class _Apart(Command, name="_apart"):
    """The result of a command, stored under a key that no caller gives, so no caller reads it."""

    of: str
    given: Private
    username: Private | None = None


Guess = own.EnterCode | own.EnterNumberCode | own.ConfirmLink


def _apart(command: own.LogIn | Guess, what: str) -> _Apart:
    """Return the separate key under which the result *what* of *command* is stored."""
    return _Apart(
        key=f"{command.key}\x1f{what}" if command.key else "",
        of=f"{command.name} {what}",
        given=command.password if isinstance(command, own.LogIn) else command.code,
        username=command.username if isinstance(command, own.LogIn) else None,
        **_common(command),
    )


def _unusable(password: PrivateText, policy: Policy) -> Refused | None:
    least = policy.account.password_min_characters
    if is_too_long(password):
        return Refused("password_too_long", {"max": LONGEST})
    if len(password.reveal("check its length")) < least:
        return Refused("password_too_weak", {"min": least})
    return None


OPEN_ROLES = frozenset({Role.STUDENT, Role.GUARDIAN, Role.TEACHER})
"""The roles in which a stranger may register; every other role is granted to an account that is registered."""


def new_id() -> Generator[Any, Any, str]:
    """Return a fresh id of an account or an application; no caller can choose it."""
    while looks_personal(made := id_of((yield DrawBytes(ID_BYTES)))):
        pass
    return made


def _register(command: own.Register, policy: Policy) -> Handler:
    if command.role not in OPEN_ROLES:
        return Refused("forbidden")
    if refused := _unusable(command.password, policy):
        return refused
    start = account_commands.StartRegistration(
        role=command.role,
        username=command.username,
        phone=command.phone,
        password_hash=(yield HashPassword(command.password)),
        nonce=(yield from nonce()),
        **{**_common(command), "subject": command.subject or (yield from new_id())},
    )
    answer, _ = yield from write(start, policy, asked=command)
    return answer


def _resend(command: own.ResendCode, policy: Policy) -> Handler:
    resend = account_commands.ResendChallenge(nonce=(yield from nonce()), **_common(command))
    answer, _ = yield from write(resend, policy, asked=command)
    return answer


def _log_in(command: own.LogIn, policy: Policy) -> Handler:
    """
    Compare the password, then record the result. An unknown account costs the same work and gets the same
    answer.

    The result is stored under a separate key. A repeated failure is answered as a failure again. A repeated
    success is compared again, because the password or the account may have changed, and is recorded once. Each
    success begins a session.
    """
    command = attrs.evolve(command, subject="")
    failed, accepted = _apart(command, "failed"), _apart(command, "accepted")
    if (yield FindAnswer(failed)) is not None:
        return Refused("login_failed")
    before: Answer | None = yield FindAnswer(accepted)
    if isinstance(before, Refused):
        return before
    owners: tuple[str, ...] = yield FindHolders("username", command.username)
    command = attrs.evolve(command, subject=owners[0] if owners else "")
    found: Loaded = yield Load("account", command.subject)
    hashed = found.state.person.password_hash if isinstance(found.state, account.ActiveAccount) else ""
    right = yield VerifyPassword(command.password, hashed)
    if not isinstance(found.state, account.ActiveAccount):
        return Refused("login_failed")
    code = command.totp if right else None
    if code is not None and not (yield VerifyFactor(command.subject, code, command.at)):
        return Refused("second_factor_wrong")
    if before is None or not right:
        asked = accepted if right else failed
        before = yield from _recorded(command, hashed, policy, right=right, asked=asked)
    if not right or not isinstance(before, Accepted):
        return Refused("login_failed")
    assurance = 1 if command.totp is None else ASSURANCE_OF_STAFF
    token = yield from begun(found.state.person, assurance, command.by.origin, command.at)
    return attrs.evolve(before, token=token)


def _recorded(
    command: own.LogIn, hashed: str, policy: Policy, *, right: bool, asked: Command
) -> Generator[Any, Any, Answer]:
    """Record whether the password was *right*, while the compared one is still the account's."""
    login = account_commands.RecordLogin(subject=command.subject, by=_SYSTEM, at=command.at, right=right)

    def unchanged(work: UnitOfWork) -> Generator[Any, Any, Command | Refused]:
        state: Any = yield from work.state("account", command.subject)
        person = getattr(state, "person", None)
        return login if person and person.password_hash == hashed else Refused("login_failed")

    answer, _ = yield from write(login, policy, asked=asked, completed=unchanged)
    return answer


def _recover(command: own.Recover, policy: Policy) -> Handler:
    if refused := _unusable(command.password, policy):
        return refused
    recovery = account_commands.CompleteRecovery(
        password_hash=(yield HashPassword(command.password)), **_common(command)
    )
    answer, _ = yield from write(recovery, policy, asked=command)
    return answer


# --- codes: counted in a commit of their own, then compared --------------------------------------------


_WITH_CODES = (account.ChallengeSent, account.ActiveAccount, account.LockedAccount)

PhoneOf = Callable[[UnitOfWork], Generator[Any, Any, Private | None]]
"""Returns the phone to which the codes were sent, or what stands for it."""


def counted(
    count: Command, command: Guess, ends: Iterable[dt.datetime], policy: Policy, phone_of: PhoneOf
) -> Generator[Any, Any, Refused | None]:
    """
    Count the attempt once under its key, for the codes that expire at *ends*; the count is never removed.

    The attempt counts for the flow and, against a daily budget, for the phone, so a new flow gives no new
    attempts. A digest of the attempt is stored under the key: a different attempt under the same key is
    refused.
    """
    guess = _apart(command, " ".join(["counted", *sorted(end.isoformat() for end in ends)]))

    def spent(work: UnitOfWork) -> Generator[Any, Any, Command | Refused]:
        phone = yield from phone_of(work)
        if phone is not None:
            work.spend_guess(phone, command.at)
        return count

    answer = yield FindAnswer(guess)
    if answer is None:
        answer, _ = yield from write(count, policy, asked=guess, completed=spent)
    return answer if isinstance(answer, Refused) else None


def _phone_of_account(account_id: str) -> PhoneOf:
    def phone(work: UnitOfWork) -> Generator[Any, Any, Phone | None]:
        state: Any = yield from work.state("account", account_id)
        return state.person.phone if _challenges(state) else None

    return phone


def _phone_of_number(application_id: str) -> PhoneOf:
    def phone(work: UnitOfWork) -> Generator[Any, Any, Phone | None]:
        state = yield from work.state("comms_card", application_id)
        return state.phone if isinstance(state, comms_card.OwnershipChallenge) else None

    return phone


def _challenges(state: Any) -> tuple[account.Challenge, ...]:  # noqa: ANN401 - the state of an account
    return state.codes.challenges if isinstance(state, _WITH_CODES) and state.codes else ()


def _enter_code(command: own.EnterCode, policy: Policy) -> Handler:
    """Compare the attempt with the unexpired codes for which it was counted."""
    found: Loaded = yield Load("account", command.subject)
    challenges = _challenges(found.state)
    nonces = frozenset(c.nonce for c in challenges)
    ends = [c.expires_at for c in challenges]
    count = account_commands.CountAttempt(**_common(command))
    if refused := (yield from counted(count, command, ends, policy, _phone_of_account(command.subject))):
        return refused
    verify = account_commands.VerifyChallenge(matches=False, **_common(command))

    def compared(work: UnitOfWork) -> Generator[Any, Any, Command | Refused]:
        state: Any = yield from work.state("account", command.subject)
        matches = False
        for challenge in _challenges(state):
            if challenge.nonce in nonces and command.at < challenge.expires_at:
                purpose, phone = state.codes.purpose.value, state.person.phone
                code: OtpCode = yield DeriveCode(challenge.nonce, purpose, phone, command.subject)
                matches |= code == command.code
        name = getattr(getattr(state, "person", None), "username", PrivateText(""))
        return attrs.evolve(verify, matches=matches, free=(yield from _is_free(name, command.subject)))

    return (yield from _claiming(lambda: write(verify, policy, asked=command, completed=compared)))


def _is_free(username: Private, account_id: str) -> Generator[Any, Any, bool]:
    """Return whether no other account holds *username*."""
    owners: tuple[str, ...] = yield FindHolders("username", username)
    return set(owners) <= {account_id}


def _claiming(attempt: Callable[[], Generator[Any, Any, tuple[Answer, Any]]]) -> Handler:
    """Make *attempt*; again if the username was claimed meanwhile: the answer is then that of a taken one."""
    answer, _ = yield from attempt()
    if isinstance(answer, Refused) and answer.code == "username_taken":
        answer, _ = yield from attempt()
    return answer


def _choose(command: account_commands.ChooseUsername, policy: Policy) -> Handler:
    """Claim the chosen username; a taken one counts, and the answer asks for another."""

    def looked_up(_: UnitOfWork) -> Generator[Any, Any, Command | Refused]:
        free = yield from _is_free(command.username, command.subject)
        return attrs.evolve(command, free=free)

    return (yield from _claiming(lambda: write(command, policy, completed=looked_up)))


def _enter_number_code(command: own.EnterNumberCode, policy: Policy) -> Handler:
    """Compare the attempt with the code for which it was counted."""
    found: Loaded = yield Load("comms_card", command.subject)
    asked = found.state if isinstance(found.state, comms_card.OwnershipChallenge) else None
    ends = [asked.expires_at] if asked else []
    count = comms_card.CountGuess(**_common(command))
    if refused := (yield from counted(count, command, ends, policy, _phone_of_number(command.subject))):
        return refused
    verify = comms_card.VerifyNumber(matches=False, **_common(command))

    def compared(work: UnitOfWork) -> Generator[Any, Any, Command | Refused]:
        state: Any = yield from work.state("comms_card", command.subject)
        if asked is None or not isinstance(state, comms_card.OwnershipChallenge) or state.nonce != asked.nonce:
            return verify
        code: OtpCode = yield DeriveCode(state.nonce, "comms", state.phone, command.subject)
        return attrs.evolve(verify, matches=code == command.code)

    answer, _ = yield from write(verify, policy, asked=command, completed=compared)
    return answer


PERSONS: Mapping[type[Command], Callable[[Any, Policy], Handler]] = {
    own.Register: _register,
    own.ResendCode: _resend,
    own.EnterCode: _enter_code,
    account_commands.ChooseUsername: _choose,
    own.LogIn: _log_in,
    own.Recover: _recover,
    own.EnterNumberCode: _enter_number_code,
}
"""The handler of each command."""
