"""What a host's program passes to our commands: its engine or its session, the actor, its policy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from crm.rules.identities import Identity
    from crm.rules.stages import Pipeline


@dataclass(frozen=True, slots=True, kw_only=True)  # no attrs, which `crm --help` would load for this class alone
class Hosted:
    """What a host passed to :func:`crm.cli.group`; None if the line, the environment or crm.toml sets it.

    Attributes:
        engine: Its engine, or what returns it when a command runs.
        session: Its session, or what returns it.
        actor: Who acts, or what returns it.
        identity: What proves it.
        policy: Its pipeline.
    """

    engine: Engine | Callable[[], Engine] | None = None
    session: Session | Callable[[], Session] | None = None
    actor: str | Callable[[], str] | None = None
    identity: Identity | str | None = None
    policy: Pipeline | None = None

    @property
    def has_database(self) -> bool:
        """Whether the host brings the database."""
        return self.engine is not None or self.session is not None

    @property
    def options(self) -> frozenset[str]:
        """The shared options that no line has, because the host has chosen."""
        chosen = {
            "db": self.has_database,
            "tenant": self.has_database,
            "user": self.actor is not None,
            "policy": self.policy is not None,
        }
        return frozenset(key for key, is_chosen in chosen.items() if is_chosen)

    def acting(self) -> str | None:
        """Return who acts, if the host says so."""
        return self.actor() if callable(self.actor) else self.actor

    def opened_session(self) -> Session | None:
        """Return the session of the host, if it brings one."""
        return self.session() if callable(self.session) else self.session

    @contextmanager
    def opened_engine(self) -> Iterator[Engine]:
        """Give the engine of the host, which stays open."""
        from crm.models import Staff

        if self.engine is not None:
            yield self.engine() if callable(self.engine) else self.engine
        elif (session := self.opened_session()) is not None:
            yield session.get_bind(Staff).engine
