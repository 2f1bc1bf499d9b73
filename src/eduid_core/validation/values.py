"""The results of `parse_*`: valid numbers with their facts."""

from __future__ import annotations

import datetime as dt

import attrs

from eduid_core.findings import Finding
from eduid_core.private import IdNumber, Phone
from eduid_core.validation.ages import AgeRule, age_on
from eduid_core.validation.divisions.lookup import DivisionStatus
from eduid_core.validation.kinds import Kind, Sex
from eduid_core.validation.phones.prefixes import PhoneClass

__all__ = ["PhoneNumber", "ResidentId"]


@attrs.frozen(kw_only=True, repr=False)
class ResidentId:
    """
    A valid resident identity number or residence permit, in 18 characters.

    `division_name` is the latest name of the county, `division_name_at_birth` the one of the year of birth;
    `findings` are the doubts and notes that remain.
    """

    number: IdNumber
    kind: Kind
    birth_date: dt.date
    sex: Sex
    division: str
    division_name: str
    division_name_at_birth: str
    division_verdict: DivisionStatus
    findings: tuple[Finding, ...] = ()

    def age_on(self, day: dt.date, *, rule: AgeRule | str = AgeRule.ANNIVERSARY) -> int:
        """Return the age in years on *day*, by *rule*; raise CallerError for a day before the birth."""
        return age_on(self.birth_date, day, rule=rule)

    def __repr__(self) -> str:
        return f"<ResidentId {self.kind}>"


@attrs.frozen(kw_only=True, repr=False)
class PhoneNumber:
    """
    A valid phone number: eleven digits of a mainland mobile, 0 and area code, or +country.

    `allocated_carrier` is the network that the prefix was allocated to, not the current operator.
    """

    number: Phone
    kind: Kind
    phone_class: PhoneClass
    region: str
    allocated_carrier: str = ""
    findings: tuple[Finding, ...] = ()

    @property
    def e164(self) -> Phone:
        """Return the number with + and country code, the form that gateways accept."""
        number = self.number.reveal("e164")
        return self.number if number.startswith("+") else Phone(f"+86{number.removeprefix('0')}")

    def __repr__(self) -> str:
        return f"<PhoneNumber {self.phone_class}>"
