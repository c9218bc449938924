"""The command line: a noun and a verb. No database code is imported before a verb runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from crm.cli.kit.hosted import Hosted
from crm.cli.program import HostedProgram, Program
from crm.errors import N_

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from crm.rules.identities import Identity
    from crm.rules.stages import Pipeline

P = TypeVar("P", bound=Program)

__all__ = ["group", "main"]


def _program(kind: Callable[..., P], name: str, **kw: object) -> P:
    return kind(
        name,
        help=N_(
            "An investor CRM: investors, leads, meetings, trips and capital, from first contact to "
            "landed.\n\nA command is a noun and a verb: crm lead board. Name an investor or a lead by its "
            "number, its uid, or any unique part of a name. Database, tenant, user, policy and language can "
            "also be set in crm.toml."
        ),
        examples=(
            "crm init",
            "crm lead board",
            'crm visit log 丸红 --contact 田中 --note "谈到二期厂房"',
            "crm --lang en lead show 1",
        ),
        no_args_is_help=True,
        **kw,
    )


def group(
    *,
    engine: Engine | Callable[[], Engine] | None = None,
    session: Session | Callable[[], Session] | None = None,
    actor: str | Callable[[], str] | None = None,
    identity: Identity | str | None = None,
    policy: Pipeline | None = None,
    name: str = "crm",
) -> Program:
    """Return all commands as a group for your Click program, on your database, with your user and policy.

    What you pass cannot be chosen on the line, in the environment or in crm.toml: the options are not there. A callable
    is called when a command runs.

    Args:
        engine: Your engine. Each command has a transaction of its own, committed if it succeeds.
        session: Your session instead, or what returns it, such as a ``scoped_session``. Commands work in its
            transaction and flush; you commit.
        actor: Who acts: a username.
        identity: What your sign-in proved, with an actor: as :class:`crm.CRM` takes it.
        policy: Your pipeline.
        name: What the group is called.

    Raises:
        ValueError: Both an engine and a session.
    """
    if engine is not None and session is not None:
        raise ValueError("pass an engine or a session, not both")
    hosted = Hosted(engine=engine, session=session, actor=actor, identity=identity, policy=policy)
    return _program(HostedProgram, name, hosted=hosted)


main = _program(Program, "crm")
