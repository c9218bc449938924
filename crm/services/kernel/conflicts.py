"""Errors for concurrent writers, archived records and violated constraints."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, IntegrityError

from crm.errors import N_, Archived, BeginAgain, Conflict, CRMError, InvalidInput, StaleLead, StaleRecord, problem
from crm.models import Lead, Station
from crm.models.base import Changeable, record_name, table_of
from crm.models.contention import contention
from crm.refusals import RESTORE_IT, is_archived, is_closed, wrong_type


def require_version(version: object) -> None:
    """Refuse a value that is not a version.

    Raises:
        InvalidInput: It is neither a whole number nor None.
    """
    if version is not None and (isinstance(version, bool) or not isinstance(version, int)):
        raise InvalidInput(
            wrong_type(
                N_("A version must be a whole number, not {kind}."),
                version,
                N_("Pass the version you read."),
                "version",
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


#: SQLSTATE of a unique key that another transaction has taken; SQLite's extended codes for unique and primary keys.
_TAKEN = {"23505", 2067, 1555}


def as_refusal(error: DBAPIError) -> CRMError:
    """Return the refusal for a violated constraint or a concurrent transaction; raise other database errors again.

    Verbs check first whether a unique key is taken, so a violation here comes from a concurrent transaction, and is
    refused in the words of the verb when the transaction is repeated. No name of a constraint is part of a sentence: it
    is a parameter, ``constraint``. Citus appends a shard number to it.
    """
    if (crossed := contention(error.orig)) is not None:
        return crossed
    if not isinstance(error, IntegrityError):
        raise error
    name = getattr(getattr(error.orig, "diag", None), "constraint_name", None) or str(error.orig)
    code = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorcode", None)
    if code in _TAKEN:
        return BeginAgain.because(N_("Somebody else has written the same at the same moment."), constraint=name)
    return Conflict(
        problem(
            N_(
                "A constraint of the database forbids this; records that it depends on may have changed at "
                "the same moment."
            ),
            N_("Look at the record again, then repeat."),
            code="constraint",
            constraint=name,
        )
    )
