"""Views: the filters, the order and the columns of a list that somebody keeps under a name."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, text
from sqlalchemy.orm import Mapped, mapped_column

from crm.models.base import Base, Identified, Removable, Versioned
from crm.models.indexes import PartialIndex
from crm.rules.kernel.views import ARGUMENTS, KEY, NAME

_STANDS = text("withdrawn_at IS NULL")


class SavedView(Identified, Versioned, Removable, Base):
    """A view of one member of staff, of one list."""

    __tablename__ = "crm_saved_view"
    __table_args__ = (
        PartialIndex(
            "uq_crm_saved_view_staff_id_method_key",
            "staff_id",
            "method",
            "key",
            unique=True,
            where=_STANDS,
        ),
        {"comment": "filters, order and columns of lists, kept by members of staff under a name"},
    )

    staff_id: Mapped[int] = mapped_column(ForeignKey("crm_staff.id"), comment="whose it is")
    method: Mapped[str] = mapped_column(String(40), comment="the list, such as leads.list")
    name: Mapped[str] = mapped_column(String(NAME), comment="what it is called")
    key: Mapped[str] = mapped_column(String(KEY), comment="comparison key of the name")
    arguments: Mapped[str] = mapped_column(String(ARGUMENTS), comment="what the list is called with, as JSON")
    columns: Mapped[str | None] = mapped_column(String(400), comment="the columns that are shown, or null")
    withdrawn_at: Mapped[datetime | None] = mapped_column(comment="removed since, or null")
