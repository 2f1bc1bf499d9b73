"""
Handlers of links between guardians and children (监护人关联).

A guardian names a child; the code goes to a phone that is stored with the child, never to one that the command
brings, and the message names who asks. A child that nobody knows is asked for alike: the same answer, the same
counts, the same work, and nothing is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from typing import Any, Final

import attrs

from eduid_core.china import CHINA
from eduid_core.findings import Refused
from eduid_core.matching import Application as Form
from eduid_core.plugins import RegistryAnswer, RegistryQuery
from eduid_core.private import OtpCode, Phone, Private, PrivateText
from eduid_core.service import commands as own
from eduid_core.service.handlers.accounts import counted, new_id, nonce
from eduid_core.service.handlers.door import canonical_username
from eduid_core.service.intents import (
    DeriveCode,
    DigestOf,
    FindHolders,
    Handler,
    Load,
    Loaded,
    QueryRegistry,
    Spending,
)
from eduid_core.service.unit_of_work import ASKINGS_OF_ACCOUNT, UnitOfWork, write
from eduid_core.workflow import Command, Policy, Role
from eduid_core.workflow.account import commands as account_commands
from eduid_core.workflow.account import states as account
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.forms import mobile_number, person_of
from eduid_core.workflow.links import Confirmation, LinkedKind
from eduid_core.workflow.reactions.guardians import SYSTEM

__all__ = ["GUARDIANS", "asking_at", "close_beside", "end_links_to", "shares_student_phone"]

_USABLE: Final = (account.ActiveAccount, account.LockedAccount)
Steps = Generator[Any, Any, Any]
Child = tuple[LinkedKind, str]
NOBODY: Final[Child] = ("", "")


def _state(aggregate: str, key: str) -> Steps:
    found: Loaded = yield Load(aggregate, key)
    return found.state


def _person(account_id: str, role: Role) -> Generator[Any, Any, account.AccountHolder | None]:
    """Return the holder of a usable account in *role*."""
    state = yield from _state("account", account_id)
    return state.person if isinstance(state, _USABLE) and state.person.role is role else None


# --- the child that is named, and its phones -----------------------------------------------------------


def _named(child: PrivateText) -> Generator[Any, Any, Child]:
    """Return the application with the id *child*, or else the student's account of that username."""
    text = child.reveal("find the child").strip()
    named = canonical_username(child)
    username = named if isinstance(named, PrivateText) else PrivateText("")
    owners: tuple[str, ...] = yield FindHolders("username", username)
    owner = owners[0] if owners else ""
    student = yield from _person(owner, Role.STUDENT)
    case = yield from _state("application", text if text.isprintable() else "")
    if getattr(case, "form", None) is not None and not case.terminal:
        return "application", text
    return ("account", owner) if student is not None else NOBODY


def _phone(child: Child, way: str) -> Generator[Any, Any, Phone | None]:
    """Return the phone that confirms a link to *child* by *way*; an unknown child takes the same work."""
    aggregate, key = child
    case = (yield from _state("application", key)) if aggregate == "application" else None
    form: Form = getattr(case, "form", None) or Form()
    if way == Confirmation.REGISTRY and aggregate != "account":
        answer: RegistryAnswer = yield QueryRegistry(RegistryQuery(person=person_of(form), form=form))
        phones = (mobile_number(row.guardian_phone) for row in answer.rows) if case is not None else ()
        return next((phone for phone in phones if phone is not None), None)
    if aggregate == "account":
        student = yield from _person(key, Role.STUDENT)
        return student.phone if student is not None else None
    return mobile_number(form.guardian_phone)


def _student_phone(application_id: str) -> Generator[Any, Any, Phone | None]:
    """Return the phone of the student's account that opened an application, if one did."""
    case = yield from _state("application", application_id)
    opened_by = getattr(getattr(case, "file", None), "account_id", "")
    student = yield from _person(opened_by, Role.STUDENT)
    return student.phone if student is not None else None


def shares_student_phone(application_id: str, guardian: str) -> Generator[Any, Any, bool]:
    """Return whether the phone of *guardian* is that of the student's own account."""
    holder = yield from _person(guardian, Role.GUARDIAN)
    phone = yield from _student_phone(application_id)
    return holder is not None and phone is not None and holder.phone == phone


