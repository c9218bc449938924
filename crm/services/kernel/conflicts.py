"""Errors for concurrent writers, archived records and violated constraints."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, IntegrityError

from crm.errors import N_, Archived, BeginAgain, Conflict, InvalidInput, StaleLead, StaleRecord, problem
from crm.models import Lead, Station
from crm.models.base import Changeable, record_name, table_of
from crm.models.sqlite import in_the_way
from crm.refusals import RESTORE_IT, is_archived, is_closed


def require_version(version: object) -> None:
    """Refuse a value that is not a version.

    Raises:
        InvalidInput: It is neither a whole number nor None.
    """
    if version is not None and (isinstance(version, bool) or not isinstance(version, int)):
        raise InvalidInput(
            problem(
                N_("A version must be a whole number, not {kind}."),
                N_("Pass the version you read."),
                field="version",
                code="type",
                kind=type(version).__name__,
            )
        )


def stale(record: Changeable, yours: int, current: int) -> StaleRecord:
    """Return the error for a record that somebody else changed first."""
    kind = StaleLead if isinstance(record, Lead) else StaleRecord
    return kind(
        problem(
            N_("Somebody else changed this {record} first: you have version {yours}, it is now version {current}."),
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


def archived(record: object) -> Archived:
    """Return the error for a change of an archived record."""
    name = getattr(record, "name", None) or getattr(record, "username", None) or getattr(record, "id", None)
    if isinstance(record, Station) and record.archived_at is None:
        return Archived(is_closed(record.code))
    if getattr(record, "erased_at", None) is not None:
        return Archived(is_archived(name, N_("The data was erased for good; add the person again: crm contact add")))
    noun, ref = restoring(record)
    return Archived(is_archived(name, RESTORE_IT, noun=noun, ref=ref))


def restoring(record: object) -> tuple[str, object]:
    """Return the noun and the reference of the command that restores an archived record."""
    name = getattr(record, "username", None) or getattr(record, "code", None)
    return record_name(table_of(type(record)).name), name or getattr(record, "id", None)


#: Messages for conflicts with another transaction, by PostgreSQL's SQLSTATE.
_IN_THE_WAY = {
    "40001": N_("Another transaction has changed what this one read."),
    "40P01": N_("This transaction and another one were in a deadlock."),
}


def as_conflict(error: DBAPIError) -> Conflict:
    """Return the refusal for a violated constraint or a concurrent transaction.

    Citus appends a shard number to a constraint's name; the name is kept as it is. Other database errors are raised
    again.
    """
    why = _IN_THE_WAY.get(getattr(error.orig, "sqlstate", None) or "") or in_the_way(error.orig)
    if why is not None:
        return BeginAgain.because(why)
    if not isinstance(error, IntegrityError):
        raise error
    diag = getattr(error.orig, "diag", None)
    name = getattr(diag, "constraint_name", None) or str(error.orig)
    return Conflict(
        problem(
            N_("The database refuses it: {constraint}."),
            N_("Another transaction may have written the same; read again and repeat."),
            code="constraint",
            constraint=name,
        )
    )
