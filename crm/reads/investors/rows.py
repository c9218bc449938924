"""The rows of investors and their people. Their field names are the keys of ``--json`` and stay stable."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from attrs import frozen

from crm.reads.claims.rows import ClaimRow
from crm.reads.investors.identifier_rows import IdentifierRow
from crm.reads.leads.rows import LeadRow
from crm.reads.meetings.rows import MeetingRow


@frozen(kw_only=True)
class NameRow:
    """One of an investor's names."""

    text: str
    language: str
    kind: str


@frozen(kw_only=True)
class ContactRow:
    """A person and where they work."""

    id: int
    name: str
    title: str | None
    email: str | None
    phone: str | None
    investor: str
    since: date | None
    until: date | None


@frozen(kw_only=True)
class InvestorRow:
    """An investor as lists show it.

    Attributes:
        leads: How many leads it has that the reader may see by name.
        claimed_by: Codes of the units whose claims stand on these leads, held or contested.
        matching: The name it was found by, where that is not the one shown.
    """

    id: int
    uid: UUID
    name: str
    country: str
    kind: str
    names: tuple[str, ...]
    leads: int
    claimed_by: tuple[str, ...]
    archived: bool
    matching: str | None = None


@frozen(kw_only=True)
class InvestorCard:
    """An investor with its names, identifiers, people, leads, the claims that stand on them, and the latest meetings."""

    row: InvestorRow
    note: str | None
    names: tuple[NameRow, ...]
    identifiers: tuple[IdentifierRow, ...]
    contacts: tuple[ContactRow, ...]
    leads: tuple[LeadRow, ...]
    claims: tuple[ClaimRow, ...]
    meetings: tuple[MeetingRow, ...]
