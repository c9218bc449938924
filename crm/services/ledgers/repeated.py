"""Likely duplicates of entries, and decreases of contracts that exceed the contract."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import accumulate

from attrs import frozen
from sqlalchemy import select

from crm.errors import N_, Conflict, InvalidInput, Problem, problem
from crm.models import CapitalArrival, ContractAmount, Lead
from crm.models.ledger import stands
from crm.reads.kernel.visibility import visible
from crm.services.kernel.context import Context
from crm.services.kernel.locks import lock_keys
from crm.services.kernel.twins import refuse_twins
from crm.values.money import Money
from crm.values.text import reference_key


@frozen
class Entry:
    """A new entry, or a valid one of the ledger.

    Attributes:
        id: Its number; of a new one, that of the entry which it replaces, or 0.
        lead: The lead.
        reference: The document it rests on.
        amount: The amount.
        on: Its day.
        seen: Whether the actor may see the lead.
    """

    id: int
    lead: int
    reference: str
    amount: Money
    on: date
    seen: bool = True


def ensure_not_recorded(
    context: Context,
    model: type[CapitalArrival | ContractAmount],
    noun: str,
    new: Entry,
    *,
    asked: Callable[[Entry], bool],
) -> None:
    """Refuse an entry that is in the ledger, or may be: one of the same document, on any lead and of any day.

    Entries that were reversed do not count, so that what was reversed can be recorded again. Concurrent entries of one
    document are serialised until the transaction ends. Two statements.

    Args:
        context: Session and actor.
        model: The ledger.
        noun: Its command.
        new: What is recorded.
        asked: Returns whether a person has to say why the new entry is another one than an entry of its document.

    Raises:
        Conflict: The lead has an entry with this reference, amount and day.
        LikelyDuplicate: Entries of the same document are on record.
    """
    lock_keys(context.session, f"{noun} {reference_key(new.reference)}")
    found = list(_standing(context, model, new))
    for entry in found:
        if (entry.lead, entry.amount, entry.on) == (new.lead, new.amount, new.on):
            raise Conflict(
                problem(
                    N_("Lead {lead} has this entry: number {id}, {amount} of {day}, {reference}."),
                    N_("If that one is wrong, correct it: crm {noun} correct {id} --reason WHY"),
                    field="reference",
                    code="recorded",
                    lead=entry.lead,
                    id=entry.id,
                    amount=entry.amount,
                    day=entry.on,
                    reference=entry.reference,
                    noun=noun,
                )
            )
    refuse_twins(
        (entry.id if entry.seen else 0, entry.reference, _known(entry, new, noun)) for entry in found if asked(entry)
    )


def _standing(context: Context, model: type[CapitalArrival | ContractAmount], new: Entry) -> Iterator[Entry]:
    """Yield the entries of the same document that are no reversals and were not reversed."""
    day = getattr(model, model.DAY)
    rows = context.session.execute(
        select(
            model.id, model.lead_id, model.reference, model.amount_minor, model.currency, day, visible(context.actor)
        )
        .join(Lead, Lead.id == model.lead_id)
        .where(model.reference_key == reference_key(new.reference), stands(model), model.id != new.id)
        .order_by(model.id)
    )
    for number, lead, reference, minor, currency, on, seen in rows:
        yield Entry(number, lead, reference, Money(minor, currency), on, bool(seen))


#: What to do about an entry that may be on record, by ledger.
_WAYS_OUT = {
    "capital": N_("If it is another payment, or a part of one, say why: --distinct WHY"),
    "contract": N_("If it is another contract, or a part of one, say why: --distinct WHY"),
}


def _known(entry: Entry, new: Entry, noun: str) -> Problem:
    way_out = _WAYS_OUT[noun]
    if not entry.seen:
        # The lead is not disclosed, only that the money would count twice.
        return problem(
            N_("{reference} is on record for another lead."),
            way_out,
            field="reference",
            code="known",
            reference=new.reference,
        )
    return problem(
        N_("{reference} is on record for lead {lead}: entry {id}, {amount} of {day}."),
        way_out,
        field="reference",
        code="known",
        reference=entry.reference,
        lead=entry.lead,
        id=entry.id,
        amount=entry.amount,
        day=entry.on,
    )


def ensure_covered(
    context: Context, lead: int, amount: Money, on: date, *, without: int = 0, added: bool = True
) -> None:
    """Refuse a decrease that exceeds the valid contract amounts of a lead on that day or a later one.

    Every entry that is not reversed counts, whatever its state, in its own currency. Concurrent changes of the
    contracts of one lead are serialised until the transaction ends. Two statements.

    Args:
        context: The session.
        lead: The lead.
        amount: What is added; negative for what is taken back.
        on: From which day.
        without: The entry that is reversed, which no longer counts.
        added: Whether the amount is added; where an entry is merely reversed, it is not.

    Raises:
        InvalidInput: Less stands.
    """
    lock_keys(context.session, f"contracts of {lead}")
    rows = context.session.execute(
        select(ContractAmount.id, ContractAmount.agreed_on, ContractAmount.amount_minor).where(
            ContractAmount.lead_id == lead, ContractAmount.currency == amount.currency, stands(ContractAmount)
        )
    ).all()
    before = [(day, minor) for _, day, minor in rows]
    after = [(day, minor) for number, day, minor in rows if number != without]
    if added:
        after.append((on, amount.minor))
    least = min(accumulate(_by_day(after)), default=0)
    if least < min(0, *accumulate(_by_day(before)), 0):
        left = sum(minor for day, minor in before if day <= on)
        removed = sum(minor for number, _, minor in rows if number == without)
        taken = removed - (amount.minor if added else 0)
        raise InvalidInput(
            problem(
                N_("Lead {lead} has contracts of {stands} by {day}; {amount} cannot be taken back."),
                N_("Check amount, currency and day; a decrease recorded before is reversed with: crm contract reverse"),
                field="amount",
                code="not_covered",
                lead=lead,
                stands=Money(max(left, 0), amount.currency),
                day=on,
                amount=Money(abs(taken or removed), amount.currency),
            )
        )


def _by_day(entries: Sequence[tuple[date, int]]) -> list[int]:
    """Return what changes on each day, in order; what is taken back on a day comes after what is added."""
    changes: dict[date, int] = {}
    for day, minor in sorted(entries):
        changes[day] = changes.get(day, 0) + minor
    return [changes[day] for day in sorted(changes)]
