"""Tags: words of the bureau's own, and the leads and investors that have them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, text
from sqlalchemy.orm import Mapped, mapped_column

from crm.models.base import Base, BigInt, Identified, Removable, Versioned
from crm.models.indexes import PartialIndex
from crm.rules.tags import KEY, TAG

_STANDS = text("withdrawn_at IS NULL")


class Tag(Identified, Versioned, Base):
    """A word that records are tagged with; all its spellings are one.

    A tag that was merged into another keeps its records: whoever reads them follows *into_id*, which leads to a tag
    that was not merged itself.
    """

    __tablename__ = "crm_tag"
    __table_args__ = (
        CheckConstraint("into_id <> id", name="into_another"),
        {"comment": "words that records are tagged with"},
    )

    name: Mapped[str] = mapped_column(String(TAG), comment="as it was first written, or renamed")
    key: Mapped[str] = mapped_column(String(KEY), unique=True, comment="comparison key of the name")
    into_id: Mapped[int | None] = mapped_column(
        BigInt, ForeignKey("crm_tag.id"), index=True, comment="the tag it was merged into, or null"
    )


class Tagging(Identified, Removable, Base):
    """A tag on a lead or on an investor."""

    __tablename__ = "crm_tagging"
    __table_args__ = (
        CheckConstraint("(lead_id IS NULL) <> (investor_id IS NULL)", name="one_record"),
        PartialIndex(
            "uq_crm_tagging_lead_id_tag_id",
            "lead_id",
            "tag_id",
            unique=True,
            where=_STANDS,
        ),
        PartialIndex(
            "uq_crm_tagging_investor_id_tag_id",
            "investor_id",
            "tag_id",
            unique=True,
            where=_STANDS,
        ),
        {"comment": "which records have which tags"},
    )

    tag_id: Mapped[int] = mapped_column(BigInt, ForeignKey("crm_tag.id"), index=True, comment="which tag")
    lead_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("crm_lead.id"), comment="the lead that has it")
    investor_id: Mapped[int | None] = mapped_column(
        BigInt, ForeignKey("crm_investor.id"), index=True, comment="the investor that has it"
    )
    withdrawn_at: Mapped[datetime | None] = mapped_column(comment="taken off since, or null")
