"""The arrivals of capital and the requests that rows hold: found by what tells them apart, or to be made."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from attrs import define, field

from crm.errors import N_, problem
from crm.models import RequestChannel, RequestKind
from crm.reads.imports import matching
from crm.rules.access import Right
from crm.rules.imports.verdicts import Conflicts, Verdict
from crm.rules.kernel.checks import Checks
from crm.rules.ledgers.entries import ArrivalKind
from crm.services.imports.reading import Reading
from crm.services.imports.slots import Part, Slot, part_of
from crm.services.kernel.context import Context
from crm.services.kernel.sight import ensure_hands_see
from crm.services.ledgers.capital import Capital
from crm.services.ledgers.making import ensure_takes
from crm.services.meetings.brands import brand_of
from crm.services.requests.arguments import deadlines
from crm.values.amount_units import told_in
from crm.values.money import Money
from crm.values.text import reference_key

_WAY_OUT = N_(
    "Correct the row; if it is another payment, or a part of one, leave its cells empty and record it: "
    "crm capital record LEAD AMOUNT --distinct WHY"
)
_HANDS = ("ambassador_id", "unit_id", "assignee_id")


@define(eq=False)
class Arrivals:
    """The arrivals of capital of a file.

    Args:
        context: Session, actor and clock.
        conflicts: What becomes of values that people changed here since the last import.
    """

    context: Context
    conflicts: Conflicts
    #: By the key of their bank advice: the token of the lead, the amount, the day, whether it stands, and the entry.
    _known: dict[str, list[tuple[object, Money, date, bool, Slot]]] = field(factory=dict)
    _looked: set[str] = field(factory=set)

    def look_up(self, readings: Sequence[Reading]) -> None:
        """Read the entries of the bank advice that rows name. One statement at most."""
        texts = [reading.columns.get("capital", {}).get("reference") for reading in readings]
        keys = {reference_key(text) for text in texts if text} - self._looked
        self._looked |= keys
        for entry, seen, stands in matching.arrivals_of(self.context.session, self.context.actor, keys):
            slot = Slot("capital_arrival", str(entry.amount), entry, extra={"seen": seen})
            known = (("known", entry.lead_id), entry.amount, entry.arrived_on, stands, slot)
            self._known.setdefault(entry.reference_key, []).append(known)

    def arrival(self, reading: Reading, investor: Slot, lead: Slot | None) -> Part | None:
        """Return what a row does to its arrival: nothing where the lead has it, even one that was reversed since."""
        columns = dict(reading.columns["capital"])
        needed = {"amount": "amount_minor", "arrived": "arrived_on", "reference": "reference"}
        missing = [f"capital.{name}" for name, column in needed.items() if columns.get(column) is None]
        if lead is None and "lead" not in reading.columns:
            missing.append("lead.title")
        for path in missing:
            reading.lacks(path)
        if lead is None or missing:
            return None
        money, day = Money(columns["amount_minor"], columns["currency"]), columns["arrived_on"]
        key = reference_key(columns["reference"])
        alike = [known for known in self._known.get(key, ()) if known[4].record or known[4].row]
        for whose, amount, arrived, _, slot in alike:
            if (whose, amount, arrived) == (lead.token, money, day):
                return Part(slot, Verdict.SAME)
        for whose, amount, arrived, stands, slot in alike:
            if stands:
                self._refuse(reading, slot, amount, arrived, whose == lead.token)
                return None
        columns.setdefault("kind", ArrivalKind.NEW)
        told = told_in(reading.row.values.get("capital.amount"))
        columns["told_in"] = columns.get("told_in") if told is None else told
        slot = Slot("capital_arrival", str(money), links={"investor": investor, "lead": lead})
        self._permit(reading, lead, columns["kind"])
        self._known.setdefault(key, []).append((lead.token, money, day, True, slot))
        return part_of(reading, slot, columns, self.conflicts)

    def _permit(self, reading: Reading, lead: Slot, kind: ArrivalKind) -> None:
        # What may be opened may be recorded: both rights have the same reach.
        if (record := lead.record) is not None:
            reading.take("lead.title", lambda: ensure_takes(record, kind, Capital.CLOSED))
            reading.take("capital.amount", lambda: self.context.require_on(Right.CAPITAL_RECORD, record))

    def _refuse(self, reading: Reading, slot: Slot, amount: Money, day: date, same_lead: object) -> None:
        """Note that the money may be on record: the bank advice is, with another amount or day, or for another lead."""
        path, reference = "capital.reference", reading.columns["capital"]["reference"]
        told: dict[str, object] = {"reference": reference, "amount": amount, "day": day}
        if slot.record is None:
            text = N_("Row {row} has {reference} too: {amount} of {day}.")
            flaw = problem(text, _WAY_OUT, field=path, code="known", row=slot.row, **told)
        elif same_lead or slot.extra["seen"]:
            text = N_("{reference} is on record for lead {lead}: entry {id}, {amount} of {day}.")
            entry = slot.record
            flaw = problem(text, _WAY_OUT, field=path, code="known", lead=entry.lead_id, id=entry.id, **told)
        else:
            # Whose it is must not be told; that the money would count twice must.
            text = N_("{reference} is on record for another lead.")
            flaw = problem(text, _WAY_OUT, field=path, code="known", reference=reference)
        reading.wrong("capital.reference", flaw)


@define(eq=False)
class RowRequests:
    """The requests of a file.

    Args:
        context: Session, actor and clock.
        conflicts: What becomes of values that people changed here since the last import.
    """

    context: Context
    conflicts: Conflicts
    #: By investor, lead and text: the days of acceptance, and the requests.
    _known: dict[tuple[object, object, str], list[tuple[date, Slot]]] = field(factory=dict)
    _read: set[int] = field(factory=set)

    def look_up(self, readings: Sequence[Reading], investors: Collection[Slot]) -> None:
        """Read the requests that rows may hold. One statement at most."""
        texts = {text for reading in readings if (text := reading.columns.get("request", {}).get("text"))}
        wanted = {slot.record.id: slot for slot in investors if slot.record is not None}
        for found in matching.requests_of(self.context.session, self.context.actor, wanted.keys(), texts):
            if found.id not in self._read:
                self._read.add(found.id)
                lead = None if found.lead_id is None else ("known", found.lead_id)
                at = (wanted[found.investor_id].token, lead, found.text)
                self._known.setdefault(at, []).append((found.accepted_on, Slot("request", found.text, found)))

    def request(self, reading: Reading, investor: Slot, lead: Slot | None) -> Part | None:
        """Return what a row does to its request; without a day of acceptance one of any day is the same."""
        columns = dict(reading.columns["request"])
        text, day = columns.get("text"), columns.get("accepted_on")
        if text is None:
            reading.lacks("request.text")
            return None
        at = (investor.token, None if lead is None else lead.token, text)
        for accepted, slot in self._known.get(at, ()):
            if day in {None, accepted} and (slot.record or slot.row):
                return Part(slot, Verdict.SAME)
        accepted = day or self.context.today
        values: dict[str, Any] = {
            "kind": RequestKind.OTHER,
            "channel": RequestChannel.VISIT,
            "ambassador_id": self.context.acting().id,
            **{column: value for column, value in columns.items() if value is not None},
            "accepted_on": accepted,
        }
        reading.take("request.accepted", lambda: self._settle(values, accepted, reading.by_path.get("request.brand")))
        slot = Slot("request", text, links={"investor": investor, **({"lead": lead} if lead else {})})
        self._permit(reading, lead, [values.get(column) for column in _HANDS])
        self._known.setdefault(at, []).append((accepted, slot))
        return part_of(reading, slot, values, self.conflicts)

    def _settle(self, values: dict[str, Any], day: date, brand: object) -> None:
        """Add the deadlines and the brand, by the policy of the day."""
        with Checks() as check:
            first, last = deadlines(self.context, check, day, values.get("answer_due_on"), values.get("due_on"))
            if brand is not None:
                values["brand"] = brand_of(self.context, check, str(brand), day)
        values |= {"answer_due_on": first, "due_on": last}

    def _permit(self, reading: Reading, lead: Slot | None, hands: Sequence[int | None]) -> None:
        context = self.context
        if lead is None:
            reading.take("request.text", lambda: context.permit(Right.REQUEST_OPEN))
        elif (record := lead.record) is not None:
            reading.take("request.text", lambda: context.require_on(Right.REQUEST_OPEN, record))
            reading.take("request.text", lambda: ensure_hands_see(context, record, hands))
        elif lead.values.get("confidential") and set(hands) - {None, context.acting().id}:
            reading.wrong(
                "request.text",
                problem(
                    N_("The lead is new and confidential; only those who may see it can be given its request."),
                    N_("Leave unit, person and ambassador out, and assign the request afterwards: crm request assign"),
                    field="request.text",
                    code="hidden_from",
                ),
            )
