"""The fields of a contact and of an employment."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, TypedDict

from crm.errors import N_
from crm.rules.kernel.fields import Field, country, day, one_of, text
from crm.values.registers.telephones import as_telephone, as_telephones
from crm.values.text import NAME, NOTE, REASON, TITLE
from crm.values.web import as_email


class LawfulBasis(StrEnum):
    """The ground on which personal data is held: GDPR art. 6(1), PIPL art. 13."""

    CONSENT = "consent"
    CONTRACT = "contract"
    LEGAL_OBLIGATION = "legal_obligation"
    VITAL_INTERESTS = "vital_interests"
    PUBLIC_TASK = "public_task"
    LEGITIMATE_INTERESTS = "legitimate_interests"
    PUBLISHED = "published"


class ContactIdentity(TypedDict, total=False):
    """The required fields of a contact."""

    name: Annotated[
        str, Field(N_("Name"), N_("The name as the person writes it."), text(NAME), personal=True, column=0, least=8)
    ]


class ContactGrounds(TypedDict, total=False):
    """On what grounds, and until when, the data of a contact is held."""

    jurisdiction: Annotated[
        str | None,
        Field(
            N_("Jurisdiction"),
            N_("The country whose law protects the person's data, two letters of ISO 3166."),
            country,
            metavar="CC",
            column=9,
        ),
    ]
    basis: Annotated[
        LawfulBasis | str | None,
        Field(
            N_("Lawful basis"),
            N_("The lawful basis on which the data is held."),
            one_of(LawfulBasis),
            words="lawful basis",
            column=8,
        ),
    ]
    source: Annotated[
        str | None,
        Field(
            N_("Obtained from"),
            N_("Where the data comes from, such as a business card."),
            text(TITLE),
            personal=True,
            column=10,
            least=8,
        ),
    ]
    noticed_on: Annotated[
        date | str | None,
        Field(
            N_("Notified on"),
            N_("The day on which the person was told that their data is held."),
            day,
            metavar="DAY",
            option="noticed",
            past=True,
            column=11,
        ),
    ]
    retain_until: Annotated[
        date | str | None,
        Field(
            N_("Retain until"),
            N_("The last day on which the data is held; then it is due to be erased."),
            day,
            metavar="DAY",
            column=6,
        ),
    ]
    legal_hold: Annotated[
        str | None,
        Field(
            N_("Legal hold"),
            N_("Why the data must not be erased, such as a lawsuit; only who may erase lifts it."),
            text(REASON),
            metavar="WHY",
            personal=True,
            column=7,
            least=8,
        ),
    ]


class ContactDetails(ContactGrounds, total=False):
    """The optional fields of a contact."""

    other_name: Annotated[
        str | None,
        Field(
            N_("Other name"),
            N_("The name in another script, such as Yamada Taro for 山田太郎; the person is found by either."),
            text(NAME),
            personal=True,
            column=2,
            least=8,
        ),
    ]
    email: Annotated[
        str | None,
        Field(
            N_("E-mail"),
            N_("E-mail address."),
            as_email,
            metavar="ADDRESS",
            personal=True,
            column=4,
            counts_empty=True,
        ),
    ]
    phone: Annotated[
        str | None,
        Field(
            N_("Telephone"),
            N_("Telephone number, such as +81 3 1234 5678."),
            as_telephone,
            metavar="NUMBER",
            personal=True,
            column=3,
            counts_empty=True,
        ),
    ]
    phones: Annotated[
        str | list[str] | tuple[str, ...] | None,
        Field(
            N_("Further telephones"),
            N_("Further telephones with their kinds, such as 'mobile +81 90 1234 5678; fax +81 3 1234 5679'."),
            as_telephones,
            metavar="NUMBERS",
            kinds="telephone kind",
            personal=True,
        ),
    ]
    wechat: Annotated[
        str | None,
        Field(N_("WeChat"), N_("The WeChat account."), text(NAME), metavar="ACCOUNT", personal=True),
    ]
    address: Annotated[str | None, Field(N_("Address"), N_("The postal address."), text(TITLE), personal=True)]
    note: Annotated[
        str | None,
        Field(N_("Note"), N_("A note for those who meet the person."), text(NOTE), personal=True, counts_empty=True),
    ]


class ContactFields(ContactIdentity, ContactDetails, total=False):
    """The fields of a contact."""


class EmploymentDetails(TypedDict, total=False):
    """The optional fields of a new employment."""

    title: Annotated[
        str | None,
        Field(N_("Position"), N_("The position."), text(NAME), personal=True, column=1, least=10, counts_empty=True),
    ]
    department: Annotated[
        str | None, Field(N_("Department"), N_("The department."), text(NAME), personal=True, column=2, least=10)
    ]
    since: Annotated[
        date | str | None,
        Field(N_("From"), N_("The first day there."), day, metavar="DAY", past=True, column=5, counts_empty=True),
    ]


_UNTIL = Field(N_("Until"), N_("The last day there."), day, metavar="DAY", past=True, column=1)


class EmploymentEnd(TypedDict, total=False):
    """The fields of the end of an employment."""

    until: Annotated[date | str, _UNTIL]


class EmploymentChanges(EmploymentDetails, total=False):
    """What is corrected in an employment; no last day: it lasts."""

    until: Annotated[date | str | None, _UNTIL]


class EmploymentFields(EmploymentDetails, EmploymentEnd, total=False):
    """The fields of an employment."""


class NewContact(EmploymentDetails, ContactDetails, total=False):
    """The optional fields of a new contact."""
