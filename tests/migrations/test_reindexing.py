"""What is derived from names is derived anew by an upgrade, by ``crm db reindex``, and is carried by a backup."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select, text, update
from sqlalchemy.orm import Session

from crm import CRM, schema
from crm.db import session_scope
from crm.models import Contact, InvestorName, Lead
from crm.models.base import new_uid
from crm.models.search import FTS, GIN
from crm.upgrading.reindexing import Clash
from tests.factories import ContactFactory, InvestorFactory, LeadFactory, World

#: The revision before names were spelled.
(BEFORE,) = schema.revisions()["d84b3f6e20a7"]


def found(engine: Engine, text_: str) -> list[str]:
    """Return the names of the investors found by a member of staff."""
    with Session(engine) as session:
        return [row.name for row in CRM(session, "admin").investors.find(text_)]


@pytest.mark.whole
def test_after_an_upgrade_every_name_is_found(fresh_engine: Engine) -> None:
    """Rows of an older version carry its keys and no tokens; the upgrade brings them up to date and tells how far it is."""
    schema.upgrade(fresh_engine, BEFORE)
    with fresh_engine.begin() as connection:
        uid = {"uid": "0185000000007000800000000000ab01"}
        for table, columns, values in (
            (
                "investor",
                "name, country, kind, created_at, version",
                "'丸紅株式会社', 'JP', 'enterprise', '2023-02-06 00:00:00', 1",
            ),
            (
                "investor_name",
                "investor_id, text, language, kind, key",
                "1, '丸紅株式会社', 'ja', 'legal', '丸紅株式会社'",
            ),
            ("contact", "name, key, version", "'營業部長', '營業部長', 1"),
        ):
            connection.execute(text(f"INSERT INTO crm_{table} (id, uid, {columns}) VALUES (1, :uid, {values})"), uid)
    told: list[tuple[str, int, int]] = []
    schema.upgrade(fresh_engine, progress=lambda *step: told.append(step))
    assert told == [("crm_investor_name", 1, 1), ("crm_contact", 1, 1), ("crm_audit_entry", 8, 8)]
    with Session(fresh_engine) as session, session.begin():
        CRM(session, None).staff.found("admin", "管理员")
    for typed in ("丸红", "紅株", "㈱丸紅", "丸"):
        assert found(fresh_engine, typed) == ["丸紅株式会社"]
    with fresh_engine.connect() as connection:
        assert connection.scalar(select(Contact.key)) == "营业部长"
    assert schema.check(fresh_engine) == ()


def test_what_was_written_past_the_services_is_found_after_a_reindex(migrated_engine: Engine) -> None:
    """Rows that differ are written, others are not, and a second run changes nothing; the audit sees both."""
    with Session(migrated_engine) as session, session.begin():
        world = World(session)
        investor = InvestorFactory.create(world=world, name="丸紅株式会社")
        InvestorFactory.create(world=world, name="高新发展")
        ContactFactory.create(world=world, investor=investor, name="營業部長")
        LeadFactory.create(world=world, investor=investor, title="冷鏈")
    tables: list[Any] = [InvestorName.__table__, Contact.__table__, Lead.__table__]
    with migrated_engine.begin() as connection:
        for table in tables:
            connection.execute(update(table).where(table.c.id == 1).values(key="wrong"))
        connection.execute(update(tables[0]).where(tables[0].c.id == 1).values(tokens="wrong words", form=None))
    assert found(migrated_engine, "丸红") == []
    assert found(migrated_engine, "words") == ["丸紅株式会社"]
    with session_scope(migrated_engine, read_only=True, one_moment=True) as session:
        assert {discrepancy.record for discrepancy in CRM(session, "admin").audit.verify()} == {
            "investor_name",
            "contact",
            "lead",
        }
    changed = {table: rows for table, rows in schema.reindex(migrated_engine).items() if rows}
    assert changed == {"crm_investor_name": 1, "crm_contact": 1, "crm_lead": 1}
    assert found(migrated_engine, "丸红") == ["丸紅株式会社"]
    assert found(migrated_engine, "words") == []
    with Session(migrated_engine) as session:
        assert CRM(session, "admin").audit.verify() == ()
    assert set(schema.reindex(migrated_engine).values()) == {0}
    assert schema.check(migrated_engine) == ()


@pytest.mark.whole
def test_a_lost_index_is_told_and_made_again(migrated_engine: Engine) -> None:
    """The check names what the search lacks; a reindex makes it, in a transaction of the caller's too."""
    with Session(migrated_engine) as session, session.begin():
        InvestorFactory.create(world=World(session), name="高新发展")
    sqlite = migrated_engine.dialect.name == "sqlite"
    with migrated_engine.begin() as connection:
        for statement in [f"DROP TRIGGER {FTS}_update", f"DROP TABLE {FTS}"] if sqlite else [f"DROP INDEX {GIN}"]:
            connection.execute(text(statement))
    lost = [FTS, f"{FTS}_update"] if sqlite else [GIN]
    assert schema.check(migrated_engine) == tuple(f"add search {name}" for name in lost)
    with migrated_engine.connect() as connection, connection.begin() as transaction:
        schema.reindex(connection)
        assert schema.check(connection) == ()
        transaction.rollback()
    assert len(schema.check(migrated_engine)) == len(lost)
    schema.reindex(migrated_engine)
    assert schema.check(migrated_engine) == ()
    assert found(migrated_engine, "高新") == ["高新发展"]


