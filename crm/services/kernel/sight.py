"""Work is given only to people whose role can do it, and on a confidential lead to those who may see it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from crm.errors import N_, InvalidInput, problem
from crm.models import Lead, Staff
from crm.reads.kernel.visibility import may_see, sees_all
from crm.rules.access import TABLE, Right, Role
from crm.services.kernel.context import Context, as_actor


class Hand(Protocol):
    """Somebody who gets work."""

    @property
    def username(self) -> str:
        """Their name for signing in."""

    @property
    def role(self) -> Role:
        """Their role."""


def ensure_hands_may(right: Right, *people: Hand | None, field: str = "owner") -> None:
    """Refuse to give work to people whose role can never do it, even on their own records.

    Args:
        right: The right that the work takes.
        *people: Those who get it; None is nobody.
        field: The argument that names them.

    Raises:
        InvalidInput: There are such people; all are named.
    """
    unable = {hand.username: hand.role for hand in people if hand is not None and right not in TABLE[hand.role]}
    if unable:
        raise InvalidInput(
            problem(
                N_("These may not do this work: {people}."),
                N_("Name somebody with one of these roles: {roles}."),
                field=field,
                code="cannot_act",
                people=", ".join(f"{name} ({role.value})" for name, role in unable.items()),
                roles=", ".join(role for role, rights in TABLE.items() if right in rights),
            )
        )


def ensure_hands_see(
    context: Context, lead: Lead | None, people: Iterable[int | None], hands: Mapping[str, Any] | None = None
) -> None:
    """Refuse to give work on a confidential lead to people who may not see it.

    No statement for a lead that everybody sees; else one.

    Args:
        context: Who acts.
        lead: The lead that the work is on, if any.
        people: The numbers of those who get it.
        hands: Columns of the lead that change with it: owner, unit, station.

    Raises:
        InvalidInput: Somebody may not see it; all are named.
    """
    if lead is None or not lead.confidential:
        return
    staff = context.session.scalars(select(Staff).where(Staff.id.in_(people)).order_by(Staff.username))
    ensure_seen_by(lead, staff, hands or {})


def ensure_seen_by(lead: Lead, staff: Iterable[Staff], hands: Mapping[str, Any]) -> None:
    """Refuse what :func:`ensure_hands_see` refuses, of people that were read.

    Raises:
        InvalidInput: Somebody may not see the lead; all are named.
    """
    if not lead.confidential:
        return
    later = _with(lead, hands)
    refused = [person.username for person in staff if not may_see(as_actor(person), later)]
    if refused:
        raise InvalidInput(
            problem(
                N_("Lead {id} is confidential, and these may not see it: {people}."),
                N_("Name somebody of its station or unit, or a manager."),
                field="owner",
                code="hidden_from",
                id=lead.id,
                people=", ".join(refused),
            )
        )


def ensure_heir_sees(
    context: Context, former: Staff, heir: Staff, held: Iterable[tuple[InstrumentedAttribute[Any], ColumnElement[bool]]]
) -> None:
    """Refuse a successor of somebody who may not see a confidential lead that they get work on.

    No statement for a successor who sees every lead; else one.

    Args:
        context: Who acts.
        former: Who hands over.
        heir: The successor; also the owner of the leads that *former* owns.
        held: The columns that name *former*, each with the condition of the rows that are handed over.

    Raises:
        InvalidInput: There are such leads; all are named.
    """
    actor = as_actor(heir)
    if sees_all(actor):
        return
    theirs = [
        Lead.id.in_(select(number).where(column == former.id, live))
        for column, live in held
        if (number := _lead_of(column)) is not None
    ]
    leads = context.session.scalars(select(Lead).where(Lead.confidential, or_(*theirs)).order_by(Lead.id))
    hidden = [
        lead.id
        for lead in leads
        if not may_see(actor, _with(lead, {"owner_id": heir.id} if lead.owner_id == former.id else {}))
    ]
    if hidden:
        raise InvalidInput(
            problem(
                N_("Work on confidential leads would be handed to {heir}, who may not see them: {leads}."),
                N_("Hand over the work on these first, or name somebody who may see them, such as a manager."),
                field="to",
                code="hidden_from",
                heir=heir.username,
                leads=", ".join(f"L{number}" for number in hidden),
            )
        )


def _lead_of(column: InstrumentedAttribute[Any]) -> InstrumentedAttribute[Any] | None:
    """Return the number of the lead that a row is work on, if it is on one."""
    model = column.class_
    return Lead.id if model is Lead else getattr(model, "lead_id", None)


def _with(lead: Lead, hands: Mapping[str, Any]) -> Lead:
    """Return a lead of no session that differs in its hands."""
    now = {name: getattr(lead, name) for name in ("confidential", "station_id", "unit_id", "owner_id")}
    return Lead(**now | {name: value for name, value in hands.items() if name in now})
