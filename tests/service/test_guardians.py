# ruff: noqa: N802 - a test of a fault that others had is named by its id
"""
Guardians and children: a link is confirmed by who holds a phone that is stored with the child, and only some
confirmations let a guardian consent. Rows of other people's faults are named by their ids.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import pytest

from eduid_core import commands, messages
from eduid_core.findings import Refused
from eduid_core.private import OtpCode, Phone, PrivateText
from eduid_core.service import Service
from eduid_core.testing.doubles import CLASS, NUMBERS, form_of, row_of
from eduid_core.workflow import TABLES, Actor, Policy, Role
from eduid_core.workflow.account.states import Purpose
from eduid_core.workflow.card import ActiveCard
from eduid_core.workflow.policy import AccountPolicy
from eduid_core.workflow.reviewer_grant.states import Position

from .house import DISTRICT, HEAD, House, about
from .town import Town, seat

MUM, CHILD, OTHER, FORM = "15400005678", "15400004444", "15400007777", "15400001234"
GROWN = "320098201103150046"


class Family(Town):
    """A student with an account of their own and a draft, and a guardian with another account."""

    def __init__(self, folder: Path, form: Any = None, **parts: Any) -> None:
        super().__init__(folder, **parts)
        self.student_id = self.register("xiaoyu", CHILD, Role.STUDENT)
        self.mum_id = self.register("mum", MUM)
        self.student, self.mum = self.owner("xiaoyu"), self.owner("mum")
        self.case = self.opened(form or form_of(guardian_phone=FORM))

    def give(self, kind: Any, by: Actor, subject: str, **content: Any) -> Any:
        return self.service.handle(kind(subject=subject, by=by, **content))

    def opened(self, form: Any) -> str:
        return str(self.service.handle(commands.Open(by=self.student, form=form)).subject)

    def proves(self, by: Actor) -> None:
        """Prove the phone of an account again."""
        answer = self.give(commands.StartProof, by, by.id, purpose=Purpose.PROOF)
        self.service.send_messages()
        code = self.sms.last_code()
        assert self.give(commands.EnterCode, by, by.id, ticket=answer.ticket, code=code).ok

    def asks(self, child: str, by: Actor | None = None, **more: Any) -> Any:
        by = by or self.mum
        return self.give(commands.LinkChild, by, by.id, child=PrivateText(child), **more)

    def confirms(self, child: str, code: OtpCode | None = None, by: Actor | None = None) -> Any:
        by = by or self.mum
        self.service.send_messages()
        code = code or self.sms.last_code()
        return self.give(commands.ConfirmLink, by, by.id, child=PrivateText(child), code=code)

    def linked(self, child: str, by: Actor | None = None, **more: Any) -> str:
        """Link a guardian to a child by the code that was sent; return the id of the link."""
        assert self.asks(child, by, **more).ok
        assert self.confirms(child, by=by).ok
        return str(self.service.links(by=by or self.mum)[-1].link)  # type: ignore[union-attr]

    def consents(self, by: Actor | None = None, case: str = "") -> Any:
        return self.give(commands.GrantConsent, by or self.mum, case or self.case, text="v1")

    def approved(self) -> None:
        self.linked(self.case)
        assert self.consents().ok
        assert self.give(commands.Submit, self.student, self.case).ok
        assert self.state().status == "approved"

    def state(self) -> Any:
        return self.service.state("application", self.case)

    def messages(self) -> int:
        self.service.send_messages()
        return len(self.sms.sent)


def code(answer: Any) -> str:
    return answer.code if isinstance(answer, Refused) else "done"


@pytest.fixture
def family(tmp_path: Path) -> Family:
    return Family(tmp_path)


# --- asking --------------------------------------------------------------------------------------------


def test_the_code_goes_to_a_phone_of_the_child_and_the_message_names_who_asks(family: Family) -> None:
    """By username to the student's account, by application id to the guardian phone on the form."""
    for child, phone, template in (("xiaoyu", CHILD, "reader_code"), (family.case, FORM, "link_code")):
        assert family.asks(child).ok
        family.service.send_messages()
        told = family.sms.sent[-1]
        params = dict(told.params)
        assert (told.template, told.to.reveal("test")) == (template, phone)
        assert params["asker"].reveal("test") == "154****5678"  # type: ignore[union-attr]


