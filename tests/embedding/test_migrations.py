"""Three ways to have our tables in a host's database, for a host that was there before: apart, one graph, owned.

Each runs with the env.py of docs/embedding.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, inspect, make_url, select, text
from sqlalchemy.orm import Session

from crm import CRM, schema
from crm.cli import main as program
from crm.errors import DatabaseNotReady
from crm.models import Base, Station
from tests.embedding.rooms import PLAIN, Rooms, recipe

#: A host's own, which names constraints otherwise than ours does.
NAMING = {"uq": "%(table_name)s_key", "fk": "%(table_name)s_%(column_0_name)s_ref", "ck": "check_%(constraint_name)s",
          "pk": "%(table_name)s_pk", "ix": "idx_%(column_0_label)s"}  # fmt: skip
#: The revision of ours before the one that rebuilds the table of the events of claims.
BEFORE = "c3d84a61f09b"
#: Back over the newest revisions that change what a view shows.
STEPS_BACK = 6

Make = Callable[..., Rooms]


@pytest.fixture
def make(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Make the host, with its own tables, rows and revisions."""

    def made(naming: dict[str, str] | None = None) -> Rooms:
        rooms = Rooms(tmp_path / "migrations", database_url, monkeypatch, naming)
        rooms.begin()
        return rooms

    return made


def bring(rooms: Rooms, way: str) -> None:
    """Add our tables to the host's database."""
    rooms.use(recipe(way))
    if way == "separate":
        schema.upgrade(rooms.engine)
    elif way == "one graph":
        rooms.join()
        rooms.upgrade()
    else:
        for message in ("their tables", "the circular key"):
            rooms.revise(message)
            rooms.upgrade()
        settle(rooms)


def settle(rooms: Rooms) -> None:
    """Do what a host does that owns the tables, after an upgrade."""
    schema.reindex(rooms.engine)
    schema.stamp(rooms.engine)


def book(rooms: Rooms) -> None:
    """Work with our tables, then write a row of the host's that points at them."""
    with Session(rooms.engine) as session, session.begin():
        CRM(session, None).staff.found("admin", "管理员")
        crm = CRM(session, "admin")
        if session.scalar(select(Station).where(Station.code == "tokyo")) is None:
            crm.stations.add("tokyo", name="东京站", name_en="Tokyo", country="JP", zone="Asia/Tokyo")
        investor = crm.investors.add("丸紅株式会社", country="JP")
        assert [row.name for row in crm.investors.find("丸红")] == ["丸紅株式会社"]
        lead = crm.leads.open(investor, title="冷链物流", station="tokyo", unit="bureau", expected="20000000 USD")
        crm.contacts.add(investor, "営業部長")
        crm.leads.edit(lead, industry="G59")
        crm.meetings.log(lead, contacts=["営業部長"], summary="谈选址")
        assert crm.leads.advance(lead).to_stage == "negotiating"
        session.execute(text("INSERT INTO booking (id, room_id, lead_id) VALUES (1, 2, :lead)"), {"lead": lead.id})


def require_booking(rooms: Rooms) -> None:
    """Find that row, and what it points at."""
    with rooms.engine.connect() as connection:
        found = "SELECT title, stage FROM booking JOIN crm_lead ON crm_lead.id = lead_id"
        assert connection.execute(text(found)).all() == [("冷链物流", "negotiating")]


def made_by(source: str) -> set[str]:
    """Return what a revision does on its way up: the operation and the table."""
    up = source.split("def downgrade", maxsplit=1)[0]
    return {f"{operation} {table}" for operation, table in re.findall(r"op\.(\w+)\(\s*'(\w+)'", up) if operation != "f"}


