"""The tables and their versions: Alembic driven from code, without an ini file.

Every function takes an engine or a connection. With an engine it opens its own connection and commits; with a
connection it works inside the caller's transaction and never commits. Only tables whose names start with ``crm_``
are looked at, and the version stands in ``crm_alembic_version``, so the library can live beside a host's own tables.
"""

from __future__ import annotations

import io
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, Connection, Engine, inspect, text
from sqlalchemy.schema import CreateSchema

from crm.db import BUSY_TIMEOUT_MS, connection_scope, shown, sqlite_path
from crm.errors import N_, DatabaseNotReady, InvalidInput, Problem, problem
from crm.models.search import is_search
from crm.reindexing import Progress, missing
from crm.reindexing import reindex as _reindex

if TYPE_CHECKING:
    from alembic.config import Config

PREFIX = "crm_"
VERSION_TABLE = "crm_alembic_version"


def migrations_path() -> Path:
    """Return the folder with env.py and versions/: crm/migrations in a wheel, migrations/ in a checkout.

    A host that keeps one graph of revisions adds its ``versions`` folder to its own ``version_locations``.
    """
    package = Path(__file__).parent
    inside = package / "migrations"
    return inside if inside.is_dir() else package.parent / "migrations"


@cache
def revisions() -> dict[str, tuple[str, ...]]:
    """Return every known revision with those it follows: ``{id: (older id, …)}``.

    Read from the files' own lines rather than by Alembic, because each command asks whether the database is current
    and should not wait for an import it does not need.
    """
    graph = {}
    for file in sorted((migrations_path() / "versions").glob("*.py")):
        source = file.read_text("utf-8")
        own = re.search(r"^revision\b[^=]*=\s*[\"'](\w+)[\"']", source, re.MULTILINE)
        older = re.search(r"^down_revision\b[^=]*=\s*(.*)$", source, re.MULTILINE)
        if own and older:
            graph[own[1]] = tuple(re.findall(r"[\"'](\w+)[\"']", older[1]))
    return graph


def heads() -> tuple[str, ...]:
    """Return the newest revisions this program knows: one, or none before the first is written."""
    graph = revisions()
    followed = {each for older in graph.values() for each in older}
    return tuple(sorted(graph.keys() - followed))


def current(bind: Engine | Connection) -> tuple[str, ...]:
    """Return the revisions the database is at; empty when it has no CRM tables, or no file is there yet.

    Raises:
        DatabaseNotReady: The database cannot be opened.
    """
    with _reading(bind) as connection:
        if connection is None or not inspect(connection).has_table(VERSION_TABLE):
            return ()
        return tuple(sorted(connection.scalars(text(f"SELECT version_num FROM {VERSION_TABLE}"))))  # noqa: S608  # our own name


def require_current(bind: Engine | Connection) -> None:
    """Return if the database has exactly the tables this program needs.

    Raises:
        DatabaseNotReady: It cannot be opened, has no tables, or those of another version; the way out names the
            command to run.
    """
    found = current(bind)
    if found == heads():
        return
    raise DatabaseNotReady(_what_is_wrong(found, shown(bind.engine.url)))


def upgrade(bind: Engine | Connection, revision: str = "head", *, progress: Progress | None = None) -> Path | None:
    """Bring the tables to a revision, by default the newest; nothing happens when they are there already.

    At the newest, what is derived from names is derived anew, see :func:`reindex`. With an engine, a SQLite file that
    holds tables is backed up first, and a missing PostgreSQL schema of the engine's tenant is created.

    Args:
        bind: An engine, or a connection whose transaction the caller ends.
        revision: An Alembic revision: an id, ``head``, ``+1``.
        progress: As for :func:`reindex`.

    Returns:
        The backup, ``<file>.bak-<old revision>``; None when none was needed.

    Raises:
        DatabaseNotReady: The database cannot be opened, or was made by a newer version of this program.
    """
    return _move(bind, "upgrade", revision, progress)


def downgrade(bind: Engine | Connection, revision: str) -> Path | None:
    """Take the tables back to a revision; ``base`` removes them with all they hold.

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

    Tables, columns, types, server defaults, comments, indexes, keys and unique constraints are compared, and the
    names of CHECK constraints and of what the search is made of, which Alembic passes over.

    Returns:
        One line for each difference; empty when they agree.

    Raises:
        DatabaseNotReady: The database cannot be opened or is not current.
    """
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from crm.models import Base

    require_current(bind)
    with _reading(bind) as connection:
        if connection is None:  # no file, and no revision to ask for one
            return ()
        context = MigrationContext.configure(connection, opts=migration_options())
        found = [_describe(each) for each in compare_metadata(context, Base.metadata)]
        inspector = inspect(connection)
        present = set(inspector.get_table_names())
        for table in Base.metadata.sorted_tables:
            if not table.name.startswith(PREFIX) or table.name not in present:
                continue
            wanted = {_name(connection, each) for each in table.constraints if isinstance(each, CheckConstraint)}
            held = {str(each["name"]) for each in inspector.get_check_constraints(table.name)}
            found += [f"add check {table.name} {name}" for name in sorted(wanted - held)]
            found += [f"remove check {table.name} {name}" for name in sorted(held - wanted)]
        found += [f"add search {name}" for name in missing(connection)]
    return tuple(found)


