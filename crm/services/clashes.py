"""What a writer is told who came second, came too late, or was stopped by the database."""

from __future__ import annotations

from typing import Any

from sqlalchemy.exc import DBAPIError, IntegrityError

from crm.errors import N_, Archived, Conflict, InvalidInput, StaleLead, StaleRecord, problem
from crm.models import Lead


def require_version(version: object) -> None:
    """Refuse what is no version.

    Raises:
        InvalidInput: It is neither a whole number nor None.
    """
    if version is not None and (isinstance(version, bool) or not isinstance(version, int)):
        raise InvalidInput(
            problem(
                N_("A version is a whole number, not {kind}."),
                N_("Pass the version you read."),
                field="version",
                code="type",
                kind=type(version).__name__,
            )
        )


def stale(record: Any, yours: int, current: int) -> StaleRecord:
    """Return the error of a writer who came second."""
    kind = StaleLead if isinstance(record, Lead) else StaleRecord
    return kind(
        problem(
            N_("Somebody else changed this {record} first: you had version {yours}, it is version {current} now."),
            N_("Read it again, then decide."),
            code="stale",
            record=type(record).__name__.lower(),
            id=record.id,
            yours=yours,
            current=current,
        ),
        yours=yours,
        current=current,
    )


def archived(record: Any) -> Archived:
    """Return the error of an edit that came too late."""
    name = getattr(record, "name", None) or getattr(record, "username", record.id)
    return Archived(
        problem(
            N_('"{name}" is archived and takes no more changes.'),
            N_("Record it anew if it is back."),
            code="archived",
            name=name,
        )
    )


#: A deadlock, and a transaction that saw rows another has changed since (PostgreSQL's SQLSTATE).
_IN_THE_WAY = frozenset({"40001", "40P01"})


def as_conflict(error: DBAPIError) -> Conflict:
    """Return the refusal behind a violated constraint, or behind another transaction in the way.

    Citus appends a shard number to a constraint's name; it is kept as it is. Any other trouble of the database is
    none of a rule's and is raised again.
    """
    if getattr(error.orig, "sqlstate", None) in _IN_THE_WAY:
        return Conflict(
            problem(
                N_("Another transaction was in the way."), N_("Roll back and repeat the whole of yours."), code="repeat"
            )
        )
    if not isinstance(error, IntegrityError):
        raise error
    diag = getattr(error.orig, "diag", None)
    name = getattr(diag, "constraint_name", None) or str(error.orig)
    return Conflict(
        problem(
            N_("The database refuses it: {constraint}."),
            N_("Another may have written the same at this moment; read again and repeat."),
            code="constraint",
            constraint=name,
        )
    )