@pytest.mark.whole
@pytest.mark.parametrize(
    ("way", "naming"),
    [
        pytest.param("separate", None, id="separate", marks=pytest.mark.portable),
        pytest.param("one graph", NAMING, id="one graph, names of its own"),
        # A host that owns the tables: test_a_host_that_owns_the_tables_may_point_at_them_from_the_first_revision.
        pytest.param("owned", NAMING, id="owned, names of its own", marks=[pytest.mark.portable, pytest.mark.whole]),
    ],
)
def test_a_host_that_was_there_before_lives_with_our_tables(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str, naming: dict[str, str] | None
) -> None:
    """Nothing of the host's is made, dropped or run again; its tables may point at ours; each part can be taken back."""
    rooms = make(naming)
    with pytest.raises(DatabaseNotReady, match="no CRM tables yet"):
        schema.require_current(rooms.engine)

    bring(rooms, way)
    rooms.require_rows()
    schema.require_current(rooms.engine)
    rooms.require_no_difference()
    rooms.require_no_difference()

    rooms.model(3)
    depends = {"depends_on": schema.heads()[0]} if way == "one graph" else {}
    assert made_by(rooms.revise("bookings", **depends)) == {"create_table booking"}
    rooms.upgrade()
    keys = inspect(rooms.engine).get_foreign_keys("booking")
    assert {key["referred_table"] for key in keys} == {"room", "crm_lead", "crm_claim_event"}
    rooms.require_no_difference()
    book(rooms)
    monkeypatch.chdir(tmp_path)
    for line in ("db check", "db reindex", "lead list", "db upgrade"):
        with pytest.raises(SystemExit) as ended:
            program(["--db", rooms.engine.url.render_as_string(hide_password=False), "--as", "admin", *line.split()])
        assert ended.value.code in {0, None}, line

    rooms.model(4)
    assert made_by(rooms.revise("notes")) == {"batch_alter_table booking"}
    rooms.upgrade()
    rooms.require_no_difference()
    assert set(schema.reindex(rooms.engine).values()) == {0}
    schema.require_current(rooms.engine)
    assert schema.check(rooms.engine) == ()
    require_booking(rooms)
    rooms.require_rows()

    rooms.downgrade("rooms@-2" if way == "one graph" else "-2")
    assert "booking" not in rooms.tables()
    schema.require_current(rooms.engine)
    assert schema.check(rooms.engine) == ()
    rooms.upgrade()
    rooms.require_no_difference()

    take_back(rooms, way)
    assert not {name for name in rooms.tables() if name in Base.metadata.tables or name == "booking"}
    rooms.require_rows()
    with pytest.raises(DatabaseNotReady, match="no CRM tables yet"):
        schema.require_current(rooms.engine)


def take_back(rooms: Rooms, way: str) -> None:
    """Remove our tables and what points at them."""
    if way == "one graph":
        rooms.downgrade("crm@base")
        return
    rooms.downgrade("-2")
    if way == "separate":
        schema.downgrade(rooms.engine, "base")
        return
    if rooms.engine.dialect.name == "sqlite":
        with rooms.engine.begin() as connection:
            connection.execute(text("DROP TABLE crm_name_search"))
    rooms.downgrade("-2")
    schema.stamp(rooms.engine)


