"""Every column that refers to an investor or a contact, and how a merge treats it.

A test checks that all foreign keys of all tables are listed here.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen
from sqlalchemy import ColumnElement, Table, and_, select

from crm.models import (
    Attendance,
    Contact,
    Distinct,
    Employment,
    FollowUp,
    Investor,
    InvestorIdentifier,
    InvestorName,
    Lead,
    Meeting,
    MeetingContact,
    Ownership,
    PlannedVisit,
    Referral,
    Request,
    Tagging,
)
from crm.models.base import Base, record_name
from crm.services.merges import pairs as merge_pairs


@frozen
class Relation:
    """A column that a merge moves from the absorbed record to the survivor.

    Attributes:
        model: The table.
        field: The column.
        unique: Columns of which the survivor may have only one row of each value; a row that it has already stays
            behind.
        apart: A column that may not come to name the survivor too; such a row stays behind.
        once: A column that is null in the one row that stands and lasts; where the survivor has such a row, the other
            stays behind.
        pair: It is a side of a pair in order; a pair that the survivor has already stays behind.
    """

    model: type[Base]
    field: str
    unique: tuple[str, ...] = ()
    apart: str | None = None
    once: str | None = None
    pair: bool = False

    @property
    def table(self) -> Table:
        """The table itself."""
        found = self.model.__table__
        assert isinstance(found, Table)  # noqa: S101 - no model of ours maps anything else
        return found

    @property
    def record(self) -> str:
        """The name in audit and items."""
        return record_name(self.table.name)

    def moving(self, old: int, new: int) -> ColumnElement[bool]:
        """Return the condition of the rows that move from *old* to *new*."""
        table = self.table
        condition: ColumnElement[bool] = table.c[self.field] == old
        twin = table.alias()
        theirs = select(twin.c.id).where(twin.c[self.field] == new)
        if self.unique:
            condition &= ~theirs.where(
                *(twin.c[name].is_not_distinct_from(table.c[name]) for name in self.unique)
            ).exists()
        if self.apart:
            condition &= table.c[self.apart] != new
        if self.pair:
            condition &= merge_pairs.free(old, new)
        if self.once:
            one, other = (and_(each.c[self.once].is_(None), each.c.withdrawn_at.is_(None)) for each in (table, twin))
            condition &= ~one | ~theirs.where(other).exists()
        return condition


#: Children before their parents.
INVESTOR: tuple[Relation, ...] = (
    Relation(MeetingContact, "investor_id"),
    Relation(Attendance, "investor_id"),
    Relation(PlannedVisit, "investor_id"),
    Relation(FollowUp, "investor_id"),
    Relation(Request, "investor_id"),
    Relation(Meeting, "investor_id"),
    Relation(Lead, "investor_id"),
    Relation(Lead, "source_investor_id"),
    Relation(Employment, "investor_id", unique=("contact_id", "since", "withdrawn_at")),
    Relation(InvestorName, "investor_id", unique=("text",)),
    Relation(InvestorIdentifier, "investor_id"),
    Relation(Distinct, "one_id", pair=True),
    Relation(Distinct, "other_id", pair=True),
    Relation(Ownership, "child_id", apart="parent_id", once="until"),
    Relation(Ownership, "parent_id", apart="child_id"),
    Relation(Referral, "referrer_investor_id"),
    Relation(Tagging, "investor_id", unique=("tag_id", "withdrawn_at")),
)
CONTACT: tuple[Relation, ...] = (
    Relation(MeetingContact, "contact_id"),
    Relation(Attendance, "contact_id"),
    Relation(Employment, "contact_id", unique=("investor_id", "since", "withdrawn_at")),
    Relation(Referral, "referrer_contact_id"),
    Relation(Referral, "confirmed_contact_id"),
)
RELATIONS: Mapping[type[Base], tuple[Relation, ...]] = {Investor: INVESTOR, Contact: CONTACT}

#: Rows that refer to an employment; if the survivor has the same employment, they get that one.
AT_EMPLOYMENT: tuple[type[Base], ...] = (MeetingContact, Attendance)

#: Columns that refer to an investor or a contact and do not move, with the reason.
STAYS: Mapping[tuple[str, str], str] = {
    ("crm_merge", "survivor_investor_id"): "what was merged into the absorbed one leads on through it",
    ("crm_merge", "absorbed_investor_id"): "the same",
    ("crm_merge", "survivor_contact_id"): "the same",
    ("crm_merge", "absorbed_contact_id"): "the same",
}
