"""Several bureaus in one PostgreSQL database, a schema for each, served by one pool of connections."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import ForeignKey, create_engine, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from crm import CRM, make_engine, schema, to_dict
from crm.models import Lead

URL = os.environ.get("HOST_DB", "postgresql+psycopg:///host")
BUREAUS = ("river", "lake")
pool = create_engine(make_engine(URL).url)


class Base(DeclarativeBase):
    """The tables of the program, which are in each schema too."""


class Viewing(Base):
    """A visit of a site, booked for a lead."""

    __tablename__ = "host_viewing"
    id: Mapped[int] = mapped_column(primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey(Lead.id))
    site: Mapped[str]


def add_bureau(bureau: str) -> None:
    """Make the schema of a bureau, our tables and yours in it; the same brings it up to date after a release."""
    owner = make_engine(URL, tenant=bureau)
    schema.upgrade(owner)
    Base.metadata.create_all(owner)
    owner.dispose()


@contextmanager
def at(bureau: str) -> Iterator[Session]:
    """Open a session and a transaction on the tables of a bureau."""
    if bureau not in BUREAUS:
        raise ValueError(bureau)
    with Session(pool) as session, session.begin():
        # Until the end of this transaction alone: the next user of the connection has a search path of its own
        session.execute(text("SELECT set_config('search_path', :bureau, true)"), {"bureau": bureau})
        yield session


if __name__ == "__main__":
    for number, bureau in enumerate(BUREAUS, 1):
        add_bureau(bureau)
        add_bureau(bureau)
        with at(bureau) as session:
            CRM(session, None).staff.found("admin", "管理员")
            crm = CRM(session, "admin")
            investor = crm.investors.add(f"示例{number}", country="JP")
            lead = crm.leads.open(investor, title=f"{bureau}项目", station="tokyo")
            session.add(Viewing(lead_id=lead.id, site=f"{bureau}港区"))
    seen = {}
    for bureau in BUREAUS:
        with at(bureau) as session:
            seen[bureau] = [row["title"] for row in to_dict(CRM(session, "admin").leads.list())["rows"]]
            seen[bureau] += session.scalars(select(Viewing.site))
    print(seen)  # {'river': ['river项目', 'river港区'], 'lake': ['lake项目', 'lake港区']}
    with at("river") as session:
        CRM(session, "admin").audit.seal()
        print(CRM(session, "admin").audit.verify())  # ()
    with Session(pool) as session:  # without a bureau there are no tables
        print(session.scalar(text("SELECT to_regclass('crm_lead') IS NULL")))  # True
