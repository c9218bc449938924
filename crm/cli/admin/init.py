"""``crm init``: sets up a new machine."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

import click

from crm.cli.kit.face import Face
from crm.cli.kit.verbs import Verb, option
from crm.cli.summaries import SUMMARIES
from crm.errors import N_, Conflict, InvalidInput, problem

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from crm.rules.identities import Identity


@click.command(
    "init",
    cls=Verb,
    help=SUMMARIES["init"]
    + "\n\n"
    + N_(
        "Create the folder, the tables and the first administrator: --as, or your login name. Running it "
        "again changes nothing. If no administrator is left, a message says so, with exit status 1."
    ),
    examples=("crm init", "crm init --as zhang.wei --name 张伟", "crm --db sqlite:///crm.db init --as admin"),
)
@option("--name", metavar="TEXT", help=N_("The administrator's displayed name; default: the user name."))
@option("--unit", metavar="CODE", default="bureau", show_default=True, help=N_("The code of the administrator's unit."))
@option("--unit-name", metavar="TEXT", help=N_("The unit's Chinese name."))
@option("--unit-name-en", metavar="TEXT", help=N_("The unit's English name."))
def command(face: Face, name: str | None, **unit: str | None) -> None:
    """Set up."""
    from crm import schema
    from crm.addresses import shown
    from crm.db import session_scope, sqlite_path
    from crm.files.private import folder

    with face.engine() as engine:
        file = sqlite_path(engine)
        with nullcontext() if file is None else folder(file.parent):
            schema.upgrade(engine)
        with session_scope(engine) as session:
            founded = _found(session, face, name, face.identity(engine), **unit)
        where = str(file) if file is not None else shown(engine.url)
    if founded is None:
        face.done(N_("{database} is already set up."), database=where, founded=None)
    else:
        face.done(N_("{database} is set up; {founded} is its administrator."), database=where, founded=founded)


def _found(session: Session, face: Face, name: str | None, identity: Identity | None, **unit: str | None) -> str | None:
    """Create the first administrator if there is none yet, and return their user name.

    Raises:
        Conflict: There are staff, and no administrator is left among them.
    """
    from crm.crm import CRM
    from crm.services.places.staff import count_admins, no_admin_left

    admins = count_admins(session)
    if admins == 0:
        raise Conflict(no_admin_left())
    if admins is not None:
        return None
    username = face.actor
    if username is None:
        raise InvalidInput(
            problem(
                N_("The first administrator is not named."),
                N_("Name them: --as USER"),
                field="user",
                code="missing",
            )
        )
    founded = CRM(session, None, policy=face.policy, identity=identity).staff.found(
        username, name or username, **{key: text for key, text in unit.items() if text is not None}
    )
    return str(founded.username)