# --- asking --------------------------------------------------------------------------------------------


def _ask(command: account_commands.LinkChild, policy: Policy) -> Handler:
    """
    Ask for the link and send the code. Where the day's codes of the child's phone are spent, nothing is sent
    and the answer is the same: it tells nobody that there is such a phone.
    """
    drawn, link = (yield from nonce()), (yield from new_id())
    typed = yield from _typed(command.child, command.phone)
    asked = attrs.evolve(command, nonce=drawn, link=link, typed=typed)

    def found(work: UnitOfWork) -> Generator[Any, Any, Command | Refused]:
        completed: Command = yield from work.read_set.recording(_asked_for(asked, work, policy))
        return completed

    def unknown(work: UnitOfWork) -> Generator[Any, Any, Command | Refused]:
        work.spend(_of_day(asked, policy))
        yield from ()
        return attrs.evolve(asked, aggregate="", found="")

    answer, _ = yield from write(asked, policy, asked=command, completed=found)
    if answer == Refused("challenge_limit_exceeded"):
        answer, _ = yield from write(asked, policy, asked=command, completed=unknown)
    return answer


def _typed(child: PrivateText, phone: str) -> Generator[Any, Any, str]:
    """Return the digest of what was typed: requests are told apart by it, whether the child is known or not."""
    text = child.reveal("make its digest").strip()
    digest: str = yield DigestOf("link_child", PrivateText(f"{phone}\x1f{text}"))
    return digest


def _of_day(command: Command, policy: Policy) -> Spending:
    window, limit = str(command.at.astimezone(CHINA).date()), policy.account.askings_per_day
    return Spending(kind=ASKINGS_OF_ACCOUNT, whose=PrivateText(command.by.id), window=window, limit=limit)