def test_a_child_that_nobody_knows_is_asked_for_alike_and_nothing_is_sent(family: Family) -> None:
    """The same answers to asking, asking again, wrong codes, and in the list of requests, step by step."""
    told: dict[str, list[Any]] = {}
    for child in ("xiaoyu", "nobody", family.case, "A-unknown", "mum"):
        service, answers = family.service, told.setdefault(child, [])
        before = family.messages()
        answers.append(family.asks(child))
        answers.append(family.asks(child))
        family.later(seconds=60)
        answers.append(family.asks(child))
        answers += [family.confirms(child, OtpCode("000000")) for _ in range(6)]
        answers.append(family.asks(child))
        (line,) = service.links(by=family.mum)  # type: ignore[misc]
        answers.append(attrs.evolve(line, link=""))
        answers.append(family.give(commands.EndLink, family.mum, family.mum_id, link=line.link))
        sent = family.messages() - before
        assert sent == (2 if child in {"xiaoyu", family.case} else 0), child
        answers[-2] = attrs.evolve(answers[-2], until=None)

    first = told.pop("xiaoyu")
    assert [code(a) for a in first[:9]] == [
        "done", "resend_too_soon", "done", *["challenge_mismatch"] * 5, "challenge_locked",
    ]  # fmt: skip
    assert all(answers == first for answers in told.values())


def test_a_spelling_tells_no_more_of_a_known_child_than_of_an_unknown_one(family: Family) -> None:
    """What was typed is what the code is entered for: another spelling was never asked for."""
    for child in ("xiaoyu", "nobody"):
        assert family.asks(child).ok
        assert family.confirms(child.upper(), OtpCode("000000")) == Refused("challenge_required")


def test_at_most_three_requests_are_open_and_an_ended_or_expired_one_makes_room(family: Family) -> None:
    assert all(family.asks(child).ok for child in ("xiaoyu", "n-1", "n-2"))
    assert family.asks("n-3") == Refused("link_limit_exceeded", {"max": 3})

    link = family.service.links(by=family.mum)[0].link  # type: ignore[union-attr]
    assert family.give(commands.EndLink, family.mum, family.mum_id, link=link).ok
    assert family.asks("n-3").ok
    family.later(days=1)
    family.proves(family.mum)
    assert family.asks("n-4").ok
    assert len(family.service.links(by=family.mum)) == 1  # type: ignore[arg-type]


def test_a_request_expires_and_its_code_before_it(family: Family) -> None:
    assert family.asks(family.case).ok
    family.service.send_messages()
    right = family.sms.last_code()
    family.later(minutes=5)
    assert family.confirms(family.case, right) == Refused("challenge_expired")
    family.later(days=1)
    assert family.confirms(family.case, right) == Refused("challenge_required")
    assert family.service.links(by=family.mum) == ()


def test_codes_for_links_of_a_day_are_counted_for_the_account_that_asks(tmp_path: Path) -> None:
    """Ending a request and asking anew sends no more than the policy's codes."""
    family = Family(tmp_path, policy=Policy(account=AccountPolicy(askings_per_day=4)))
    for child in ("xiaoyu", "nobody") * 2:
        assert family.asks(child).ok
        (line,) = family.service.links(by=family.mum)  # type: ignore[misc]
        assert family.give(commands.EndLink, family.mum, family.mum_id, link=line.link).ok
    assert family.asks("xiaoyu") == Refused("try_limit_exceeded")
    family.later(days=1)
    family.proves(family.mum)
    assert family.asks("xiaoyu").ok


