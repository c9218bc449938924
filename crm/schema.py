"""The tables and their versions: Alembic driven from code, without an ini file.

Every function takes an engine or a connection. With an engine it opens its own connection and commits; with a
connection it works inside the caller's transaction and never commits. It handles only tables whose names start with
``crm_``, and stores the version in ``crm_alembic_version``, so the library can share a database with a host's tables.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, inspect, text

from crm.addresses import shown
from crm.db import connection_scope, sqlite_path
from crm.errors import N_, DatabaseNotReady, problem
from crm.hosting import PREFIX, is_hosted, is_not_ours, is_not_search, on_version_apply, record_version
from crm.models import Base
from crm.models.sqlite import begin_writing
from crm.revisions import VERSION_TABLE, heads, migrations_path, require_known, revisions, what_is_wrong

if TYPE_CHECKING:
    from alembic.config import Config

    from crm.files.copies import Restored, backup, restore
    from crm.upgrading.reindexing import Clashing, Progress

__all__ = [
    "PREFIX",
    "VERSION_TABLE",
    "Restored",
    "backup",
    "check",
    "current",
    "downgrade",
    "heads",
    "is_not_ours",
    "is_not_search",
    "migration_options",
    "migrations_path",
    "on_version_apply",
    "reindex",
    "render_sql",
    "require_current",
    "restore",
    "revisions",
    "stamp",
    "upgrade",
]


def __getattr__(name: str) -> object:
    """Return what copies a database; it loads on first use, because most programs only need the version."""
    if name not in {"Restored", "backup", "restore"}:
        raise AttributeError(name)
    from crm.files import copies

    return getattr(copies, name)


def current(bind: Engine | Connection) -> tuple[str, ...]:
    """Return the revisions the database is at; empty when it has no CRM tables, or no file is there yet.

    Raises:
        DatabaseNotReady: The database cannot be opened.
    """
    with _reading(bind) as connection:
        if connection is None or not inspect(connection).has_table(VERSION_TABLE):
            return ()
        select_versions = text(f"SELECT version_num FROM {VERSION_TABLE}")  # noqa: S608  # our own name
        return tuple(sorted(connection.scalars(select_versions)))


def require_current(bind: Engine | Connection) -> None:
    """Return if the database has exactly the tables this program needs.

    Raises:
        DatabaseNotReady: It cannot be opened, has no tables, or those of another version; the way out names the
            command to run.
    """
    found = current(bind)
    if found == heads():
        return
    with _reading(bind) as connection:
        hosted = connection is not None and is_hosted(connection)
    raise DatabaseNotReady(what_is_wrong(found, shown(bind.engine.url), hosted=hosted))


def upgrade(
    bind: Engine | Connection,
    revision: str = "head",
    *,
    progress: Progress | None = None,
    clash: Clashing | None = None,
) -> Path | None:
    """Upgrade the tables to a revision, by default the newest; do nothing if they have it already.

    At the newest, the columns derived from names are recomputed, see :func:`reindex`. With an engine, a SQLite file
    with tables is backed up first, and a missing PostgreSQL schema of the engine's tenant is created.

    Args:
        bind: An engine, or a connection whose transaction the caller ends.
        revision: An Alembic revision: an id, ``head``, ``+1``.
        progress: As for :func:`reindex`.
        clash: As for :func:`reindex`.

    Returns:
        The backup, ``<file>.bak-<old revision>``; None when none was needed.

    Raises:
        DatabaseNotReady: The database cannot be opened, was made by a newer version of this program, or is migrated by
            a host's own Alembic.
    """
    return _move(bind, "upgrade", revision, progress, clash)


def downgrade(bind: Engine | Connection, revision: str) -> Path | None:
    """Downgrade the tables to a revision; ``base`` removes them with all their data.

    Args:
        bind: An engine, or a connection whose transaction the caller ends.
        revision: An Alembic revision: an id, ``base``, ``-1``.

    Returns:
        The backup of a SQLite file, as :func:`upgrade` makes it; otherwise None.

    Raises:
        DatabaseNotReady: As :func:`upgrade`.
    """
    return _move(bind, "downgrade", revision)


def check(bind: Engine | Connection) -> tuple[str, ...]:
    """Compare the tables with the models.

    It compares tables, columns, types, server defaults, comments, indexes, keys and unique constraints; and, which
    Alembic leaves out, the names of CHECK constraints, the parts of the search, the triggers and the views.

    Returns:
        One line for each difference; empty when they agree.

    Raises:
        DatabaseNotReady: The database cannot be opened or is not current.
    """
    require_current(bind)
    with _reading(bind) as connection:
        return () if connection is None else _differences(connection)  # no file, and no revision that needs one


def stamp(bind: Engine | Connection) -> None:
    """Record that the tables, created by a host's own revisions, are of this version.

    A host that owns the tables calls this after :func:`reindex`, whenever one of its revisions has changed or removed
    them; :func:`require_current` and the command line read it. The tables are compared with the models first.

    Args:
        bind: An engine, or a connection whose transaction the caller ends.

    Raises:
        DatabaseNotReady: The tables are not what this version asks for; what differs is named.
    """
    if not isinstance(bind, Connection):
        with connection_scope(bind) as connection:
            stamp(connection)
        return
    removed = Base.metadata.tables.keys().isdisjoint(inspect(bind).get_table_names())
    if not removed and (found := _differences(bind)):
        raise DatabaseNotReady(
            problem(
                N_("The tables in {url} differ from those of this program: {found}."),
                N_(
                    "Let autogenerate make a revision of the differences, upgrade, then call schema.reindex and "
                    "schema.stamp again."
                ),
                field="db",
                url=shown(bind.engine.url),
                found="; ".join(found),
            )
        )
    record_version(bind.execute, () if removed else heads())


def reindex(
    bind: Engine | Connection, *, progress: Progress | None = None, clash: Clashing | None = None
) -> Mapping[str, int]:
    """Recompute the columns derived from names and titles where they differ, and complete the search index.

    The log of the audit is begun if it has not begun. An upgrade does both; a host whose own Alembic runs the
    revisions, or which owns the tables, calls this after each of its upgrades. On SQLite it also makes the tables of
    the search if they are missing.

    Args:
        bind: An engine, or a connection whose transaction the caller ends.
        progress: Called now and then with a table's name, rows done, and rows in all.
        clash: Called with each pair of investors whose names were different until then and are read as one now. Both
            records stay as they are.

    Returns:
        How many rows of each table were changed.

    Raises:
        DatabaseNotReady: The database cannot be opened.
    """
    if isinstance(bind, Connection):
        begin_writing(bind)
        return _complete(bind, progress, clash)
    with connection_scope(bind) as connection:
        return _complete(connection, progress, clash)


def _complete(connection: Connection, progress: Progress | None, clash: Clashing | None) -> Mapping[str, int]:
    """Complete the tables; make the views too, unless a host's revisions would have to drop them."""
    from crm.models.views import put_views
    from crm.upgrading.completing import complete

    changed = complete(connection, progress=progress, clash=clash)
    if not is_hosted(connection):
        put_views(connection)
    return changed