def _asked_for(asked: account_commands.LinkChild, work: UnitOfWork, policy: Policy) -> Steps:
    """Return the command with the child it names, after the code was given to the child's side."""
    work.spend(_of_day(asked, policy))
    child = yield from _named(asked.child)
    phone = yield from _phone(child, asked.phone)
    guardian = yield from _person(asked.subject, Role.GUARDIAN)
    if phone is None or guardian is None:
        return attrs.evolve(asked, aggregate="", found="")
    content: dict[str, Any] = {
        "subject": child[1],
        "by": SYSTEM,
        "at": asked.at,
        "guardian": asked.subject,
        "asker": PrivateText(guardian.phone.screen()),
        "nonce": asked.nonce,
        "minutes": max(1, policy.account.otp_life_s // 60),
    }
    if child[0] == "account":
        refused = yield from work.give_aside(account_commands.OfferLink(**content))
    else:
        refused = yield from work.give_aside(app.AskGuardian(phone=phone, **content))
    known = child if refused is None else NOBODY
    return attrs.evolve(asked, aggregate=known[0], found=known[1])


# --- confirming ----------------------------------------------------------------------------------------


def _asking(state: Any, typed: tuple[str, ...], command: Command) -> account.Asking | None:  # noqa: ANN401
    """Return the open request of the account that was *typed* so; the last one if there are two."""
    askings = getattr(getattr(state, "standing", None), "askings", ())
    same = (a for a in askings if a.typed in typed and command.at < a.until)
    return max(same, key=lambda a: a.sent_at, default=None)


def _confirm(command: own.ConfirmLink, policy: Policy) -> Handler:
    """Count the attempt, for the request and for the phone; then compare it with the code that was sent."""
    about: dict[str, Any] = {"subject": command.subject, "by": command.by, "at": command.at}
    typed = (
        (yield from _typed(command.child, "application")),
        (yield from _typed(command.child, "registry")),
    )
    asking = _asking((yield from _state("account", command.subject)), typed, command)
    if asking is None:
        return Refused("challenge_required")
    child: Child = (asking.aggregate, asking.child)
    phone = yield from _phone(child, asking.way)
    whose: Private = phone if phone is not None else PrivateText(asking.typed)

    def spends(_: UnitOfWork) -> Generator[Any, Any, Private]:
        yield from ()
        return whose

    count = account_commands.CountLinkAttempt(link=asking.id, **about)
    if refused := (yield from counted(count, command, [asking.code_until], policy, spends)):
        return refused
    code: OtpCode = yield DeriveCode(asking.nonce, "link", phone or Phone(""), asking.child)
    matches = code == command.code and phone is not None
    shared = asking.aggregate == "application" and phone == (yield from _student_phone(asking.child))
    way = Confirmation.STUDENT if shared else asking.way
    verify = account_commands.VerifyLink(link=asking.id, matches=matches, way=way, **about)

    def unchanged(work: UnitOfWork) -> Generator[Any, Any, Command | Refused]:
        """Compare with the code that was counted for, and with the phone that stands with the child now."""
        state: Any = yield from work.state("account", command.subject)
        now = _asking(state, typed, command)
        same = now is not None and now.nonce == asking.nonce
        same = same and phone == (yield from work.read_set.recording(_phone(child, asking.way)))
        return attrs.evolve(verify, matches=matches and same)

    answer, _ = yield from write(verify, policy, asked=command, completed=unchanged)
    return answer


# --- the other side ------------------------------------------------------------------------------------


def asking_at(guardian: str, child: str) -> Generator[Any, Any, account.Asking | None]:
    """Return the request of *guardian* for the application or account *child*."""
    state = yield from _state("account", guardian)
    askings = getattr(getattr(state, "standing", None), "askings", ())
    return next((a for a in reversed(askings) if a.child == child), None)


def end_links_to(child: str, work: UnitOfWork, at: Any) -> Generator[Any, Any, None]:  # noqa: ANN401 - a time
    """End, in the same commit, every link to the account or application *child* and every request for one."""
    holders: tuple[str, ...] = yield FindHolders("guardian", PrivateText(child))
    for guardian in holders:
        state: Any = yield from work.state("account", guardian)
        standing = getattr(state, "standing", None)
        if standing is None:
            continue
        for one in (*standing.askings, *standing.links):
            if one.child == child:
                end = account_commands.EndLink(subject=guardian, by=SYSTEM, at=at, link=one.id)
                yield from work.give_aside(end)


# --- closing an account --------------------------------------------------------------------------------


def _stands(state: Any) -> bool:  # noqa: ANN401 - the state of an application
    """Return whether an approval stands, possibly under a cycle."""
    return (
        state is not None
        and not state.terminal
        and (state.status == "approved" or state.tally.cycle is not None)
    )


def _left_alone(account_id: str) -> Generator[Any, Any, tuple[str, ...]]:
    """Return the standing approvals that nobody could take back once the account is closed."""
    opened: tuple[str, ...] = yield FindHolders("applicant", PrivateText(account_id))
    state = yield from _state("account", account_id)
    links = getattr(getattr(state, "standing", None), "links", ())
    linked = (link.child for link in links if link.aggregate == "application")
    alone = []
    for key in dict.fromkeys((*opened, *linked)):
        case = yield from _state("application", key)
        if not _stands(case):
            continue
        keepers = {case.file.account_id, *(g.account_id for g in case.file.guardians if g.acts)}
        if account_id in keepers and not (yield from _any_usable(keepers - {account_id, ""})):
            alone.append(key)
    return tuple(alone)


def _any_usable(accounts: set[str]) -> Generator[Any, Any, bool]:
    for account_id in sorted(accounts):
        if isinstance((yield from _state("account", account_id)), _USABLE):
            return True
    return False


def close_beside(command: account_commands.CloseAccount, work: UnitOfWork) -> Generator[Any, Any, Any]:
    """Do, in the commit that closes the account, with its approvals what the command says; end links to it."""
    alone = yield from work.read_set.recording(_left_alone(command.subject))
    if alone and not command.approvals:
        return Refused("approvals_stand", {"count": len(alone)})
    withdraws = command.approvals == "withdraw"
    if alone and withdraws and command.by.id != command.subject:
        return Refused("forbidden")  # who closes another's account may not withdraw the family's consent
    about: dict[str, Any] = {"by": command.by, "at": command.at, "code": "CONSENT_WITHDRAWN"}
    for key in alone if withdraws else ():
        if refused := (yield from work.give(app.RevokeApplication(subject=key, **about))):
            return refused
    yield from end_links_to(command.subject, work, command.at)
    return command


GUARDIANS: Final[Mapping[type[Command], Callable[[Any, Policy], Handler]]] = {
    account_commands.LinkChild: _ask,
    own.ConfirmLink: _confirm,
}
"""The handler of each command."""
