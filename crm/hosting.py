"""Functions for a host's env.py: filters for autogenerate, and a hook that records the version of our tables.

If a host's Alembic migrates our tables, their version is in the host's version table. A copy in ``crm_alembic_version``
is read by :func:`crm.schema.require_current` and the command line. Its column ``hosted`` marks it as a copy, so that
our own upgrade does not run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from sqlalchemy import Column, Connection, Executable, MetaData, String, Table, inspect, true
from sqlalchemy.schema import CreateTable, DropTable
from sqlalchemy.types import Boolean

from crm.models.search import is_search
from crm.revisions import VERSION_TABLE, newest, revisions

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext, MigrationInfo

PREFIX = "crm_"

_HOSTED = Table(
    VERSION_TABLE,
    MetaData(),
    Column("version_num", String(32), primary_key=True),
    Column("hosted", Boolean, nullable=False, server_default=true()),
)


def is_not_ours(name: str | None, kind: str, _parents: object) -> bool:
    """An ``include_name`` for a host whose metadata does not list ours: leaves our tables out of autogenerate."""
    return kind != "table" or name is None or not name.startswith(PREFIX)


def is_not_search(name: str | None, kind: str, _parents: object) -> bool:
    """An ``include_name`` for a host that owns our tables: leaves out the search index and our version table."""
    return kind not in {"table", "index"} or not (is_search(name) or name == VERSION_TABLE)


def on_version_apply(*, ctx: MigrationContext, step: MigrationInfo, heads: Iterable[str], **_: object) -> None:
    """An ``on_version_apply`` for a host with one graph: record the version of our tables after each revision of ours.

    After our newest revision, the columns derived from names are recomputed and the log of the audit begins, as by
    :func:`crm.schema.upgrade`. All of it is in the transaction of the revision.

    Args:
        ctx: Alembic's context of the host.
        step: What was applied.
        heads: What the host's version table holds now.
    """
    ours = revisions()
    if not step.is_stamp and step.up_revision_id not in ours:
        return
    done = {revision.revision for revision in step.revision_map.iterate_revisions(tuple(heads), "base")}
    reached = newest({revision: older for revision, older in ours.items() if revision in done})
    record_version(ctx.execute, reached)
    moved = step.is_upgrade and not (step.is_stamp or ctx.as_sql)
    if moved and reached == newest(ours) and ctx.connection is not None:
        from crm.upgrading.completing import complete

        complete(ctx.connection)


def record_version(execute: Callable[[Executable], object], version: Iterable[str]) -> None:
    """Write our version table, marked as a copy; without a revision, remove it."""
    execute(DropTable(_HOSTED, if_exists=True))
    for number, revision in enumerate(version):
        if number == 0:
            execute(CreateTable(_HOSTED))
        execute(_HOSTED.insert().values(version_num=revision))


def is_hosted(connection: Connection) -> bool:
    """Return whether a host's Alembic migrates our tables, even if their version is not recorded."""
    inspector = inspect(connection)
    if inspector.has_table(VERSION_TABLE):
        return any(column["name"] == _HOSTED.c.hosted.name for column in inspector.get_columns(VERSION_TABLE))
    return {"crm_investor", "crm_lead"} <= set(inspector.get_table_names())