def render_sql(url: str, revision: str = "head") -> str:
    """Return the SQL of an upgrade from an empty database, for a database administrator to read and to run.

    Args:
        url: Names the dialect alone; nothing is opened.
        revision: Up to which revision.
    """
    from alembic import command

    out = io.StringIO()
    config = _config(None)
    config.output_buffer = out
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    command.upgrade(config, revision, sql=True)
    return out.getvalue()


def migration_options() -> dict[str, Any]:
    """Return the options that our own env.py and :func:`check` give to Alembic.

    Not for a host's env.py: they name our version table and hide every table but ours. A host passes
    :func:`is_not_ours` or :func:`is_not_search` as ``include_name``.
    """
    return {
        "version_table": VERSION_TABLE,
        "compare_type": True,
        "compare_server_default": True,
        "include_name": _is_ours,
    }


def _differences(connection: Connection) -> tuple[str, ...]:
    """Compare the tables with the models, whatever version they are said to be of."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from crm.models.guards import missing_guards
    from crm.models.views import missing_views
    from crm.upgrading.comparing import described, differing_checks
    from crm.upgrading.reindexing import missing

    context = MigrationContext.configure(connection, opts=migration_options())
    found = [described(difference) for difference in compare_metadata(context, Base.metadata)]
    ours = (table for table in Base.metadata.sorted_tables if table.name.startswith(PREFIX))
    found += differing_checks(connection, ours)
    found += [f"add search {name}" for name in missing(connection)]
    found += [f"add trigger {name}" for name in missing_guards(connection)]
    views = () if is_hosted(connection) else missing_views(connection)
    return (*found, *(f"add view {name}" for name in views))


def _is_ours(name: str | None, kind: str, parents: Any) -> bool:
    """Leave a host's tables out of every comparison, what :func:`is_not_search` leaves out too."""
    if not is_not_search(name, kind, parents):
        return False
    table = name if kind == "table" else parents.get("table_name")
    return table is None or table.startswith(PREFIX)