@pytest.mark.whole
def test_a_hosts_tables_may_be_in_a_schema_that_the_search_path_names(
    postgres_url: str, open_engine: Callable[..., Engine], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ours are made there too, and nowhere else."""
    with open_engine(postgres_url).begin() as connection:
        connection.execute(text("CREATE SCHEMA rooms"))
    there = make_url(postgres_url).update_query_dict({"options": "-csearch_path=rooms"})
    rooms = Rooms(tmp_path / "migrations", there.render_as_string(hide_password=False), monkeypatch)
    rooms.begin()
    bring(rooms, "one graph")
    rooms.model(3)
    assert made_by(rooms.revise("bookings")) == {"create_table booking"}
    rooms.upgrade()
    rooms.require_no_difference()
    schema.require_current(rooms.engine)
    assert schema.check(rooms.engine) == ()
    book(rooms)
    assert inspect(rooms.engine).get_table_names("public") == []


@pytest.mark.whole
def test_a_host_that_owns_the_tables_may_point_at_them_from_the_first_revision(make: Make) -> None:
    """Ours are listed first, so they are made first and dropped last; the other order fails on PostgreSQL."""
    rooms = make()
    rooms.model(3)
    bring(rooms, "owned")
    rooms.require_no_difference()
    book(rooms)
    require_booking(rooms)


@pytest.mark.whole
@pytest.mark.portable  # only SQLite rebuilds a table
@pytest.mark.parametrize(
    "way",
    [
        # The last way rebuilds the same table while the keys are checked.
        pytest.param("separate", marks=pytest.mark.whole),
        pytest.param("one graph", marks=pytest.mark.whole),
        "one graph, keys on",
    ],
)
def test_our_revisions_rebuild_a_table_that_a_hosts_row_points_at(make: Make, way: str) -> None:
    """On SQLite it is dropped on the way; the rows stay, and so does what they point at."""
    rooms = make()
    bring(rooms, way.removesuffix(", keys on"))
    if way.endswith("keys on"):
        env = recipe("one graph").replace("with engine.connect() as", "with connection_scope(engine) as")
        env = env.replace(
            "from sqlalchemy import create_engine\n", "from crm.db import connection_scope, make_engine\n"
        )
        rooms.use(env.replace("create_engine(", "make_engine("))
    rooms.model(3)
    rooms.revise("bookings", **({"depends_on": BEFORE} if way != "separate" else {}))
    rooms.upgrade()
    book(rooms)
    with Session(rooms.engine) as session, session.begin():
        crm = CRM(session, "admin")
        crm.claims.file(crm.leads.list()[0].id, unit="bureau")
        session.execute(text("UPDATE booking SET event_id = (SELECT min(id) FROM crm_claim_event)"))
    if way == "separate":
        schema.downgrade(rooms.engine, BEFORE)
        schema.upgrade(rooms.engine)
    else:
        rooms.downgrade(f"crm@{BEFORE}")
        assert schema.current(rooms.engine) == (BEFORE,)
        rooms.upgrade()
    schema.require_current(rooms.engine)
    assert schema.check(rooms.engine) == ()
    require_booking(rooms)
    with rooms.engine.connect() as connection:
        found = "SELECT count(*) FROM booking JOIN crm_claim_event ON crm_claim_event.id = event_id"
        assert connection.scalar(text(found)) == 1


@pytest.mark.whole
@pytest.mark.portable  # of revisions and stamps
def test_tables_kept_apart_can_join_the_hosts_graph(make: Make) -> None:
    """One stamp tells the host's Alembic how far they are; its steps back stumble over none of the views that there are."""
    rooms = make()
    bring(rooms, "separate")
    rooms.use(recipe("one graph"))
    rooms.join()
    (ours,) = schema.current(rooms.engine)
    command.stamp(rooms.config, ours)
    rooms.upgrade()
    rooms.require_no_difference()
    reached: tuple[str, ...] = (ours,)
    for _ in range(STEPS_BACK):
        reached = schema.revisions()[reached[0]]
        rooms.downgrade("crm@-1")
        assert schema.current(rooms.engine) == reached
    rooms.upgrade()
    schema.require_current(rooms.engine)
    rooms.require_rows()


@pytest.mark.portable  # of revisions and refusals
def test_our_own_upgrade_leaves_a_hosts_graph_alone(make: Make) -> None:
    """Where there is nothing to do it does nothing; otherwise the host's upgrade is what to run."""
    rooms = make()
    bring(rooms, "one graph")
    with rooms.engine.begin() as connection:
        assert schema.upgrade(connection) is None
        with pytest.raises(DatabaseNotReady, match="alembic upgrade heads"):
            schema.downgrade(connection, "base")
    assert schema.upgrade(rooms.engine) is None
    rooms.downgrade("crm@-1")
    for refused in (schema.require_current, schema.upgrade):
        with pytest.raises(DatabaseNotReady, match="alembic upgrade heads"):
            refused(rooms.engine)
    rooms.upgrade()
    schema.require_current(rooms.engine)


@pytest.mark.whole
@pytest.mark.portable  # of revisions and stamps
def test_tables_of_an_unknown_version_are_stamped(make: Make) -> None:
    """A host that left `on_version_apply` out gets no second set of tables, and stamps what is as it should be."""
    rooms = make()
    rooms.use(recipe("one graph").replace("on_version_apply=schema.on_version_apply,", ""))
    rooms.join()
    rooms.upgrade()
    for refused in (schema.require_current, schema.upgrade):
        with pytest.raises(DatabaseNotReady, match=r"schema\.stamp"):
            refused(rooms.engine)
    schema.reindex(rooms.engine)
    with rooms.engine.begin() as connection:
        connection.execute(text("DROP INDEX ix_crm_meeting_met_at"))
    with pytest.raises(DatabaseNotReady, match="add index ix_crm_meeting_met_at"):
        schema.stamp(rooms.engine)
    assert schema.current(rooms.engine) == ()
    with rooms.engine.begin() as connection:
        connection.execute(text("CREATE INDEX ix_crm_meeting_met_at ON crm_meeting (met_at)"))
    schema.stamp(rooms.engine)
    schema.require_current(rooms.engine)
    rooms.require_no_difference()


@pytest.mark.whole
@pytest.mark.portable  # of revisions and stamps
def test_a_graph_in_our_version_table_moves_to_the_hosts_own(make: Make) -> None:
    """So an earlier recipe had it: rename the table, then stamp."""
    rooms = make()
    with rooms.engine.begin() as connection:
        connection.execute(text("ALTER TABLE alembic_version RENAME TO crm_alembic_version"))
    rooms.use(PLAIN.replace("render_as_batch", "version_table='crm_alembic_version', render_as_batch"))
    rooms.join()
    rooms.upgrade()
    with rooms.engine.begin() as connection:
        connection.execute(text("ALTER TABLE crm_alembic_version RENAME TO alembic_version"))
    rooms.use(recipe("one graph"))
    schema.reindex(rooms.engine)
    schema.stamp(rooms.engine)
    schema.require_current(rooms.engine)
    rooms.require_no_difference()
    rooms.require_rows()


@pytest.mark.portable  # opens no database
def test_the_sql_of_a_hosts_upgrade_keeps_the_version_too(make: Make) -> None:
    """For an administrator who runs it by hand."""
    rooms = make()
    rooms.use(
        "from alembic import context\nfrom crm import schema\n"
        "context.configure(dialect_name='postgresql', literal_binds=True, on_version_apply=schema.on_version_apply)\n"
        "context.run_migrations()\n"
    )
    rooms.join()
    rooms.config.output_buffer = out = StringIO()
    command.upgrade(rooms.config, "heads", sql=True)
    told = re.findall(r"INSERT INTO crm_alembic_version \(version_num\) VALUES \('(\w+)'\)", out.getvalue())
    assert told[-1:] == list(schema.heads())
