"""The schema versions that this program supports, and the messages about others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from crm.errors import N_, DatabaseNotReady, Problem, problem

VERSION_TABLE = "crm_alembic_version"
#: The newest revision. Written here, so that a command compares it with the database's and reads no revision's file.
HEAD = "f8b25d1e7a03"


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

    Read from the files' own lines rather than by Alembic, which takes long to import. Only the message about an
    unsuitable database needs it.
    """
    graph = {}
    for file in sorted((migrations_path() / "versions").glob("*.py")):
        source = file.read_text("utf-8")
        own = re.search(r"^revision\b[^=]*=\s*[\"'](\w+)[\"']", source, re.MULTILINE)
        older = re.search(r"^down_revision\b[^=]*=\s*(.*)$", source, re.MULTILINE)
        if own and older:
            graph[own[1]] = tuple(re.findall(r"[\"'](\w+)[\"']", older[1]))
    return graph


def newest(graph: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the revisions of a graph that no other follows."""
    followed = {revision for older in graph.values() for revision in older}
    return tuple(sorted(graph.keys() - followed))


def heads() -> tuple[str, ...]:
    """Return the newest revisions that this program supports."""
    return (HEAD,)


def require_known(found: Iterable[str], url: str) -> None:
    """Return if every revision found is one of ours.

    Raises:
        DatabaseNotReady: A newer version of this program made them.
    """
    if not set(found) <= revisions().keys():
        raise DatabaseNotReady(what_is_wrong(tuple(found), url))


def what_is_wrong(found: tuple[str, ...], url: str, *, hosted: bool = False) -> Problem:
    """Return the problem of unsuitable revisions, and what to run; *hosted* tables are migrated by a host's Alembic."""
    params = {"url": url, "found": ", ".join(found), "needed": ", ".join(heads())}
    if not found and hosted:
        return problem(
            N_("The CRM tables in {url} were made by another program's Alembic, and their version is not recorded."),
            N_("Let that program call schema.stamp(engine) once; see docs/embedding.md."),
            field="db",
            **params,
        )
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
            N_(
                "Another program's Alembic migrates them: run its upgrade, such as `alembic upgrade heads`, then"
                " schema.stamp(engine) if it owns the tables."
            )
            if hosted
            else N_("Run `crm db upgrade`, with the same --db and --tenant if you gave any."),
            field="db",
            **params,
        )
    return problem(
        N_(
            "The tables in {url} are of version {found}, which this program does not support; it supports up "
            "to {needed}."
        ),
        N_("A newer version made them. Upgrade this program: pip install --upgrade investor-crm"),
        field="db",
        **params,
    )
