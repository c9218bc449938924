"""Three ways to have our tables in a host's database: ours apart, one graph, host-owned."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.script import Script
from sqlalchemy import Engine, inspect, text
from sqlalchemy.orm import Session

from crm import CRM, schema
from crm.models import Base
from tests.embedding.host import HostBase, environment, first_revision, one_move


def test_ours_apart_beside_a_host_with_its_own_graph(fresh_engine: Engine, tmp_path: Path) -> None:
    """Each keeps its own version table, and neither sees the other's revisions."""
    config = environment(tmp_path / "host", fresh_engine)
    first_revision(tmp_path / "host")
    command.upgrade(config, "head")
    schema.upgrade(fresh_engine)
    schema.require_current(fresh_engine)
    assert schema.check(fresh_engine) == ()
    assert {"orders", "alembic_version", schema.VERSION_TABLE} <= set(inspect(fresh_engine).get_table_names())
    assert one_move(fresh_engine) == "negotiating"
    command.downgrade(config, "base")
    schema.require_current(fresh_engine)


def test_one_graph_with_the_hosts(fresh_engine: Engine, tmp_path: Path) -> None:
    """A host's revision depends on ours, and `heads` brings both, in that order, into our version table."""
    folder = tmp_path / "host"
    config = environment(folder, fresh_engine, target_metadata=Base.metadata, **schema.migration_options())
    config.set_main_option("version_locations", f"{folder / 'versions'}:{schema.migrations_path() / 'versions'}")
    (ours,) = schema.heads()
    first_revision(folder, depends_on=ours)
    command.upgrade(config, "heads")
    with fresh_engine.connect() as connection:
        held = set(connection.scalars(text(f"SELECT version_num FROM {schema.VERSION_TABLE}")))
        (key,) = inspect(connection).get_foreign_keys("orders")
    assert "a0b1c2d3e4f5" in held
    assert key["referred_table"] == "crm_lead"
    assert one_move(fresh_engine) == "negotiating"
    command.check(config)
    command.downgrade(config, "host@base")
    assert not inspect(fresh_engine).has_table("orders")
    assert inspect(fresh_engine).has_table("crm_lead")


def test_host_owned_tables_come_from_the_hosts_autogenerate(fresh_engine: Engine, tmp_path: Path) -> None:
    """The host lists our metadata beside its own, and our tables become part of its own revisions."""
    metadata = [HostBase.metadata, Base.metadata]
    config = environment(
        tmp_path / "host",
        fresh_engine,
        target_metadata=metadata,
        user_module_prefix="crm.models.base.",
        compare_server_default=True,
        include_name=schema.is_not_search,
        render_as_batch=fresh_engine.dialect.name == "sqlite",
    )
    # Twice: Alembic leaves the key from a lead to its last transition, which closes a circle, to the second.
    for message in ("our tables", "the circular key"):
        script = command.revision(config, message, autogenerate=True)
        assert isinstance(script, Script)
        path = Path(script.path)
        source = path.read_text("utf-8").replace(
            "import sqlalchemy as sa", "import crm.models.base\nimport sqlalchemy as sa"
        )
        path.write_text(source, "utf-8")
        command.upgrade(config, "head")
    schema.reindex(fresh_engine)
    command.check(config)
    with fresh_engine.connect() as connection:
        foreign = {key["name"] for key in inspect(connection).get_foreign_keys("crm_lead")}
    assert "fk_crm_lead_last_transition" in foreign
    with Session(fresh_engine) as session, session.begin():
        CRM(session, None).staff.found("founder", "管理员")
        CRM(session, "founder").investors.add("丸紅株式会社", country="JP")
        assert [row.name for row in CRM(session, "founder").investors.find("丸红")] == ["丸紅株式会社"]
        CRM(session, "founder").stations.add("tokyo", name="东京站", name_en="Tokyo", country="JP", zone="Asia/Tokyo")