def reindex(bind: Engine | Connection, *, progress: Progress | None = None) -> Mapping[str, int]:
    """Derive again what is derived from names and titles, where it differs, and make the index of the search whole.

    An upgrade does so by itself; a host whose own Alembic runs the revisions, or who owns the tables, calls this after
    each of its upgrades. On SQLite the search's own tables are made here where they are missing.

    Args:
        bind: An engine, or a connection whose transaction the caller ends.
        progress: Called now and then with a table's name, rows done, and rows in all.

    Returns:
        How many rows of each table were changed.

    Raises:
        DatabaseNotReady: The database cannot be opened.
    """
    if isinstance(bind, Connection):
        return _reindex(bind, progress=progress)
    with connection_scope(bind) as connection:
        return _reindex(connection, progress=progress)


def is_not_search(name: str | None, kind: str, _parents: Any) -> bool:
    """As ``include_name`` of a host that owns the tables: leave the index of the search out of autogenerate."""
    return kind not in {"table", "index"} or not is_search(name)


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


def backup(engine: Engine, path: Path | str) -> None:
    """Copy a SQLite database to a new file, while others go on reading and writing.

    Args:
        engine: An engine on a SQLite file.
        path: A file that does not exist yet; it appears when the copy is whole.

    Raises:
        InvalidInput: The path is taken.
        DatabaseNotReady: There is nothing to copy, or the database is PostgreSQL, which has ``pg_dump``.
    """
    source, target = _require_file(engine), Path(path)
    if target.exists():
        raise InvalidInput(
            problem(N_("{path} exists already."), N_("Choose another name."), field="path", path=str(target))
        )
    try:
        # In a folder of its own: two who back up at once do not write into each other's copy.
        with TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-") as folder:
            partial = Path(folder) / target.name
            _copy(source, partial)
            partial.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise _not_copied(source, target, error) from error


def restore(engine: Engine, path: Path | str) -> None:
    """Replace everything in a SQLite database by a backup of it.

    Args:
        engine: An engine on a SQLite file; its pooled connections are closed.
        path: A file made by :func:`backup` or :func:`upgrade`.

    Raises:
        InvalidInput: The path is no backup of a CRM database.
        DatabaseNotReady: Somebody is using the database, or it is PostgreSQL, which has ``pg_restore``.
    """
    target, source = _require_file(engine, must_exist=False), Path(path)
    _require_backup(source)
    engine.dispose()
    try:
        with closing(sqlite3.connect(target, timeout=BUSY_TIMEOUT_MS / 1000)) as lock:
            # The copy itself would wait for ever for somebody who writes; this waits ten seconds.
            lock.execute("BEGIN EXCLUSIVE")
        _copy(source, target)
    except (OSError, sqlite3.Error) as error:
        raise _not_copied(source, target, error) from error


def migration_options() -> dict[str, Any]:
    """Return the options that env.py and :func:`check` give to Alembic; a host with one graph may use them too."""
    return {
        "version_table": VERSION_TABLE,
        "compare_type": True,
        "compare_server_default": True,
        "include_name": _is_ours,
    }


def _is_ours(name: str | None, kind: str, parents: Any) -> bool:
    """Leave a host's tables out of every comparison, our version table and the index of the search too."""
    if not is_not_search(name, kind, parents):
        return False
    table = name if kind == "table" else parents.get("table_name")
    return table is None or (table.startswith(PREFIX) and table != VERSION_TABLE)


def _config(connection: Connection | None) -> Config:
    """Return Alembic's configuration; percent signs are doubled because it interpolates them."""
    from alembic.config import Config

    config = Config(stdout=io.StringIO())
    config.set_main_option("script_location", str(migrations_path()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def _move(bind: Engine | Connection, direction: str, revision: str, progress: Progress | None = None) -> Path | None:
    """Go up or down on an own connection, or in the caller's transaction."""
    if isinstance(bind, Connection):
        if not bind.in_transaction():
            bind.begin()  # or else Alembic would begin, and commit
        return _move_inside(bind, direction, revision, progress, keep=False)
    if _is_there(direction, revision, current(bind)):
        return None  # without waiting for those who write
    with connection_scope(bind) as connection:
        return _move_inside(connection, direction, revision, progress, keep=True)


def _move_inside(
    connection: Connection, direction: str, revision: str, progress: Progress | None, *, keep: bool
) -> Path | None:
    """Go up or down inside a transaction that others wait for: of two upgrades at once, the second has nothing to do."""
    from alembic import command

    _prepare_postgres(connection)
    found = current(connection)
    if not set(found) <= revisions().keys():
        raise DatabaseNotReady(_what_is_wrong(found, shown(connection.engine.url)))
    if _is_there(direction, revision, found):
        return None
    kept = _backup_before(connection, found) if keep else None
    move = command.upgrade if direction == "upgrade" else command.downgrade
    move(_config(connection), revision)
    if direction == "upgrade" and current(connection) == heads():
        _reindex(connection, progress=progress)
    return kept


def _is_there(direction: str, revision: str, found: tuple[str, ...]) -> bool:
    """Return whether this would be an upgrade with nothing to do."""
    return direction == "upgrade" and revision in {"head", "heads"} and found == heads()


def _prepare_postgres(connection: Connection) -> None:
    """Let one upgrade run at a time, and create the tenant's schema where it is missing."""
    if connection.dialect.name != "postgresql":
        return
    tenant = connection.get_execution_options().get("crm_tenant")
    lock = f"{VERSION_TABLE} {tenant or ''}"
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:lock, 0))"), {"lock": lock})
    # Asked first, because IF NOT EXISTS wants the right to create schemas even where there is nothing to create.
    if tenant is not None and not inspect(connection).has_schema(tenant):
        connection.execute(CreateSchema(tenant))


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


