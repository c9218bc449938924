"""The revisions build what the models say, and take it away again."""

from __future__ import annotations

import ast
import re
import threading
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Connection, Engine, inspect, text

from crm import schema
from crm.db import make_engine
from crm.models import Base
from crm.models.search import is_search
from crm.revisions import HEAD

REVISIONS = sorted((schema.migrations_path() / "versions").glob("*.py"))
#: So many revisions are taken step by step in the quick tier.
NEWEST = 5


def scripts() -> ScriptDirectory:
    """Return the revisions as Alembic reads them."""
    config = Config()
    config.set_main_option("script_location", str(schema.migrations_path()))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


def tables(engine: Engine) -> set[str]:
    """Return the names of all tables but the version table and those of the search."""
    return {name for name in inspect(engine).get_table_names() if not is_search(name)} - {schema.VERSION_TABLE}


def test_the_revisions_build_what_the_models_say(fresh_engine: Engine) -> None:
    """After an upgrade nothing is missing and nothing is left over."""
    schema.upgrade(fresh_engine)
    assert schema.current(fresh_engine) == schema.heads()
    assert schema.check(fresh_engine) == ()
    assert tables(fresh_engine) == set(Base.metadata.tables)


@pytest.mark.whole
def test_the_downgrade_to_base_leaves_nothing(migrated_engine: Engine) -> None:
    """Not a table remains, and the way up is open again."""
    schema.downgrade(migrated_engine, "base")
    assert tables(migrated_engine) == set()
    assert schema.current(migrated_engine) == ()
    schema.upgrade(migrated_engine)
    assert schema.check(migrated_engine) == ()


@pytest.mark.portable  # the way down to base takes every step on PostgreSQL too
def test_every_single_step_goes_up_down_and_up(fresh_engine: Engine, pytestconfig: pytest.Config) -> None:
    """No revision depends on being run together with another. The quick tier tries the newest: the others never change."""
    tried = NEWEST if pytestconfig.getoption("--tier") == "quick" else len(REVISIONS)
    if tried < len(REVISIONS):
        schema.upgrade(fresh_engine, f"+{len(REVISIONS) - tried}")
    for _ in range(tried):
        schema.upgrade(fresh_engine, "+1")
        schema.downgrade(fresh_engine, "-1")
        schema.upgrade(fresh_engine, "+1")
    assert schema.current(fresh_engine) == schema.heads()


def test_a_second_upgrade_does_nothing(migrated_engine: Engine) -> None:
    """It can be run at every start."""
    assert schema.upgrade(migrated_engine) is None
    assert schema.current(migrated_engine) == schema.heads()


@pytest.mark.whole
def test_upgrades_at_once_all_end_well(database_url: str) -> None:
    """Each waits for the one before, finds nothing left to do, and keeps no backup of what is new."""
    results: list[object] = []
    start = threading.Barrier(4)

    def run() -> None:
        engine = make_engine(database_url)
        start.wait()
        try:
            results.append(schema.upgrade(engine))
        except Exception as error:  # noqa: BLE001  # whatever it is, the main thread has to see it
            results.append(error)
        finally:
            engine.dispose()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [None] * 4


@pytest.mark.whole
def test_a_difference_is_told_in_a_line(connection: Connection) -> None:
    """A table, a column and a CHECK too few are each named."""
    table = Base.metadata.sorted_tables[0]
    for table in reversed(Base.metadata.sorted_tables):
        connection.execute(text(f"DROP TABLE {table.name}{' CASCADE' * (connection.dialect.name == 'postgresql')}"))
    connection.execute(text(f"CREATE TABLE {table.name} (surplus INTEGER)"))
    found = schema.check(connection)
    assert f"remove column {table.name} surplus" in found
    assert any(re.fullmatch(rf"add column {table.name} \w+", difference) for difference in found)
    assert any(difference.startswith("add table crm_") for difference in found)


def test_a_missing_check_constraint_is_found(connection: Connection) -> None:
    """Alembic passes over CHECK constraints; the library does not."""
    table, check = next(
        (table, str(constraint.name))
        for table in Base.metadata.sorted_tables
        for constraint in sorted(table.constraints, key=lambda one: str(one.name))
        if isinstance(constraint, CheckConstraint)
    )
    if connection.dialect.name == "sqlite":
        # SQLite has no DROP CONSTRAINT for a CHECK, so the text that it keeps of the table is changed.
        connection.exec_driver_sql("PRAGMA writable_schema = ON")
        connection.execute(
            text("UPDATE sqlite_master SET sql = replace(sql, :name, 'ck_other') WHERE name = :table"),
            {"name": check, "table": table.name},
        )
        connection.exec_driver_sql("PRAGMA writable_schema = OFF")
    else:
        connection.execute(text(f'ALTER TABLE {table.name} RENAME CONSTRAINT "{check}" TO ck_other'))
    assert schema.check(connection) == (f"add check {table.name} {check}", f"remove check {table.name} ck_other")


def test_the_light_reading_of_the_revisions_is_alembics() -> None:
    """What is read from the lines of the files is what Alembic makes of them."""
    read = {revision.revision: revision._normalized_down_revisions for revision in scripts().walk_revisions()}
    assert schema.revisions() == read
    assert schema.heads() == tuple(scripts().get_heads())


def test_there_is_one_head() -> None:
    """Two developers who branched have to merge before they ship; the program's constant is that head."""
    assert scripts().get_heads() == [HEAD]


@pytest.mark.parametrize("file", REVISIONS, ids=lambda file: file.stem)
def test_a_revision_stands_by_itself(file: Path) -> None:
    """It imports nothing of ours, so that it does the same in ten years."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        names = [name.name for name in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or "."] if isinstance(node, ast.ImportFrom) else []
        assert not [name for name in names if name.split(".")[0] in {"crm", "", "tests"}]


def test_ids_of_revisions_are_not_sequential() -> None:
    """Random ids of twelve hexadecimal digits never collide between two branches."""
    assert all(re.fullmatch(r"[0-9a-f]{12}", revision) for revision in schema.revisions())


def test_models_carry_the_prefix_and_every_constraint_has_a_name() -> None:
    """A host's tables and ours never meet, and any constraint can be dropped by name on any database."""
    for table in Base.metadata.sorted_tables:
        assert table.name.startswith(schema.PREFIX)
        assert [constraint for constraint in table.constraints if not constraint.name] == []
        assert [index for index in table.indexes if not index.name] == []