def test_a_phone_whose_codes_are_spent_gives_the_same_answer_and_no_message(tmp_path: Path) -> None:
    """The budget of somebody else's phone is no answer to whether it exists."""
    family = Family(tmp_path, policy=Policy(account=AccountPolicy(askings_per_day=100, sends_per_flow=20)))
    for asked in range(12):
        if asked == 9:
            family.proves(family.mum)
        assert family.asks(family.case).ok
        assert family.asks("nobody").ok
        family.messages()
        family.later(seconds=60)
    assert sum(m.to.reveal("test") == FORM for m in family.sms.sent) == 10


def test_guesses_count_for_the_request_and_for_the_phone_of_the_day(family: Family) -> None:
    """Five for a request, whatever codes are sent; twenty a day for the phone, whoever asks."""
    assert family.asks(family.case).ok
    for _ in range(5):
        assert code(family.confirms(family.case, OtpCode("000000"))) == "challenge_mismatch"
    family.service.send_messages()
    assert family.confirms(family.case, family.sms.last_code()) == Refused("challenge_locked")
    family.later(seconds=60)
    assert family.asks(family.case) == Refused("challenge_locked")
    for guardian in range(3):
        family.register(f"g-{guardian}", f"1540000990{guardian}")
        by = family.owner(f"g-{guardian}")
        assert family.asks(family.case, by).ok
        for _ in range(5):
            family.confirms(family.case, OtpCode("000000"), by)
    family.register("last", "15400009909")
    by = family.owner("last")
    assert family.asks(family.case, by).ok
    assert family.confirms(family.case, by=by) == Refused("challenge_locked")


def test_a_code_confirms_its_own_request_once_and_no_other(family: Family) -> None:
    assert family.asks(family.case).ok
    family.service.send_messages()
    first = family.sms.last_code()
    assert family.asks("xiaoyu").ok
    assert code(family.confirms("xiaoyu", first)) == "challenge_mismatch"
    assert family.confirms(family.case, first).ok
    assert family.confirms(family.case, first) == Refused("challenge_required")


def test_only_a_guardians_own_account_asks_and_with_a_fresh_proof(family: Family) -> None:
    """No student, teacher or staff member is linked as a guardian; a proof of an hour ago does not do."""
    asks = {"child": PrivateText(family.case)}
    assert family.give(commands.LinkChild, family.student, family.student_id, **asks) == Refused("forbidden")
    assert family.give(commands.LinkChild, family.student, family.mum_id, **asks) == Refused("forbidden")
    family.later(hours=1)
    assert family.asks(family.case) == Refused("challenge_required")


# --- what a link allows --------------------------------------------------------------------------------


def acts(family: Family, by: Actor) -> dict[str, str]:
    """Return the answer to each act of a guardian on the case, before its status is judged."""
    case = family.case
    given = {
        "consent": commands.GrantConsent(subject=case, by=by, text="v1"),
        "choose": commands.ChooseBundled(subject=case, by=by),
        "release": commands.Release(subject=case, by=by),
        "suspend": commands.Suspend(subject=case, by=by, reason="lost"),
        "revoke": commands.RevokeApplication(subject=case, by=by, code="BECAUSE"),
        "withdraw": commands.Withdraw(subject=case, by=by, expected_rev=99),
        "withdraw consent": commands.WithdrawConsent(subject=case, by=by, expected_rev=99),
    }
    return {name: code(family.service.handle(command)) for name, command in given.items()}


def test_a_link_that_the_student_confirmed_shows_the_case_and_does_nothing(family: Family) -> None:
    assert family.service.find(family.case, by=family.mum) == Refused("forbidden")
    family.linked("xiaoyu")

    seen: Any = family.service.find(family.case, by=family.mum)
    assert seen.fields["name"] == "陈小雨"
    assert family.service.explain(family.case, by=family.mum)
    for guardian in (family.mum_id, family.student_id, ""):
        assert [c.id for c in family.service.list(by=family.mum, guardian=guardian)] == [family.case]  # type: ignore[union-attr]
    assert family.service.count(by=family.mum) == {"draft": 1}
    assert set(acts(family, family.mum).values()) == {"forbidden"}
    saved = family.give(commands.Save, family.mum, family.case, form=form_of(name="陈小雪"))
    assert saved == Refused("forbidden")


