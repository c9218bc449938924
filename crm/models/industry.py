"""Groups and classes of GB/T 4754 that users load, in addition to the built-in sections and divisions."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from crm.models.base import Base, Identified


class Industry(Identified, Base):
    """A group or class of GB/T 4754-2017. Append-only."""

    __tablename__ = "crm_industry"
    __table_args__ = (
        CheckConstraint("length(code) BETWEEN 4 AND 5", name="group_or_class"),
        {"comment": "groups and classes of GB/T 4754-2017 that were loaded"},
    )

    code: Mapped[str] = mapped_column(String(5), unique=True, comment="with its section letter: C367, C3670")
    name: Mapped[str] = mapped_column(String(120), comment="Chinese name")
    name_en: Mapped[str | None] = mapped_column(String(200), comment="English name, where there is one")
    loaded_by_id: Mapped[int] = mapped_column(ForeignKey("crm_staff.id"), comment="who loaded it")
    loaded_at: Mapped[datetime] = mapped_column(comment="when")
