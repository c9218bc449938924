"""One investor with contact, lead and meeting, made by the library and copied by SQL as often as asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Column, Connection, Table, text
from sqlalchemy.orm import Session

from crm import CRM, make_engine, schema
from crm.models import Base

ACTOR = "tokyo.desk"
_COPIED = frozenset(
    f"crm_{name}"
    for name in (
        "investor", "investor_name", "contact", "employment", "lead", "transition", "assignment",
        "meeting", "meeting_contact", "meeting_staff", "minute", "followup", "audit_entry",
    )
)  # fmt: skip


def seed(url: str, leads: int) -> None:
    """Fill an empty database with so many leads at contact, each ready to advance to negotiating.

    Their ids are 1, 2, 3 … and so are those of their investors, contacts and employments.

    Args:
        url: The address of the database.
        leads: How many.
    """
    engine = make_engine(url)
    schema.upgrade(engine)
    with Session(engine) as session, session.begin():
        _pattern(session)
    with engine.begin() as connection:
        _copy(connection, leads - 1)
    engine.dispose()
    settle(url)


def settle(url: str) -> None:
    """Let a database finish what a bulk load leaves behind, so that none of it runs while others are measured."""
    engine = make_engine(url, isolation_level="AUTOCOMMIT")
    chores = ("ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)")
    if engine.dialect.name == "postgresql":
        chores = ("VACUUM ANALYZE", "CHECKPOINT")
    with engine.connect() as connection:
        for chore in chores:
            connection.connection.cursor().execute(chore)
    engine.dispose()


def _pattern(session: Session) -> None:
    then = datetime.now(UTC) - timedelta(days=10)
    CRM(session, None, clock=lambda: then).staff.found("admin", "管理员")
    admin = CRM(session, "admin", clock=lambda: then)
    admin.units.add("gaoxin", name="高新区", name_en="Hi-tech zone", kind="zone")
    admin.staff.add(ACTOR, "东京站", role="ambassador", station="tokyo")
    desk = CRM(session, ACTOR, clock=lambda: then)
    investor = desk.investors.add("丸红株式会社", country="JP", aliases=["Marubeni Corporation"])
    contact = desk.contacts.add(investor, "田中様", title="部長")
    lead = desk.leads.open(
        investor, title="济南冷链", expected="20000000 USD", unit="gaoxin", station="tokyo", industry="C36"
    )
    desk.meetings.log(
        lead,
        summary="谈",
        contacts=[contact],
        promised=["送资料"],
        followups=[("资料", then.date() + timedelta(days=30))],
    )


def _copy(connection: Connection, times: int) -> None:
    tables = [table for table in Base.metadata.sorted_tables if table.name in _COPIED]
    strides = {
        table.name: connection.execute(text(f"SELECT max(id) FROM {table.name}")).scalar_one() for table in tables
    }
    sqlite = connection.dialect.name == "sqlite"
    fresh = "lower(hex(randomblob(16)))" if sqlite else "gen_random_uuid()"
    for table in tables:
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        values = ", ".join(_value(column, strides, fresh) for column in table.columns)
        connection.execute(
            text(
                f"INSERT INTO {table.name} ({names}) WITH RECURSIVE copies(n) AS"
                " (SELECT 1 UNION ALL SELECT n + 1 FROM copies WHERE n < :times)"
                f" SELECT {values} FROM copies CROSS JOIN {table.name} AS t WHERE t.id <= :last"
            ),
            {"times": times, "last": strides[table.name]},
        )
        if not sqlite:
            connection.execute(
                text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), (SELECT max(id) FROM {table.name}))")
            )


def _value(column: Column[object], strides: dict[str, int], fresh: str) -> str:
    if column.name == "uid":
        return fresh
    if column.name == "record_id":
        return "t.record_id + n"
    home = column.table.name if column.primary_key else _points_to(column)
    return f't."{column.name}" + n * {strides[home]}' if home in strides else f't."{column.name}"'


def _points_to(column: Column[object]) -> str:
    """Return the table whose id a column holds, through composite keys too; nothing where it holds none."""
    for key in column.foreign_keys:
        target = key.column
        if target.primary_key and isinstance(target.table, Table):
            return target.table.name
        if target is not column and (home := _points_to(target)):
            return home
    return ""