def _config(connection: Connection | None) -> Config:
    """Return Alembic's configuration; percent signs are doubled because it interpolates them."""
    from alembic.config import Config

    config = Config(stdout=io.StringIO())
    config.set_main_option("script_location", str(migrations_path()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def _move(
    bind: Engine | Connection,
    direction: str,
    revision: str,
    progress: Progress | None = None,
    clash: Clashing | None = None,
) -> Path | None:
    """Upgrade or downgrade on an own connection, or in the caller's transaction."""
    if isinstance(bind, Connection):
        if not bind.in_transaction():
            bind.begin()  # or else Alembic would begin, and commit
        begin_writing(bind)
        return _move_inside(bind, direction, revision, progress, clash, keep=False)
    if _is_there(direction, revision, current(bind)):
        return None  # without waiting for those who write
    with connection_scope(bind) as connection:
        return _move_inside(connection, direction, revision, progress, clash, keep=True)


def _move_inside(
    connection: Connection,
    direction: str,
    revision: str,
    progress: Progress | None,
    clash: Clashing | None,
    *,
    keep: bool,
) -> Path | None:
    """Upgrade or downgrade inside a locked transaction: of two upgrades at once, the second has nothing to do."""
    from alembic import command

    from crm.files.copies import backup_before
    from crm.models.guards import drop_guards
    from crm.models.views import drop_views, put_views
    from crm.upgrading.completing import complete
    from crm.upgrading.preparing import prepare_postgres

    prepare_postgres(connection)
    found = current(connection)
    hosted = is_hosted(connection)
    if hosted and not found:
        raise DatabaseNotReady(what_is_wrong(found, shown(connection.engine.url), hosted=True))
    require_known(found, shown(connection.engine.url))
    if _is_there(direction, revision, found):
        return None
    if hosted:
        raise DatabaseNotReady(
            problem(
                N_("The CRM tables in {url} are migrated by another program's Alembic."),
                N_("Use that program's own upgrade and downgrade, such as `alembic upgrade heads`."),
                field="db",
                url=shown(connection.engine.url),
            )
        )
    copy_path = backup_before(connection, found) if keep else None
    move = command.upgrade if direction == "upgrade" else command.downgrade
    drop_guards(connection)
    drop_views(connection)
    move(_config(connection), revision)
    if direction == "upgrade" and current(connection) == heads():
        complete(connection, progress=progress, clash=clash)
        put_views(connection)
    return copy_path


def _is_there(direction: str, revision: str, found: tuple[str, ...]) -> bool:
    """Return whether an upgrade would have nothing to do."""
    return direction == "upgrade" and revision in {"head", "heads"} and found == heads()


@contextmanager
def _reading(bind: Engine | Connection) -> Iterator[Connection | None]:
    """Yield a connection to read from; None where opening it would create an empty file."""
    if isinstance(bind, Connection):
        yield bind
        return
    file = sqlite_path(bind)
    if file is not None and not file.exists():
        yield None
        return
    with bind.execution_options(crm_read_only=True).connect() as connection:
        yield connection
