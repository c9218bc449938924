"""The obstacles to undoing a merge, all of them at once, each with what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased

from crm.errors import N_, Problem, problem
from crm.models import Contact, Employment, Investor, Merge, MergeItem, Ownership
from crm.models.audited import record_name
from crm.models.base import standing
from crm.reads.merges import queries as reports
from crm.rules.investors.spans import overlap
from crm.services.kernel.context import Context
from crm.services.merges import transfer
from crm.services.merges.identifiers import changed_since
from crm.values.plain import plain

#: The command that shows each kind of record.
_SHOWN_BY: Mapping[str, str] = {
    "meeting": "crm visit show",
    "lead": "crm lead show",
    "request": "crm request show",
    "followup": "crm todo list",
    "event": "crm event show",
    "trip": "crm trip show",
}
_LISTED = 20


def obstacles(context: Context, done: Merge, kind: transfer.Kind, stays: Investor | Contact) -> Iterator[Problem]:
    """Yield the obstacles to undoing *done*. A fixed number of statements."""
    session = context.session
    later = reports.later(session, done, kind)
    final = False
    if done.undone_at is not None:
        final = True
        yield problem(
            N_("Merge {id} is already undone."), N_("See the merges: crm investor merges"), code="undone", id=done.id
        )
    if later:
        final = True
        yield problem(
            N_("Later merges depend on this one: {merges}."),
            N_("Undo the latest first."),
            code="later",
            merges=", ".join(map(str, later)),
        )
    if isinstance(stays, Contact) and stays.erased_at is not None:
        final = True
        yield problem(N_("The person's data was erased; it cannot be restored."), N_("Add them again."), code="erased")
    if final:
        return
    changed = [field for field, pair in done.before.items() if plain(getattr(stays, field)) != pair[1]]
    if changed:
        yield problem(
            N_("These were changed since: {fields}."),
            N_("Set them back first, or keep the merge. The audit has the earlier values: crm audit show"),
            code="changed",
            fields=", ".join(changed),
        )
    if isinstance(stays, Investor):
        numbers = changed_since(context, done, stays)
        if numbers is not None:
            yield numbers
    yield from _overlapping(context, done, kind)
    yield from _recorded(context, done, kind)


def _overlapping(context: Context, done: Merge, kind: transfer.Kind) -> Iterator[Problem]:
    """Yield a problem where what moves back overlaps what stayed behind: one of the two was changed since.

    A statement for employments, and for investors one for memberships.
    """
    pairs: list[tuple[type[Employment | Ownership], str, str | None]] = [(Employment, "contact_id", "investor_id")]
    if kind is Investor:
        pairs = [(Employment, "investor_id", "contact_id"), (Ownership, "child_id", None)]
    absorbed = done.absorbed_investor_id if kind is Investor else done.absorbed_contact_id
    for model, mine, shared in pairs:
        other = aliased(model)
        moved = select(MergeItem.record_id).where(
            MergeItem.merge_id == done.id, MergeItem.record == record_name(model), MergeItem.field == mine
        )
        same = getattr(other, mine) == absorbed
        rows = context.session.execute(
            select(model.id, model.since, model.until, other.since, other.until)
            .join(other, same if shared is None else and_(same, getattr(other, shared) == getattr(model, shared)))
            .where(model.id.in_(moved), other.id.not_in(moved), standing(model, other))
            .order_by(model.id, other.id)
        )
        found = {number for number, *days in rows if overlap((days[0], days[1]), (days[2], days[3]), unknown=False)}
        if found:
            yield problem(
                N_("Changed since the merge, these would overlap others again: {record} {numbers}."),
                N_("Correct their days, or withdraw what was recorded twice: {command}"),
                code="overlap",
                record=record_name(model),
                numbers=", ".join(map(str, sorted(found))),
                command="crm contact edit-employment" if model is Employment else "crm investor edit-group",
            )


def _recorded(context: Context, done: Merge, kind: transfer.Kind) -> Iterator[Problem]:
    since: dict[str, list[int]] = {}
    for record, number in transfer.recorded_since(context.session, done.id, kind):
        since.setdefault(record, []).append(number)
    for record, numbers in since.items():
        yield problem(
            N_("Recorded since the merge, belonging to both: {record} {numbers}."),
            N_(
                "Look at them: {command}. These records cannot be divided, so the merge stays. If the "
                "companies are different after all, add the second again with a reason (--distinct), and "
                "record future events there."
            ),
            code="since",
            record=record,
            numbers=", ".join(map(str, numbers[:_LISTED])) + (" …" if len(numbers) > _LISTED else ""),
            command=_SHOWN_BY[record],
        )
