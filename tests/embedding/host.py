"""A host with an Alembic environment of its own, written to a folder as a developer would have it."""

from __future__ import annotations

from pathlib import Path

from alembic.config import Config
from sqlalchemy import Engine, String
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from crm import CRM

ENV = '''
"""The host's env.py."""
from alembic import context

options = context.config.attributes["options"]
with context.config.attributes["engine"].connect() as connection, connection.begin():
    context.configure(connection=connection, **options)
    context.run_migrations()
'''
SCRIPT = '''
"""${message}"""
import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}

def upgrade():
    ${upgrades if upgrades else "pass"}

def downgrade():
    ${downgrades if downgrades else "pass"}
'''
FIRST = '''
"""The host's first table."""
import sqlalchemy as sa
from alembic import op

revision = "a0b1c2d3e4f5"
down_revision = None
branch_labels = ("host",)
depends_on = {depends_on!r}

def upgrade():
    op.create_table("orders", sa.Column("id", sa.Integer, primary_key=True), sa.Column("title", sa.String(20)),
                    sa.Column("lead_id", sa.BigInteger, {reference}nullable=True))

def downgrade():
    op.drop_table("orders")
'''


class HostBase(DeclarativeBase):
    """The host's models."""


class Order(HostBase):
    """A table of the host's."""

    __tablename__ = "host_order"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(20))


def environment(folder: Path, engine: Engine, **options: object) -> Config:
    """Return the configuration of a fresh environment in *folder*."""
    (folder / "versions").mkdir(parents=True)
    (folder / "env.py").write_text(ENV, "utf-8")
    (folder / "script.py.mako").write_text(SCRIPT, "utf-8")
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.set_main_option("path_separator", "os")
    config.attributes.update(engine=engine, options=options)
    return config


def first_revision(folder: Path, *, depends_on: str | None = None) -> None:
    """Write the host's first revision; one that depends on ours refers to our leads."""
    reference = 'sa.ForeignKey("crm_lead.id"), ' if depends_on else ""
    (folder / "versions" / "first.py").write_text(FIRST.format(depends_on=depends_on, reference=reference), "utf-8")


def one_move(engine: Engine, *, station: str = "tokyo") -> str:
    """Found an administrator, take a lead to its second stage, and return where it stands."""
    with Session(engine) as session, session.begin():
        CRM(session, None).staff.found("admin", "管理员")
        crm = CRM(session, "admin")
        investor = crm.investors.add("丸红株式会社", country="JP")
        crm.contacts.add(investor, "営業部長")
        lead = crm.leads.open(investor, title="冷链物流", station=station, unit="bureau", expected="20000000 USD")
        crm.leads.edit(lead, industry="G59")
        crm.meetings.log(lead, contacts=["営業部長"], summary="谈选址")
        crm.leads.advance(lead)
        return lead.stage
