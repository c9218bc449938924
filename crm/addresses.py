"""Addresses of databases: read, named by tenant, and shown without their passwords."""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from crm.errors import N_, DatabaseNotReady, InvalidInput, problem

#: A tenant is a PostgreSQL schema or a part of a file name, so it is spelled to be safe as both.
TENANT = re.compile(r"[a-z][a-z0-9_]{0,47}")

#: What SQLite takes for a database in memory.
IN_MEMORY = {None, "", ":memory:"}
_POSTGRES = {"postgres", "postgresql"}
#: What stands before the host in an address that is read wrongly or not at all; a password may be anywhere in it.
_UNREAD = re.compile(r"//.*@", re.DOTALL)
_SECRET = re.compile(r"pass|secret|token", re.IGNORECASE)


def shown(url: str | URL) -> str:
    """Return an address fit to be shown: every password in it is replaced by ``***``."""
    address = _read(url)
    if address is None:
        return _UNREAD.sub("//***@", str(url))
    hidden = {key: "***" for key in address.query if _SECRET.search(key)}
    return address.update_query_dict(hidden).render_as_string(hide_password=True).replace("%2A", "*")


def require_tenant_name(tenant: str) -> None:
    """Raise InvalidInput unless *tenant* can name a schema and be part of a file name."""
    if not TENANT.fullmatch(tenant) or tenant.startswith("pg_") or tenant in {"public", "information_schema"}:
        raise InvalidInput(
            problem(
                N_("{tenant!r} is not a valid name of a tenant."),
                N_("Use up to 48 of a-z, 0-9 and _, starting with a letter; pg_… and public are reserved."),
                field="tenant",
                tenant=tenant,
            )
        )


def _read(url: str | URL) -> URL | None:
    """Return an address as SQLAlchemy reads it, or None where it cannot be read.

    An @ in a user name or password that is not escaped ends it too early: the rest is taken for the host or the port.
    """
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        return None
    return None if isinstance(url, str) and "@" in (address.host or "") else address


def parsed(url: str | URL) -> URL:
    """Read an address and settle its driver."""
    way_out = N_("Write it like sqlite:///path/to/crm.db or postgresql://user@host/database.")
    address = _read(url)
    if address is None:
        if str(url).count("@") > 1:
            way_out = N_("In a user name or password write @ as %40, or leave the password to ~/.pgpass or PGPASSWORD.")
        raise DatabaseNotReady(
            problem(N_("{url!r} is not a valid database address."), way_out, field="db", url=shown(url))
        )
    if address.drivername in _POSTGRES:
        return address.set(drivername="postgresql+psycopg")
    if address.get_backend_name() not in {"sqlite", "postgresql"}:
        raise DatabaseNotReady(
            problem(
                N_("{backend} is not supported; use SQLite or PostgreSQL."),
                way_out,
                field="db",
                backend=address.get_backend_name(),
            )
        )
    return address


def of_tenant(address: URL, tenant: str | None) -> URL:
    """Return the address of the tenant's own file; a database in memory belongs to its engine anyway."""
    if tenant is None or address.database in IN_MEMORY:
        return address
    file = Path(str(address.database))
    return address.set(database=str(file.with_name(f"{file.stem}-{tenant}{file.suffix or '.db'}")))
