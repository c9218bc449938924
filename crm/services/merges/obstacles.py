"""The obstacles to undoing a merge, all of them at once, each with what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from crm.errors import N_, Problem, problem
from crm.models import Contact, Investor, Merge
from crm.reads.merges import queries as reports
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
            N_("Later merges build on this one: {merges}."),
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
            N_("Set them back first, or keep the merge. The audit says what they were: crm audit show"),
            code="changed",
            fields=", ".join(changed),
        )
    if isinstance(stays, Investor):
        numbers = changed_since(context, done, stays)
        if numbers is not None:
            yield numbers
    yield from _recorded(context, done, kind)


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