def _what_is_wrong(found: tuple[str, ...], url: str) -> Problem:
    """Say why the revisions found will not do, and what to run."""
    params = {"url": url, "found": ", ".join(found), "needed": ", ".join(heads())}
    if not found:
        return problem(
            N_("The database {url} has no CRM tables yet."),
            N_("Run `crm init`, with the same --db and --tenant if you gave any."),
            field="db",
            **params,
        )
    if set(found) <= revisions().keys():
        return problem(
            N_("The tables in {url} are of version {found}; this program needs {needed}."),
            N_("Run `crm db upgrade`, with the same --db and --tenant if you gave any."),
            field="db",
            **params,
        )
    return problem(
        N_("The tables in {url} are of version {found}, which this program does not know; it knows up to {needed}."),
        N_("A newer version made them. Upgrade this program: pip install --upgrade investor-crm"),
        field="db",
        **params,
    )


def _name(connection: Connection, constraint: CheckConstraint) -> str:
    """Return the name a constraint has in this database, where a long one is shortened."""
    return str(connection.dialect.identifier_preparer.format_constraint(constraint)).strip('"')


def _describe(difference: Any) -> str:
    """Put one of Alembic's differences, a tuple or a list of tuples, into a line."""
    if isinstance(difference, list):
        return "; ".join(_describe(each) for each in difference)
    action, *rest = difference
    words = [str(getattr(each, "name", each)) for each in rest if each is not None and not isinstance(each, dict)]
    return " ".join([str(action).replace("_", " "), *words])


def _backup_before(connection: Connection, found: tuple[str, ...]) -> Path | None:
    """Keep a copy of a SQLite file that holds tables, under a name that is free.

    The connection holds the write lock and has written nothing yet, so the copy is what everybody sees.
    """
    file = sqlite_path(connection.engine)
    if file is None or not inspect(connection).get_table_names():
        return None
    stem = f"{file.name}.bak-{'-'.join(found) or 'base'}"
    names = (stem if number == 1 else f"{stem}-{number}" for number in count(1))
    path = next(path for path in map(file.with_name, names) if not path.exists())
    backup(connection.engine, path)
    return path


def _require_file(engine: Engine, *, must_exist: bool = True) -> Path:
    """Return the engine's SQLite file, or say what to use instead."""
    file = sqlite_path(engine)
    if engine.dialect.name == "postgresql":
        raise DatabaseNotReady(
            problem(
                N_("{url} is a PostgreSQL database, which has tools of its own for this."),
                N_("Use pg_dump --format=custom to back it up and pg_restore to bring it back."),
                field="db",
                url=shown(engine.url),
            )
        )
    if file is None or (must_exist and not file.exists()):
        raise DatabaseNotReady(
            problem(
                N_("There is no database file at {url}."),
                N_("Check the address given with --db."),
                field="db",
                url=shown(engine.url),
            )
        )
    return file


def _copy(source: Path, target: Path) -> None:
    """Copy one SQLite file into another with SQLite's own backup, and leave a single file without a log."""
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True)) as old,
        closing(sqlite3.connect(target)) as new,
    ):
        old.backup(new)
        new.execute("PRAGMA journal_mode = DELETE")


def _require_backup(path: Path) -> None:
    """Raise InvalidInput unless *path* is a whole SQLite file with our version table."""
    why = N_("there is no such file")
    if path.is_file():
        try:
            with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)) as raw:
                (verdict,) = raw.execute("PRAGMA quick_check").fetchone()
                raw.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone()  # noqa: S608  # our own name
            if verdict == "ok":
                return
            why = verdict
        except sqlite3.Error as error:
            why = str(error)
    raise InvalidInput(
        problem(
            N_("{path} is no backup of a CRM database: {why}."),
            N_("Name a file that `crm db backup` or `crm db upgrade` made."),
            field="path",
            path=str(path),
            why=why,
        )
    )


def _not_copied(source: Path, target: Path, error: Exception) -> DatabaseNotReady:
    """Say that a copy failed."""
    return DatabaseNotReady(
        problem(
            N_("{source} cannot be copied to {target}: {why}."),
            N_("Check that the folder exists, that there is room, and that nobody is writing; then try again."),
            field="path",
            source=str(source),
            target=str(target),
            why=str(error),
        )
    )