@pytest.mark.whole
def test_rows_written_and_deleted_by_hand_are_in_the_index_and_out_of_it(migrated_engine: Engine) -> None:
    """The database itself keeps the index, and takes back with a savepoint what it took in."""
    with Session(migrated_engine) as session, session.begin():
        investor = InvestorFactory.create(world=World(session), name="高新发展")
        number = investor.id
    table: Any = InvestorName.__table__
    row = {"uid": new_uid(), "investor_id": number, "text": "by hand", "language": "en",
           "kind": "former", "key": "byhand", "tokens": "by hand"}  # fmt: skip
    with migrated_engine.begin() as connection:
        with connection.begin_nested() as savepoint:
            connection.execute(insert(table).values(**row))
            savepoint.rollback()
        with Session(connection) as session:
            assert CRM(session, "admin").investors.find("hand") == ()
        connection.execute(insert(table).values(**row))
    assert found(migrated_engine, "hand") == ["高新发展"]
    with migrated_engine.begin() as connection:
        connection.execute(table.delete().where(table.c.text == "by hand"))
    assert found(migrated_engine, "hand") == []


@pytest.mark.whole
def test_a_backup_carries_the_index(migrated_engine: Engine, tmp_path: Path) -> None:
    """And brings it back with the names."""
    if migrated_engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL has pg_dump")
    with Session(migrated_engine) as session, session.begin():
        InvestorFactory.create(world=World(session), name="高新发展")
    schema.backup(migrated_engine, tmp_path / "kept.db")
    with Session(migrated_engine) as session, session.begin():
        CRM(session, "admin").investors.edit("高新", name="丸红")
    assert found(migrated_engine, "丸红") == ["丸红"]
    schema.restore(migrated_engine, tmp_path / "kept.db")
    assert found(migrated_engine, "高新") == ["高新发展"]
    assert found(migrated_engine, "丸红") == []
    assert schema.check(migrated_engine) == ()


def test_names_that_a_new_key_makes_one_are_listed(migrated_engine: Engine) -> None:
    """Each pair once; both stay. Other legal forms, archived investors and pairs declared distinct are not listed."""
    renamed = ["渋谷示例商事", "涩谷示例商事", "Muster AG", "Muster GmbH", "鉱業", "矿业", "郷乙", "乡乙"]
    with Session(migrated_engine) as session, session.begin():
        world = World(session)
        made = [InvestorFactory.create(world=world, name=f"示例{number}号") for number in range(len(renamed))]
        world.manager.investors.archive(made[5], reason="gone")
        world.manager.investors.distinct(made[6], made[7], reason="two")
        ids = [investor.id for investor in made]
    names: Any = InvestorName.__table__
    with migrated_engine.begin() as connection:
        for number, name in zip(ids, renamed, strict=True):
            connection.execute(update(names).where(names.c.investor_id == number).values(text=name))
    told: list[Clash] = []
    assert schema.reindex(migrated_engine, clash=told.append)["crm_investor_name"] == len(renamed)
    assert told == [Clash(ids[0], renamed[0], ids[1], renamed[1])]
    assert schema.reindex(migrated_engine, clash=told.append)["crm_investor_name"] == 0
    assert len(told) == 1