@pytest.mark.parametrize("way", ["application", "registry", "seat"])
def test_a_link_confirmed_by_form_registry_or_seat_consents_and_withdraws(tmp_path: Path, way: str) -> None:
    rows = (row_of(guardian_phone=OTHER),)
    family = Family(tmp_path, rows=rows)
    assert acts(family, family.mum) == dict.fromkeys(acts(family, family.mum), "forbidden")
    if way == "seat":
        head = seated_head(family)
        assert family.asks(family.case).ok
        assert family.give(commands.LinkGuardian, head, family.case, guardian=family.mum_id).ok
    else:
        family.linked(family.case, phone=way)
        assert family.sms.sent[-1].to.reveal("test") == {"application": FORM, "registry": OTHER}[way]

    seen: Any = family.service.find(family.case, by=family.mum)
    (line,) = seen.guardians
    assert (line.account_id, line.way, line.asked, line.acts) == (family.mum_id, way, False, True)
    assert [c.id for c in family.service.list(by=family.mum, guardian=family.mum_id)] == [family.case]  # type: ignore[union-attr]
    assert family.service.list(by=family.mum, status="approved") == ()
    answers = acts(family, family.mum)
    assert answers.pop("consent") == "done"
    assert "forbidden" not in answers.values()
    assert family.give(commands.Submit, family.student, family.case).ok
    assert family.state().file.by_guardian
    assert family.give(commands.WithdrawConsent, family.mum, family.case).ok
    assert family.state().code == "CONSENT_WITHDRAWN"


def seated_head(family: Family) -> Any:
    """Seat the district and the head of the school, and return the head."""
    operator = family.service.operator()
    family.register("district", "15400002222", Role.TEACHER)
    _, district = seat(family, "district", Role.DISTRICT_ADMIN, Position.DISTRICT_ADMIN, operator)
    family.register("head", "15400003333", Role.TEACHER)
    _, head = seat(family, "head", Role.SCHOOL_ADMIN, Position.SCHOOL_ADMIN, district, CLASS[0])
    return head


def test_a_linked_guardian_withdraws_the_application_and_keeps_the_card(family: Family) -> None:
    family.approved()
    assert isinstance(family.service.state("card", family.case), ActiveCard)
    assert family.give(commands.Suspend, family.mum, family.case, reason="lost").ok
    assert family.give(commands.RevokeApplication, family.mum, family.case, code="REPUDIATED").ok

    again = family.opened(form_of(NUMBERS[1], guardian_phone=FORM))
    family.linked(again)
    assert family.give(commands.Withdraw, family.mum, again).ok
    assert family.service.state("application", again).status == "withdrawn"


def test_a_linked_guardian_has_no_other_case_of_the_student(family: Family) -> None:
    """A link that acts is to one application; another one of the same account is not even seen."""
    other = family.opened(form_of(NUMBERS[1], guardian_phone=OTHER))
    family.linked(family.case)
    assert family.consents(case=other) == Refused("forbidden")
    assert family.service.find(other, by=family.mum) == Refused("forbidden")
    assert [c.id for c in family.service.list(by=family.mum)] == [family.case]  # type: ignore[union-attr]


def test_a_seat_links_nobody_who_does_not_ask_and_only_in_its_school(family: Family) -> None:
    head = seated_head(family)
    link = {"guardian": family.mum_id}
    assert family.give(commands.LinkGuardian, head, family.case, **link) == Refused("link_unknown")
    assert family.asks("xiaoyu").ok
    assert family.give(commands.LinkGuardian, head, family.case, **link) == Refused("link_unknown")
    assert family.asks(family.case).ok
    (reader, asked) = family.service.find(family.case, by=head).guardians[::-1]  # type: ignore[union-attr]
    assert {reader.way, asked.way} == {"student", "application"}
    assert reader.asked
    assert asked.asked
    assert reader.phone == asked.phone == "154****5678"
    family.register("rogue", "15400006666", Role.TEACHER)
    rogue = family.owner("rogue")
    assert code(family.give(commands.LinkGuardian, rogue, family.case, **link)) == "assurance_too_low"
    for by in (family.mum, family.student):
        assert family.give(commands.LinkGuardian, by, family.case, **link) == Refused("forbidden")
    assert family.give(commands.LinkGuardian, head, family.case, **link).ok
    family.service.send_messages()
    told = family.sms.sent[-1]
    assert (told.template, told.to.reveal("test")) == ("guardian_linked", FORM)


