"""The rows of investors and their contacts. Their field names are the keys of ``--json`` and stay stable."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from attrs import field, frozen

from crm.reads.claims.rows import ClaimRow
from crm.reads.kernel.rows import BESIDE, Withdrawal
from crm.reads.leads.rows import LeadRow
from crm.reads.meetings.rows import MeetingRow
from crm.rules.investors.contacts import ContactFields
from crm.rules.investors.fields import InvestorFields


@frozen(kw_only=True)
class IdentifierRow:
    """An identifier of an investor.

    Attributes:
        scheme: The code of its scheme.
        value: The number, compact.
        shown: As people print it.
        country: Where the scheme is assigned, ISO 3166-1 alpha-2, or None.
        former_since: Another took its place since, or None.
    """

    scheme: str
    value: str
    shown: str
    country: str | None
    former_since: datetime | None


@frozen(kw_only=True)
class NameRow:
    """One of an investor's names."""

    text: str
    language: str
    kind: str


@frozen(kw_only=True)
class ContactRow:
    """A contact with an employment.

    Attributes:
        employment_id: The number of the employment.
        withdrawn: When the employment was withdrawn, by whom and why; None if it stands.
        described: The person's other fields that lists show; in JSON they stand beside the others.
    """

    id: int
    name: str
    title: str | None
    department: str | None
    email: str | None
    phone: str | None
    investor: str
    since: date | None
    until: date | None
    employment_id: int
    withdrawn: Withdrawal | None
    described: Mapping[str, object] = field(metadata=BESIDE, hash=False)


@frozen(kw_only=True)
class ContactCard:
    """A contact with all employments.

    Attributes:
        described: Their fields; in JSON they stand beside the others.
    """

    id: int
    uid: UUID
    described: ContactFields = field(metadata=BESIDE, hash=False)
    archived: bool
    employments: tuple[ContactRow, ...]


@frozen(kw_only=True)
class MentionRow:
    """A free text that mentions a person.

    Attributes:
        record: The sort of record, by the name that it has in the audit.
        id: Its number.
        field: The column.
        text: What it says.
        redact: The command that corrects it; None where there is none.
    """

    record: str
    id: int
    field: str
    text: str
    redact: str | None


@frozen(kw_only=True)
class DueRow:
    """A person whose data must be erased.

    Attributes:
        archived: Whether the contact is archived.
        days_left: Until the day of retention: below zero.
        described: The person's fields that lists show; in JSON they stand beside the others.
    """

    id: int
    uid: UUID
    archived: bool
    days_left: int | None
    described: ContactFields = field(metadata=BESIDE, hash=False)


@frozen(kw_only=True)
class InvestorRow:
    """An investor as lists show it.

    Attributes:
        described: Its fields that lists show; in JSON they stand beside the others.
        leads: How many leads it has that the reader may see by name.
        tags: What it is tagged with.
        claimed_by: Codes of the units whose claims stand on these leads, held or contested.
        matching: The name it was found by, where that is not the one shown.
    """

    id: int
    uid: UUID
    described: InvestorFields = field(metadata=BESIDE, hash=False)
    names: tuple[str, ...]
    leads: int
    tags: tuple[str, ...]
    claimed_by: tuple[str, ...]
    archived: bool
    matching: str | None = None

    @property
    def name(self) -> str:
        """The name shown."""
        return self.described["name"]

    @property
    def country(self) -> str:
        """ISO 3166-1 alpha-2."""
        return self.described["country"]

    @property
    def kind(self) -> str:
        """The code of its kind."""
        return self.described["kind"]


@frozen(kw_only=True)
class InvestorCard:
    """An investor with its names, identifiers, contacts, leads, active claims on them, and the latest meetings.

    Attributes:
        described: Its fields that lists do not show; in JSON they stand beside the others.
    """

    row: InvestorRow
    described: InvestorFields = field(metadata=BESIDE, hash=False)
    names: tuple[NameRow, ...]
    identifiers: tuple[IdentifierRow, ...]
    contacts: tuple[ContactRow, ...]
    leads: tuple[LeadRow, ...]
    claims: tuple[ClaimRow, ...]
    meetings: tuple[MeetingRow, ...]

    @property
    def note(self) -> str | None:
        """A note for everybody."""
        return self.described["note"]


@frozen(kw_only=True)
class GroupRow:
    """A member of a group, under its parent; *depth* is 0 for the top."""

    id: int
    name: str
    country: str
    parent_id: int | None
    depth: int
    since: date | None


@frozen(kw_only=True)
class MembershipRow:
    """The membership of a subsidiary in its parent's group.

    Attributes:
        since: The first day, if known.
        until: The last day; None while it lasts.
        reason: Why it ended.
        withdrawn: When it was withdrawn, by whom and why; None if it stands.
    """

    id: int
    child_id: int
    child: str
    parent_id: int
    parent: str
    since: date | None
    until: date | None
    reason: str | None
    withdrawn: Withdrawal | None
    version: int
