"""The list of the persons who were erased, beside the database: used after an older backup is restored."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click

from crm.cli.kit.face import Face
from crm.cli.kit.files import write_file
from crm.cli.printing.refusals import sentences
from crm.cli.printing.widths import printable
from crm.errors import N_, CRMError, InvalidInput, problem
from crm.values.identifiers import as_uid

if TYPE_CHECKING:
    from sqlalchemy import Engine

#: What the list is called: the database's name with this behind it.
ENDING = ".erased"
REASON = "erased before the backup was restored"


def text_of(uids: Iterable[object]) -> str:
    """Return a list as its file has it."""
    return json.dumps({"erased": sorted(map(str, uids))}, indent=2)


def read_list(file: Path) -> list[str]:
    """Return the uids of a list.

    Raises:
        InvalidInput: The file is no such list.
    """
    with suppress(OSError, ValueError, KeyError, TypeError, CRMError):
        return [str(as_uid(uid)) for uid in json.loads(file.read_text("utf-8"))["erased"]]
    raise InvalidInput(
        problem(
            N_("{file} is no list of erased persons."),
            N_("Name a file that `crm contact erased` wrote, or the one beside the database."),
            field="file",
            code="erasures",
            file=str(file),
        )
    )


def known(engine: Engine) -> set[str]:
    """Return who was erased according to a database and to the list beside it; nobody where neither can be read."""
    from sqlalchemy import select
    from sqlalchemy.exc import SQLAlchemyError

    from crm.db import session_scope
    from crm.models import Contact

    uids: set[str] = set()
    if (file := _list_of(engine)) is not None and file.exists():
        uids |= {*read_list(file)}
    with suppress(SQLAlchemyError, CRMError), session_scope(engine, read_only=True) as session:
        uids |= {str(uid) for uid in session.scalars(select(Contact.uid).where(Contact.erased_at.is_not(None)))}
    return uids


def keep_list(face: Face, more: Collection[str] = ()) -> None:
    """Write the list beside a SQLite file, where somebody was erased."""
    with face.engine() as engine:
        file, uids = _list_of(engine), {*more, *known(engine)}
    if file is not None and uids:
        write_file(file, text_of(uids).encode(), force=True)


def erase_again(face: Face, uids: Collection[str]) -> None:
    """Erase again the persons of a restored database; without the right, or before an upgrade, print the command."""
    if not uids:
        return
    keep_list(face, uids)
    with face.engine() as engine:
        again, file = _back(engine, uids), _list_of(engine)
    if not again:
        return
    try:
        with face.writing() as crm:
            erased = crm.contacts.erase_again(again, reason=REASON)
    except CRMError as error:
        why = " ".join(sentences(face.language, error.problems[0]))
        text = N_("{count} persons were erased later than the backup, and are not erased again yet: {why}")
        _tell(face, face.say(text, count=len(again), why=why))
        _tell(face, face.say(N_("Then run: crm contact erase-again {file}"), file=file))
    else:
        text = N_("Erased again, as they were erased later than the backup: {ids}.")
        _tell(face, face.say(text, ids=", ".join(map(str, erased))))


def _back(engine: Engine, uids: Collection[str]) -> list[str]:
    """Return those who are not erased in a database, of whatever version its tables are."""
    from sqlalchemy import select

    from crm.db import session_scope
    from crm.models import Contact

    with session_scope(engine, read_only=True) as session:
        there = select(Contact.uid).where(Contact.erased_at.is_(None), Contact.uid.in_(list(map(UUID, uids))))
        return [str(uid) for uid in session.scalars(there)]


def _tell(face: Face, line: str) -> None:
    """Print a line beside the result; JSON has the other stream to itself."""
    click.echo(printable(line), err=face.json)


def _list_of(engine: Engine) -> Path | None:
    from crm.db import sqlite_path

    file = sqlite_path(engine)
    return None if file is None else file.with_name(file.name + ENDING)