# --- ending a link -------------------------------------------------------------------------------------


@pytest.mark.parametrize("child", ["xiaoyu", "case"])
@pytest.mark.parametrize("side", ["guardian", "student"])
def test_either_side_ends_a_link(family: Family, side: str, child: str) -> None:
    link = family.linked(family.case if child == "case" else child)
    family.register("stranger", OTHER, Role.STUDENT)
    stranger = family.owner("stranger")
    assert family.give(commands.EndLink, stranger, family.mum_id, link=link) == Refused("forbidden")
    by = family.mum if side == "guardian" else family.student

    assert family.give(commands.EndLink, by, family.mum_id, link=link).ok
    assert family.service.find(family.case, by=family.mum) == Refused("forbidden")
    assert family.service.links(by=family.mum) == family.state().file.guardians == ()
    answer = family.give(commands.EndLink, family.mum, family.mum_id, link=link)
    assert answer == Refused("link_unknown")


def test_closing_either_account_ends_its_links(family: Family) -> None:
    family.linked("xiaoyu")
    family.linked(family.case)
    assert family.give(commands.CloseAccount, family.student, family.student_id).ok
    assert [line.child for line in family.service.links(by=family.mum)] == [family.case]  # type: ignore[union-attr]
    assert family.give(commands.CloseAccount, family.mum, family.mum_id).ok
    assert family.state().file.guardians == ()


def test_erasure_leaves_nothing_of_a_link(family: Family) -> None:
    """No guardian's account, mark, message or list names an application or an account that was erased."""
    family.linked("xiaoyu")
    family.linked(family.case)
    assert family.give(commands.Withdraw, family.student, family.case).ok
    why = {"reason": "ERASED_ON_REQUEST"}
    assert family.give(commands.Erase, family.student, family.case, **why).ok
    assert [line.way for line in family.service.links(by=family.mum)] == ["student"]  # type: ignore[union-attr]
    assert family.give(commands.CloseAccount, family.student, family.student_id).ok
    operator = family.service.operator()
    erase = commands.Erase(subject=family.student_id, by=operator, aggregate="account", **why)
    assert family.service.handle(erase).ok
    assert family.service.links(by=family.mum) == ()
    account: Any = family.service.state("account", family.mum_id)
    assert account.standing.links == account.standing.askings == ()


# --- peers' faults -------------------------------------------------------------------------------------


def test_SNU_H34_consent_counts_for_the_application_that_is_linked(family: Family) -> None:
    """Another's id is refused and leaves no trace."""
    family.linked(family.case)
    other = family.opened(form_of(NUMBERS[1], guardian_phone=OTHER))
    before = family.service.history("application", other)
    assert family.consents(case=other) == Refused("forbidden")
    assert family.consents(case="A-unknown") == Refused("forbidden")
    assert family.service.history("application", other) == before


def test_SNU_PM19_a_students_phone_or_account_gives_no_guardians_consent(tmp_path: Path) -> None:
    """The student as guardian, by an account in that role, by the form's phone, or by a shared phone."""
    family = Family(tmp_path, form=form_of(guardian_phone=CHILD))
    assert family.consents(family.student) == Refused("forbidden")
    family.linked(family.case)  # the form names the student's own phone: it confirms a look
    assert family.consents() == Refused("forbidden")

    family.register("second", CHILD)
    second = family.owner("second")
    head = seated_head(family)
    assert family.asks(family.case, second).ok
    assert family.give(commands.LinkGuardian, head, family.case, guardian=second.id).ok
    assert family.consents(second) == Refused("phone_of_student")
    text = {"consent_text": "v1"}
    answer = family.give(commands.Submit, family.student, family.case, **text)
    assert answer == Refused("guardian_consent_required")


