"""A host keeps the CRM in a schema of PostgreSQL by its own means, and refers to our tables from its models."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, ForeignKey, create_engine, text
from sqlalchemy.exc import NoReferencedTableError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import CreateTable

from crm import CRM, make_engine, schema
from crm.errors import DatabaseNotReady
from crm.models import Lead
from tests.embedding.host import one_move

pytestmark = pytest.mark.whole


@pytest.fixture
def tenant(postgres_url: str) -> str:
    """The address of a database that has our tables in the schema bureau."""
    engine = make_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE SCHEMA bureau"))
    engine.dispose()
    engine = make_engine(postgres_url, tenant="bureau")
    schema.upgrade(engine)
    engine.dispose()
    return postgres_url


def hosts(url: str, **kw: Any) -> Engine:
    """Return an engine made by SQLAlchemy alone."""
    return create_engine(make_engine(url).url, poolclass=NullPool, **kw)


def work(session: Session) -> None:
    """Search, lock, write, report and verify: statements of every kind."""
    crm = CRM(session, "admin")
    crm.leads.hold(crm.leads.open("丸红", title="二期", station="tokyo"), reason="等待批复", review="2090-01-01")
    assert len(crm.leads.list()) == 2
    assert crm.report.board().tables
    crm.audit.seal()
    assert crm.audit.verify() == ()


def test_the_search_path_of_an_engine_chooses_the_schema(tenant: str) -> None:
    """As make_engine sets it for a tenant."""
    engine = hosts(tenant, connect_args={"options": "-c search_path=bureau"})
    assert one_move(engine) == "negotiating"
    with Session(engine) as session, session.begin():
        work(session)


def test_set_local_chooses_the_schema_of_a_transaction(tenant: str) -> None:
    """Of a pool that several tenants share; the next transaction is without it."""
    engine = make_engine(tenant, tenant="bureau")
    assert one_move(engine) == "negotiating"
    engine.dispose()
    with Session(hosts(tenant)) as session:
        with session.begin():
            session.execute(text("SET LOCAL search_path TO bureau"))
            work(session)
        with session.begin(), pytest.raises(Exception, match="crm_staff"):
            CRM(session, "admin").leads.list()


@pytest.mark.parametrize("writes", [False, True])
def test_a_translated_schema_is_refused(tenant: str, writes: bool) -> None:
    """Before a statement goes out, which could reach the tables of another tenant; the refusal says what does."""
    engine = hosts(tenant).execution_options(schema_translate_map={None: "bureau"})
    with Session(engine) as session, pytest.raises(DatabaseNotReady, match="SET LOCAL search_path"):
        CRM(session, None).staff.found("admin", "管理员") if writes else CRM(session, "admin").leads.list()


def test_a_map_for_other_schemas_is_the_hosts(migrated_engine: Engine) -> None:
    """Ours have no schema in the metadata, so it does not touch them."""
    assert one_move(migrated_engine.execution_options(schema_translate_map={"rooms": None})) == "negotiating"


def test_a_foreign_key_names_the_class() -> None:
    """By its name SQLAlchemy does not find the table, because the host's metadata does not have it."""

    class HostBase(DeclarativeBase):
        """The host's models."""

    class ByClass(HostBase):
        """Refers to the class."""

        __tablename__ = "by_class"
        id: Mapped[int] = mapped_column(primary_key=True)
        lead_id: Mapped[int] = mapped_column(ForeignKey(Lead.id))

    class ByName(HostBase):
        """Refers to the table."""

        __tablename__ = "by_name"
        id: Mapped[int] = mapped_column(primary_key=True)
        lead_id: Mapped[int] = mapped_column(ForeignKey("crm_lead.id"))

    assert "REFERENCES crm_lead (id)" in str(CreateTable(ByClass.__table__))  # type: ignore[arg-type]
    with pytest.raises(NoReferencedTableError, match="crm_lead"):
        str(CreateTable(ByName.__table__))  # type: ignore[arg-type]
