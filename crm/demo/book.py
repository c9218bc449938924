"""The state of the loader: the current moment, the acting desks, and the records by their keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from crm.crm import CRM
from crm.models import Staff
from crm.rules.stages import Pipeline
from crm.values.moments import bureau_day

#: The desk that acts for whoever is admin.
ADMIN = "admin"
#: Writes something that happened, once, by a verb of the library.
Act = Callable[["Book"], None]


class Book:
    """One load.

    Attributes:
        moment: The time of every clock.
    """

    def __init__(self, session: Session, moment: datetime, policy: Pipeline | None = None) -> None:
        self.moment = moment
        self._policy = policy
        self._session = session
        self._records: dict[tuple[str, str], Any] = {}
        self._desks: dict[tuple[str, int | None], CRM] = {}

    @property
    def today(self) -> date:
        """The bureau's day of the moment."""
        return bureau_day(self.moment)

    def front_door(self, actor: Staff | int | str | None, policy: Pipeline | None = None) -> CRM:
        """Return a ``CRM`` for an actor, with this book's clock and policy, or on another policy."""
        return CRM(self._session, actor=actor, policy=policy or self._policy, clock=lambda: self.moment)

    def crm(self, desk: str, policy: Pipeline | None = None) -> CRM:
        """Return the ``CRM`` of a desk of the demo, created once."""
        key = (desk, None if policy is None else id(policy))
        if key not in self._desks:
            self._desks[key] = self.front_door(self.get("staff", desk), policy)
        return self._desks[key]

    def act_as(self, desk: str, crm: CRM) -> None:
        """Use this ``CRM`` for a desk."""
        self._desks[desk, None] = crm

    def put(self, kind: str, key: str, record: object) -> None:
        """Store a record under its key."""
        self._records[kind, key] = record

    def get(self, kind: str, key: str) -> Any:
        """Return the record with this key."""
        return self._records[kind, key]

    def has(self, kind: str, key: str) -> bool:
        """Return whether there is a record with this key."""
        return (kind, key) in self._records