@pytest.mark.parametrize("changed", [{"guardian_phone": OTHER}, {"guardian_name": "王大雨"}])
def test_SNU_H40_another_guardian_in_the_draft_voids_consent(family: Family, changed: Any) -> None:
    """Draft: saved by the student or by the guardian; the twin that changes another field keeps it."""
    family.linked(family.case)
    assert family.consents().ok
    form = family.state().form
    assert family.give(
        commands.Save, family.student, family.case, form=attrs.evolve(form, class_name="二班")
    ).ok
    assert family.state().file.by_guardian
    assert family.give(commands.Save, family.student, family.case, form=attrs.evolve(form, **changed)).ok
    assert not family.state().file.by_guardian
    answer = family.give(commands.Submit, family.student, family.case)
    assert answer == Refused("guardian_consent_required")


def test_SNU_H40_a_gap_that_is_filled_names_no_other_guardian(tmp_path: Path) -> None:
    """A blank name, or a phone that was no mobile number, is mended without asking for consent again."""
    family = Family(tmp_path, form=form_of(guardian_name="", guardian_phone=FORM))
    family.linked(family.case)
    assert family.consents().ok
    named = attrs.evolve(family.state().form, guardian_name="陈大雨")
    assert family.give(commands.Save, family.student, family.case, form=named).ok
    assert family.state().file.by_guardian


def test_SNU_H40_another_phone_ends_the_links_that_the_old_one_confirmed(family: Family) -> None:
    """A child who redirects the phone does not keep, and does not give away, the guardian's rights."""
    family.linked(family.case)
    form = attrs.evolve(family.state().form, guardian_phone=Phone(OTHER))
    assert family.give(commands.Save, family.student, family.case, form=form).ok
    assert family.consents() == Refused("forbidden")
    assert family.service.links(by=family.mum) == ()


def test_SNU_H40_a_code_sent_to_the_former_phone_confirms_nothing(family: Family) -> None:
    assert family.asks(family.case).ok
    form = attrs.evolve(family.state().form, guardian_phone=Phone(OTHER))
    assert family.give(commands.Save, family.student, family.case, form=form).ok
    assert code(family.confirms(family.case)) == "challenge_mismatch"


@pytest.mark.parametrize("changed", [{"guardian_phone": OTHER}, {"guardian_name": "王大雨"}])
def test_SNU_H40_another_guardian_in_a_waiting_or_approved_form_needs_consent(
    tmp_path: Path, changed: Any
) -> None:
    """Amended, returned, corrected: refused until a guardian agrees with the new form."""
    house = House(tmp_path)
    guardian = house.registered()
    waiting = house.handed_in("A-1", guardian, form_of(school="南京市云杉小学"))
    assert waiting.status == "pending_review"
    form = attrs.evolve(waiting.form, **changed)
    amend = commands.Amend(form=form, **about("A-1", guardian))
    assert house.service.handle(amend) == Refused("guardian_consent_required")
    beside = commands.Amend(form=attrs.evolve(waiting.form, class_name="二班"), **about("A-1", guardian))
    assert house.service.handle(beside).ok
    assert house.service.handle(attrs.evolve(amend, consent_text="v1")).ok

    assert house.handed_in("A-2", guardian, form_of(NUMBERS[1])).status == "approved"
    form = form_of(NUMBERS[1], **changed)
    correct = commands.RequestCorrection(form=form, **about("A-2", guardian))
    assert house.service.handle(correct) == Refused("guardian_consent_required")
    assert house.service.handle(attrs.evolve(correct, consent_text="v1")).ok


def test_SNU_PH4_age_and_phone_are_those_that_are_stored(tmp_path: Path) -> None:
    """No command says how old the child is; a guardian proves the phone of the account."""
    family = Family(tmp_path, form=form_of(GROWN, guardian_phone=FORM))
    with pytest.raises(TypeError):
        commands.Submit(subject="A", by=family.student, age=18)  # type: ignore[call-arg]
    assert family.give(commands.Submit, family.student, family.case, consent_text="v1").ok


