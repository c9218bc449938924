"""Investors, their names, identifiers and contacts."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, Text, UniqueConstraint, or_
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.models.base import (
    Archivable,
    Base,
    BigInt,
    Identified,
    Lasting,
    Versioned,
    days_in_order,
    enum,
    withdrawn_by_someone,
)
from crm.models.indexes import PartialIndex
from crm.rules.investors.contacts import LawfulBasis
from crm.rules.investors.fields import InvestorKind
from crm.values.naming.words import UNSPECIFIC
from crm.values.registers.schemes import IdentifierScheme

_STANDS = sql("withdrawn_at IS NULL")
_THE_ONE = sql("withdrawn_at IS NULL AND former_since IS NULL AND scheme IN ('uscc', 'lei', 'jp_cn', 'hk_brn')")


class NameKind(StrEnum):
    """The kind of a name."""

    LEGAL = "legal"
    TRADING = "trading"
    FORMER = "former"
    SHORT = "short"


class Investor(Identified, Versioned, Archivable, Base):
    """An organisation that invests or may invest, or that refers others."""

    __tablename__ = "crm_investor"
    __table_args__ = (Index(None, "name", "id"), {"comment": "organisations that invest, may invest, or bring others"})

    name: Mapped[str] = mapped_column(String(200), comment="the name shown; one of its names")
    country: Mapped[str] = mapped_column(String(2), comment="ISO 3166-1 alpha-2")
    kind: Mapped[InvestorKind] = mapped_column(enum(InvestorKind, "kind"), comment="what it is")
    note: Mapped[str | None] = mapped_column(Text, comment="what everybody should know")
    website: Mapped[str | None] = mapped_column(String(500), comment="address of its website, with http or https")
    address: Mapped[str | None] = mapped_column(String(200), comment="postal address")
    created_at: Mapped[datetime] = mapped_column(comment="when it was recorded")
    names: Mapped[list["InvestorName"]] = relationship(back_populates="investor", order_by="InvestorName.id")


class InvestorName(Identified, Base):
    """One of an investor's names."""

    __tablename__ = "crm_investor_name"
    __table_args__ = (
        UniqueConstraint("investor_id", "text"),
        Index(None, "key"),
        {"comment": "the names of investors, and what they are compared and found by"},
    )

    investor_id: Mapped[int] = mapped_column(BigInt, ForeignKey("crm_investor.id"), comment="whose name")
    text: Mapped[str] = mapped_column(String(200), comment="as it is written")
    language: Mapped[str] = mapped_column(String(12), comment="BCP 47 tag: zh, ja, ko, en, de …")
    kind: Mapped[NameKind] = mapped_column(enum(NameKind, "kind"), comment="what sort of name")
    key: Mapped[str] = mapped_column(
        String(400).with_variant(String(400, collation="C"), "postgresql"),
        comment="comparison key without the legal form: NFKC, simplified, case folded, no separators",
    )
    form: Mapped[str | None] = mapped_column(String(24), comment="code of the legal form, such as cn.llc")
    place: Mapped[str | None] = mapped_column(String(24), comment="the place it begins with, in Chinese")
    tokens: Mapped[str] = mapped_column(
        Text, server_default=sql("''"), comment="what it is searched by, separated by spaces"
    )
    investor: Mapped[Investor] = relationship(back_populates="names")


class InvestorIdentifier(Identified, Versioned, Base):
    """A number that a register assigned to an investor: current, former, or withdrawn as a mistake."""

    __tablename__ = "crm_investor_identifier"
    __table_args__ = (
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_reason IS NULL)", name="withdrawn_with_reason"),
        CheckConstraint(
            "length(value) = CASE scheme WHEN 'uscc' THEN 18 WHEN 'lei' THEN 20 WHEN 'jp_cn' THEN 13 WHEN 'kr_brn' "
            "THEN 10 WHEN 'hk_brn' THEN 8 ELSE length(value) END",
            name="length_of_scheme",
        ),
        PartialIndex(
            "uq_crm_investor_identifier_value",
            "value",
            "scheme",
            unique=True,
            where=_STANDS,
        ),
        PartialIndex(
            "uq_crm_investor_identifier_single",
            "investor_id",
            "scheme",
            unique=True,
            where=_THE_ONE,
        ),
        {"comment": "identifiers that registers assigned to investors"},
    )

    investor_id: Mapped[int] = mapped_column(BigInt, ForeignKey("crm_investor.id"), index=True, comment="whose")
    scheme: Mapped[IdentifierScheme] = mapped_column(enum(IdentifierScheme, "scheme"), comment="who assigned it")
    value: Mapped[str] = mapped_column(String(64), comment="compact: no separators, normal width, capitals")
    former_since: Mapped[datetime | None] = mapped_column(comment="another took its place since, or null")
    withdrawn_at: Mapped[datetime | None] = mapped_column(comment="found to be another's or none since, or null")
    withdrawn_reason: Mapped[str | None] = mapped_column(String(1000), comment="why it was withdrawn")
    investor: Mapped[Investor] = relationship()


