"""What the tools do in the database: read, plan a write, confirm it, explain a figure."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from operator import attrgetter
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from attrs import frozen
from sqlalchemy import func, select

from crm.cli.agents.tools import ROWS, Tool
from crm.cli.kit.face import Face
from crm.cli.printing.plain import Form, plain
from crm.errors import N_, Conflict, NotFound, problem
from crm.interface.methods import Method, methods
from crm.models import AuditEntry
from crm.models.wordings import changes_of
from crm.refusals import not_one_of
from crm.values.plain import change_of

if TYPE_CHECKING:
    from crm.crm import CRM

#: The number of plans kept; the oldest is dropped.
MOST_PLANS = 100
#: What differs each time something is written: instants, uids, and digests of personal values.
_OF_THE_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT.*|hmac:.*|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@frozen
class Plan:
    """A write that was run and rolled back.

    Attributes:
        method: The method.
        arguments: Its arguments, with a uid where it takes one, so that a repeated confirmation writes once.
        changes: What it changed.
    """

    method: Method
    arguments: Mapping[str, object]
    changes: list[dict[str, object]]


class _TakenBackError(Exception):
    """Ends the transaction of a plan."""


class Bureau:
    """The database as one member of staff sees it. Every call is a transaction of its own."""

    def __init__(self, face: Face) -> None:
        """Take the face: its database, its actor and its policy."""
        self._face = face
        self._form = Form(face.language, str)
        self._plans: dict[str, Plan] = {}

    def read(self, tool: Tool, arguments: Mapping[str, object]) -> dict[str, object]:
        """Return what a method that reads returns; of a list the first rows unless *arguments* say how many.

        Raises:
            CRMError: What the method raises.
        """
        limited = {"limit": ROWS} if "limit" in tool.schema["properties"] else {}
        with self._face.reading() as crm:
            return self._object(_call(crm, tool.method, {**limited, **arguments}))

    def plan(self, method: Method, arguments: Mapping[str, object]) -> dict[str, object]:
        """Try a write, take it back, and return what it would change, with the token that confirms it.

        Raises:
            CRMError: What the method raises.
        """
        known = {argument.name for argument in method.arguments}
        called = {**({"uid": str(uuid4())} if "uid" in known else {}), **arguments}
        result, changes = self._tried(method, called)
        token = secrets.token_urlsafe(12)
        self._plans[token] = Plan(method, called, changes)
        for old in list(self._plans)[:-MOST_PLANS]:
            del self._plans[old]
        return {"token": token, "method": method.name, "result": result, "changes": changes}

    def confirm(self, token: str) -> dict[str, object]:
        """Write what was planned, if it still changes the same.

        Raises:
            NotFound: No plan has this token, or it was confirmed.
            Conflict: It would change something else by now.
            CRMError: What the method raises.
        """
        plan = self._plans.get(token)
        if plan is None:
            raise NotFound(
                problem(
                    N_("No plan has this token, or it was confirmed."),
                    N_("Plan it again: call the tool that writes."),
                    field="token",
                    code="not_found",
                )
            )
        with self._face.writing() as crm:
            result, changes = self._written(crm, plan.method, plan.arguments)
            if _lasting(changes) != _lasting(plan.changes):
                raise Conflict(
                    problem(
                        N_("A record of the plan was changed meanwhile; nothing was written."),
                        N_("Plan it again: call the tool that writes."),
                        field="token",
                        code="stale",
                    )
                )
        del self._plans[token]
        return {"method": plan.method.name, "result": result, "changes": changes}

    def explain(self, report: str, arguments: Mapping[str, object], figure: str | None) -> dict[str, object]:
        """Return the records behind one figure of a report, or behind all: who signed each, when, and the document.

        Raises:
            NotFound: There is no such report.
            CRMError: What the report raises.
        """
        explained = {
            name.partition(".")[2]: method
            for name, method in methods().items()
            if any(argument.name == "explain" for argument in method.arguments)
        }
        if report not in explained:
            raise NotFound(not_one_of(report, explained, "report"))
        with self._face.reading() as crm:
            sheet = _call(crm, explained[report], {**arguments, "explain": True})
            return {"figures": plain(crm.report.entries(sheet, figure), self._form)}

    def _tried(self, method: Method, arguments: Mapping[str, object]) -> tuple[object, list[dict[str, object]]]:
        found: tuple[object, list[dict[str, object]]] = (None, [])
        try:
            with self._face.writing() as crm:
                found = self._written(crm, method, arguments)
                raise _TakenBackError  # noqa: TRY301 - the block commits unless something is raised
        except _TakenBackError:
            return found

    def _written(
        self, crm: CRM, method: Method, arguments: Mapping[str, object]
    ) -> tuple[object, list[dict[str, object]]]:
        """Call a method, and return its result with the entries of the audit that it made."""
        session = crm._context.session  # noqa: SLF001 - the face opened it
        before = session.scalar(select(func.coalesce(func.max(AuditEntry.id), 0)))
        result = plain(_call(crm, method, arguments), self._form)
        session.flush()
        actor = crm.actor
        made = session.scalars(
            select(AuditEntry)
            .where(AuditEntry.id > before, AuditEntry.actor_id == (None if actor is None else actor.id))
            .order_by(AuditEntry.id)
        )
        changes = [
            {
                "record": entry.record,
                "id": entry.record_id,
                "verb": entry.verb,
                "changes": plain(changes_of(entry), self._form),
            }
            for entry in made
        ]
        return result, changes

    def _object(self, value: object) -> dict[str, object]:
        """Return a result as an object; the protocol takes nothing else."""
        document = plain(value, self._form)
        return document if isinstance(document, dict) else {"result": document}


def _call(crm: CRM, method: Method, arguments: Mapping[str, object]) -> Any:
    return attrgetter(method.name)(crm)(**arguments)


def _lasting(changes: list[dict[str, Any]]) -> list[object]:
    """Return changes without what differs each time: instants, uids, digests, and the numbers of new records."""
    new = {change["id"] for change in changes if not any(map(_before, change["changes"].values()))}
    return [
        (change["record"], change["verb"], {key: _known(key, pair, new) for key, pair in change["changes"].items()})
        for change in changes
    ]


def _before(pair: object) -> bool:
    """Say whether a column had a value before."""
    before, _ = change_of(pair) or (None, pair)
    return before is not None


def _known(column: str, value: Any, new: set[int]) -> Any:
    if isinstance(value, list):
        return [_known(column, item, new) for item in value]
    if isinstance(value, str) and _OF_THE_MOMENT.fullmatch(value):
        return None
    return "new" if column.endswith("_id") and value in new else value