def test_SNU_3503_no_staff_command_makes_consent(family: Family) -> None:
    head = seated_head(family)
    assert family.consents(head) == Refused("forbidden")
    assert family.asks(family.case).ok
    assert family.give(commands.LinkGuardian, head, family.case, guardian=family.mum_id).ok
    assert not family.state().file.consent


def test_SNU_M27_a_proof_serves_minutes_and_no_longer_after_a_change_of_phone(family: Family) -> None:
    family.linked(family.case)
    family.later(minutes=11)
    assert family.consents() == Refused("challenge_required")
    family.proves(family.mum)
    assert family.consents().ok
    family.later(seconds=60)
    assert family.give(commands.ChangePhone, family.mum, family.mum_id, phone=Phone(OTHER)).ok
    family.mum = family.owner("mum")
    assert family.consents() == Refused("challenge_required")


def test_SNU_M49_nothing_saved_in_a_form_sets_or_keeps_consent(family: Family) -> None:
    family.linked(family.case)
    assert family.consents().ok
    assert family.give(commands.WithdrawConsent, family.mum, family.case).ok
    assert family.state().status == "draft"
    saved = family.give(commands.Save, family.student, family.case, form=form_of(guardian_phone=FORM))
    assert saved.ok
    assert not family.state().file.consent


def test_SNU_4556_a_blank_text_is_no_consent(tmp_path: Path) -> None:
    house = House(tmp_path)
    guardian = house.registered()
    assert house.service.handle(commands.Open(form=form_of(), **about("A-1", guardian))).ok
    for text in ("", " "):
        answer = house.service.handle(commands.Submit(consent_text=text, **about("A-1", guardian)))
        assert answer == Refused("guardian_consent_required")


def test_SNU_2268_consent_is_withdrawn_in_every_status_that_is_not_over(family: Family) -> None:
    """Also from a draft, and after a rejection."""
    rules = TABLES["application"].rules
    assert {r.at for r in rules if r.command is commands.WithdrawConsent} == {
        s for s in TABLES["application"].states if not s.terminal
    }
    family.linked(family.case)
    assert family.give(commands.WithdrawConsent, family.mum, family.case).ok


def test_SNU_FH3_no_read_or_history_holds_a_code(family: Family) -> None:
    head = seated_head(family)
    assert family.asks(family.case).ok
    family.service.send_messages()
    right = family.sms.last_code().reveal("test")
    seen = repr(family.service.find(family.case, by=head)) + repr(family.service.links(by=family.mum))
    seen += repr(family.service.history("application", family.case))
    assert "nonce" not in seen
    seen += repr(family.service.history("account", family.mum_id))
    assert right not in seen


# --- from fourteen on ----------------------------------------------------------------------------------


def test_from_fourteen_on_the_student_is_asked_and_is_told_so(tmp_path: Path) -> None:
    family = Family(tmp_path, form=form_of(GROWN, guardian_phone=FORM))
    empty = family.give(commands.Submit, family.student, family.case)
    assert empty == Refused("student_consent_required", {"age": 14})
    told = [messages.text(empty.code, lang, empty.params) for lang in ("zh", "en")]
    assert all("14" in text for text in told)
    assert "本人" in told[0]
    younger = family.opened(form_of(NUMBERS[1], guardian_phone=FORM))
    for text in ("", "v1"):
        answer = family.give(commands.Submit, family.student, younger, consent_text=text)
        assert answer == Refused("guardian_consent_required")
    assert family.give(commands.Submit, family.student, family.case, consent_text="v1").ok


# --- closing an account that has approvals -------------------------------------------------------------


def test_an_account_whose_approvals_nobody_else_keeps_is_not_closed_without_a_word(tmp_path: Path) -> None:
    house = House(tmp_path)
    guardian = house.registered()
    for key, number in (("A-1", NUMBERS[0]), ("A-2", NUMBERS[1])):
        assert house.handed_in(key, guardian, form_of(number)).status == "approved"
    close = commands.CloseAccount(**about("acct", guardian))
    assert house.service.handle(close) == Refused("approvals_stand", {"count": 2})
    assert house.service.handle(attrs.evolve(close, approvals="keep")).ok
    assert house.service.state("application", "A-1").status == "approved"  # type: ignore[union-attr]