class Contact(Identified, Versioned, Archivable, Base):
    """A person; their employments say where they work, and when."""

    __tablename__ = "crm_contact"
    __table_args__ = ({"comment": "persons at investors"},)

    name: Mapped[str] = mapped_column(String(120), comment="as they write it")
    key: Mapped[str] = mapped_column(String(240), index=True, comment="comparison key of the name")
    other_name: Mapped[str | None] = mapped_column(String(120), comment="the name in another script")
    other_key: Mapped[str | None] = mapped_column(String(240), index=True, comment="comparison key of that name")
    email: Mapped[str | None] = mapped_column(String(254), comment="e-mail address")
    phone: Mapped[str | None] = mapped_column(String(40), comment="telephone, international form")
    phones: Mapped[str | None] = mapped_column(
        String(400), comment="further telephones: kind and number; kind and number"
    )
    wechat: Mapped[str | None] = mapped_column(String(120), comment="WeChat account")
    address: Mapped[str | None] = mapped_column(String(200), comment="postal address")
    note: Mapped[str | None] = mapped_column(Text, comment="what to know before meeting them")
    jurisdiction: Mapped[str | None] = mapped_column(String(2), comment="country whose law protects their data")
    basis: Mapped[LawfulBasis | None] = mapped_column(
        enum(LawfulBasis, "basis"), comment="lawful basis on which their data is held"
    )
    source: Mapped[str | None] = mapped_column(String(200), comment="where their data comes from")
    noticed_on: Mapped[date | None] = mapped_column(comment="the day they were told that it is held")
    retain_until: Mapped[date | None] = mapped_column(comment="the last day on which it is held")
    legal_hold: Mapped[str | None] = mapped_column(String(1000), comment="why it must not be erased, or null")
    erased_at: Mapped[datetime | None] = mapped_column(comment="personal data erased on request since")
    employments: Mapped[list["Employment"]] = relationship(
        back_populates="contact",
        order_by="Employment.since",
        primaryjoin="and_(Employment.contact_id == Contact.id, Employment.withdrawn_at.is_(None))",
    )


class Employment(Identified, Versioned, Lasting, Base):
    """A contact at an investor, from a day to a day."""

    __tablename__ = "crm_employment"
    __table_args__ = (
        UniqueConstraint("id", "contact_id", "investor_id"),
        PartialIndex(
            "uq_crm_employment_contact_id_investor_id_since",
            "contact_id",
            "investor_id",
            "since",
            unique=True,
            where=_STANDS,
        ),
        Index(None, "contact_id"),
        days_in_order("since", "until", "until_after_since"),
        withdrawn_by_someone(),
        {"comment": "who works where, from when to when"},
    )

    contact_id: Mapped[int] = mapped_column(BigInt, ForeignKey("crm_contact.id"), comment="who")
    investor_id: Mapped[int] = mapped_column(BigInt, ForeignKey("crm_investor.id"), index=True, comment="where")
    title: Mapped[str | None] = mapped_column(String(120), comment="position")
    department: Mapped[str | None] = mapped_column(String(120), comment="department")
    contact: Mapped[Contact] = relationship(
        back_populates="employments", primaryjoin="Employment.contact_id == Contact.id"
    )
    investor: Mapped[Investor] = relationship()


class Enterprise(Identified, Versioned, Base):
    """A project company: the legal person that the investor of a signed lead founds in the city."""

    __tablename__ = "crm_enterprise"
    __table_args__ = (
        CheckConstraint("credit_code IS NULL OR length(credit_code) = 18", name="credit_code_length"),
        CheckConstraint("licensed_on IS NULL OR licensed_on <= recorded_on", name="licence_not_in_future"),
        {"comment": "project companies"},
    )

    name: Mapped[str] = mapped_column(String(200), comment="as on the licence")
    credit_code: Mapped[str | None] = mapped_column(
        String(18), unique=True, comment="unified social credit code, GB 32100-2015"
    )
    licensed_on: Mapped[date | None] = mapped_column(comment="day of the business licence")
    filing: Mapped[str | None] = mapped_column(String(80), comment="reference of the foreign investment filing")
    recorded_on: Mapped[date] = mapped_column(comment="bureau's day of the last change")


class Distinct(Identified, Base):
    """Two investors declared distinct by a person. Append-only."""

    __tablename__ = "crm_distinct"
    __table_args__ = (
        UniqueConstraint("one_id", "other_id"),
        CheckConstraint("one_id < other_id", name="one_before_other"),
        {"comment": "pairs of investors that look alike and are two"},
    )

    one_id: Mapped[int] = mapped_column(BigInt, ForeignKey("crm_investor.id"), comment="the one with the smaller id")
    other_id: Mapped[int] = mapped_column(BigInt, ForeignKey("crm_investor.id"), index=True, comment="the other")
    actor_id: Mapped[int] = mapped_column(ForeignKey("crm_staff.id"), comment="who says so")
    at: Mapped[datetime] = mapped_column(comment="when")
    reason: Mapped[str] = mapped_column(String(1000), comment="why they are two")


def of_one_form(one: type[InvestorName], other: type[InvestorName]) -> ColumnElement[bool]:
    """Return the condition that the legal forms of two names do not distinguish the companies."""
    return or_(
        one.form.is_(None),
        other.form.is_(None),
        one.form == other.form,
        one.form.in_(UNSPECIFIC),
        other.form.in_(UNSPECIFIC),
    )
