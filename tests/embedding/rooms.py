"""A program that books rooms: it had tables, rows, two revisions and a version table of its own before it added ours."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import Script
from sqlalchemy import Column, Engine, ForeignKey, Integer, MetaData, String, Table, create_engine, inspect, text
from sqlalchemy.pool import NullPool

from crm import make_engine, schema
from crm.models import ClaimEvent, Lead
from crm.models.base import BigInt
from tests.docs.pages import ROOT, blocks

#: What Alembic itself writes into a fresh env.py, without what runs offline.
PLAIN = """
from alembic import context
from rooms.models import Base
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

engine = create_engine(context.config.get_main_option("sqlalchemy.url"), poolclass=NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
"""
SCRIPT = '''
"""${message}"""
import crm.models.base
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


def recipe(way: str) -> str:
    """Return the env.py that the page gives for a way, as it stands there."""
    (found,) = (
        block.text for block in blocks(ROOT / "docs" / "embedding.md") if block.text.startswith(f"# env.py, {way}\n")
    )
    return found


class Rooms:
    """The program's folder of migrations and its database.

    Args:
        folder: Where the folder goes.
        url: The address of an empty database.
        patch: Puts ``rooms.models`` where env.py imports it from.
        naming: The naming convention of the program's own metadata.
    """

    def __init__(
        self, folder: Path, url: str, patch: pytest.MonkeyPatch, naming: Mapping[str, str] | None = None
    ) -> None:
        self._naming = naming
        self._models: Any = ModuleType("rooms.models")
        patch.setitem(sys.modules, "rooms", ModuleType("rooms"))
        patch.setitem(sys.modules, "rooms.models", self._models)
        self._folder = folder
        (folder / "versions").mkdir(parents=True)
        (folder / "script.py.mako").write_text(SCRIPT, "utf-8")
        self.use(PLAIN)
        address = make_engine(url).url
        if address.get_backend_name() == "sqlite":
            Path(str(address.database)).touch(mode=0o600)  # `crm db check` reports a file that others can read
        self.engine: Engine = create_engine(address, poolclass=NullPool)
        self.config = Config()
        self.config.set_main_option("script_location", str(folder))
        self.config.set_main_option("path_separator", "os")
        self.config.set_main_option("sqlalchemy.url", address.render_as_string(hide_password=False).replace("%", "%%"))

    def use(self, env: str) -> None:
        """Write env.py."""
        (self._folder / "env.py").write_text(env, "utf-8")

    def join(self) -> None:
        """Put our revisions into one graph with the program's."""
        ours = schema.migrations_path() / "versions"
        self.config.set_main_option("version_locations", f"{self._folder / 'versions'}:{ours}")

    def model(self, step: int) -> None:
        """Let the program's models be those of a step: rooms, guests, then bookings of a lead, then their notes."""
        metadata = MetaData(naming_convention=self._naming)
        Table("room", metadata, Column("id", Integer, primary_key=True), Column("code", String(20), unique=True))
        if step > 1:
            Table(
                "guest",
                metadata,
                Column("id", Integer, primary_key=True),
                Column("name", String(20), nullable=False, index=True),
                Column("room_id", ForeignKey("room.id"), nullable=False),
            )
        if step > 2:
            Table(
                "booking",
                metadata,
                Column("id", Integer, primary_key=True),
                Column("room_id", ForeignKey("room.id"), nullable=False),
                Column("lead_id", BigInt, ForeignKey(Lead.id), nullable=False),
                Column("event_id", BigInt, ForeignKey(ClaimEvent.id)),
                *([Column("note", String(80))] if step > 3 else []),
            )
        self._models.Base = SimpleNamespace(metadata=metadata)

    def begin(self) -> None:
        """Be what the program was before it added ours."""
        for step in (1, 2):
            self.model(step)
            self.revise(f"step {step}", **({"branch_label": "rooms"} if step == 1 else {}))
            self.upgrade()
        with self.engine.begin() as connection:
            connection.execute(text("INSERT INTO room (id, code) VALUES (1, '101'), (2, '102')"))
            connection.execute(text("INSERT INTO guest (id, name, room_id) VALUES (1, 'first', 1), (2, 'second', 2)"))

    def revise(self, message: str, **options: Any) -> str:
        """Let autogenerate write a revision of the program's, and return its text."""
        if self.config.get_main_option("version_locations"):
            options = {"head": "rooms@head", "version_path": str(self._folder / "versions"), **options}
        script = command.revision(self.config, message, autogenerate=True, **options)
        assert isinstance(script, Script)
        return Path(script.path).read_text("utf-8")

    def upgrade(self, revision: str = "heads") -> None:
        """Run ``alembic upgrade``."""
        command.upgrade(self.config, revision)

    def downgrade(self, revision: str) -> None:
        """Run ``alembic downgrade``."""
        command.downgrade(self.config, revision)

    def require_no_difference(self) -> None:
        """Run ``alembic check``."""
        command.check(self.config)

    def require_rows(self) -> None:
        """Find the rows that were there before ours."""
        with self.engine.connect() as connection:
            codes = "SELECT name, code FROM guest JOIN room ON room.id = room_id ORDER BY guest.id"
            assert connection.execute(text(codes)).all() == [("first", "101"), ("second", "102")]

    def tables(self) -> set[str]:
        """Return the names of the tables in the database."""
        return set(inspect(self.engine).get_table_names())