def test_an_account_is_closed_and_its_approvals_are_withdrawn_in_one_commit(tmp_path: Path) -> None:
    house = House(tmp_path)
    guardian = house.registered()
    assert house.handed_in("A-1", guardian, form_of()).status == "approved"
    close = commands.CloseAccount(approvals="withdraw", **about("acct", guardian))
    answer: Any = house.service.handle(close)
    assert set(answer.events) >= {"Revoked", "CardRevoked", "AccountClosed"}
    assert house.service.state("application", "A-1").code == "CONSENT_WITHDRAWN"  # type: ignore[union-attr]


def test_an_account_closes_where_the_student_or_another_guardian_remains(family: Family) -> None:
    family.approved()
    assert family.give(commands.CloseAccount, family.student, family.student_id).ok  # mum can withdraw
    answer = family.give(commands.CloseAccount, family.mum, family.mum_id)
    assert answer == Refused("approvals_stand", {"count": 1})
    assert family.give(commands.CloseAccount, family.mum, family.mum_id, approvals="withdraw").ok
    assert family.state().code == "CONSENT_WITHDRAWN"


def test_a_link_that_only_shows_the_case_keeps_no_approval(family: Family) -> None:
    family.approved()
    family.register("dad", OTHER)
    dad = family.owner("dad")
    family.linked("xiaoyu", dad)
    assert family.give(commands.CloseAccount, dad, dad.id).ok
    assert family.give(commands.CloseAccount, family.mum, family.mum_id).ok  # the student can withdraw
    answer = family.give(commands.CloseAccount, family.student, family.student_id)
    assert answer == Refused("approvals_stand", {"count": 1})


# --- many at once --------------------------------------------------------------------------------------


def test_a_service_that_starts_anew_knows_every_link(family: Family) -> None:
    """What a guardian may do is stored, and told by no process."""
    family.linked(family.case)
    family.service = family.open(Service)
    family.mum = family.owner("mum")
    assert family.consents().ok


def test_the_attested_reviewer_of_a_file_run_cannot_link(tmp_path: Path) -> None:
    """Neither can an importer, nor a seat over an application that does not exist."""
    house = House(tmp_path)
    link = commands.LinkGuardian(guardian="g", **about("A-1", Actor(id="importer", role=Role.IMPORTER)))
    assert house.service.handle(link) == Refused("forbidden")
    for by in (HEAD, DISTRICT):
        assert code(house.service.handle(attrs.evolve(link, by=by))) == "forbidden"


def test_who_closes_another_persons_account_withdraws_no_consent_of_theirs(tmp_path: Path) -> None:
    """A head with one child of the family in the school would else revoke the card of another at another school."""
    far = {"school": "南京市云台小学", "school_code": "2132098002"}
    town = Town(tmp_path, rows=[row_of(), row_of(NUMBERS[1], **far)])
    town.register("chen", "15400001234")
    family = town.owner("chen")
    keys = []
    for number, more in ((NUMBERS[0], {}), (NUMBERS[1], {"school": far["school"]})):
        opened: Any = town.service.handle(commands.Open(by=family, form=form_of(number, **more)))
        keys.append(opened.subject)
        submit = commands.Submit(by=family, subject=opened.subject, consent_text="v1")
        assert town.service.handle(submit).ok
    town.register("head", "15400002222", Role.TEACHER)
    _, head = seat(town, "head", Role.SCHOOL_ADMIN, Position.SCHOOL_ADMIN, town.service.operator(), CLASS[0])

    close = commands.CloseAccount(by=head, subject=family.id, approvals="withdraw")

    assert town.service.handle(close) == Refused("forbidden")
    assert [getattr(town.service.state("application", key), "status", "") for key in keys] == ["approved"] * 2
    assert town.service.handle(attrs.evolve(close, approvals="keep")).ok
