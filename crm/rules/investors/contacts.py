"""The fields of a contact and of an employment."""

from __future__ import annotations

from datetime import date
from typing import Annotated, TypedDict

from crm.errors import N_
from crm.rules.kernel.fields import Field, day, text
from crm.values.registers.telephones import as_telephone
from crm.values.text import NAME, NOTE
from crm.values.web import as_email


class ContactIdentity(TypedDict, total=False):
    """The required fields of a contact."""

    name: Annotated[
        str, Field(N_("Name"), N_("The name as the person writes it."), text(NAME), personal=True, column=0, least=8)
    ]


class ContactDetails(TypedDict, total=False):
    """The optional fields of a contact."""

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
    note: Annotated[
        str | None,
        Field(N_("Note"), N_("A note for those who meet the person."), text(NOTE), personal=True, counts_empty=True),
    ]


class ContactFields(ContactIdentity, ContactDetails, total=False):
    """The fields of a contact; all are personal data."""


class EmploymentDetails(TypedDict, total=False):
    """The optional fields of a new employment."""

    title: Annotated[
        str | None,
        Field(N_("Position"), N_("The position."), text(NAME), column=1, least=10, counts_empty=True),
    ]
    since: Annotated[
        date | str | None,
        Field(N_("From"), N_("The first day there."), day, metavar="DAY", past=True, column=5, counts_empty=True),
    ]


class EmploymentEnd(TypedDict, total=False):
    """The fields of the end of an employment."""

    until: Annotated[
        date | str,
        Field(
            N_("Until"),
            N_("The last day there."),
            day,
            metavar="DAY",
            past=True,
            column=1,
        ),
    ]


class EmploymentFields(EmploymentDetails, EmploymentEnd, total=False):
    """The fields of an employment."""


class NewContact(EmploymentDetails, ContactDetails, total=False):
    """The optional fields of a new contact."""
