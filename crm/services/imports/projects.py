"""The leads that rows hold: found by investor and title, or opened at the stage that the row supports."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from attrs import define, evolve, field

from crm.errors import N_, GatesNotMet, problem
from crm.models import Lead, SourceKind
from crm.reads.imports import matching
from crm.rules.access import Right, Scope, scope
from crm.rules.imports.verdicts import Conflicts
from crm.rules.kernel.fields import by_column, declared
from crm.rules.leads.fields import LeadDetails, LeadFields
from crm.rules.pipeline.facts import LeadFacts
from crm.rules.stages import Missing, MoveKind, Pipeline
from crm.services.imports.reading import Reading, RowReader
from crm.services.imports.slots import Part, Slot, part_of, stays
from crm.services.kernel.context import Context
from crm.services.kernel.writing import ensure_free
from crm.services.leads.arguments import veil_problems
from crm.services.leads.base import require_policy
from crm.services.leads.entering import Entry, not_yet, require_carrying
from crm.values.text import comparison_key

#: Why a lead skipped stages when it entered.
ENTERED = "import"
#: The columns of a lead that an import changes; moves, handovers and the rest have their own commands.
_CHANGED = frozenset({"title", "expected_minor", "expected_currency", "industry", "note"})
_FIXED = frozenset(by_column(LeadFields)) - _CHANGED
_SOURCE = declared(LeadDetails)["source"].kept


@define(eq=False)
class Projects:
    """The leads of a file.

    Args:
        context: Session, actor and clock.
        reader: Reads what a source is by default.
        conflicts: How values that were changed since the last import are treated.
    """

    context: Context
    reader: RowReader
    conflicts: Conflicts
    _slots: dict[tuple[object, str], list[Slot]] = field(factory=dict)
    _known: dict[int, Slot] = field(factory=dict)
    _code_names: set[str] = field(factory=set)

    def look_up(self, readings: Sequence[Reading], investors: Collection[Slot]) -> list[Slot]:
        """Read the leads that rows name, and return them. One statement at most."""
        titles = {reading.columns["lead"].get("title") for reading in readings if "lead" in reading.columns}
        wanted = {slot.record.id: slot for slot in investors if slot.record is not None}
        keys = {comparison_key(title) for title in titles if title}
        found = []
        for lead in matching.leads_of(self.context.session, self.context.actor, wanted.keys(), keys):
            if lead.id not in self._known:
                slot = Slot("lead", lead.title, lead, links={"investor": wanted[lead.investor_id]})
                self._known[lead.id] = slot
                self._slots.setdefault((wanted[lead.investor_id].token, lead.key), []).append(slot)
                found.append(slot)
        return found

    def lead(self, reading: Reading, investor: Slot, *, talked: bool, talked_on: date | None) -> Part | None:
        """Return what a row does to its lead.

        Args:
            reading: The row; what is wrong is noted there.
            investor: Its investor.
            talked: It has a talk of both sides with a named contact.
            talked_on: The day of its talk.
        """
        columns = dict(reading.columns["lead"])
        title = columns.get("title")
        if title is None:
            reading.wrong(
                "lead.title",
                problem(
                    N_("The title of the project is missing."),
                    N_("Fill it in, or give one for all such rows: --set lead.title=TITLE"),
                    field="lead.title",
                    code="missing",
                ),
            )
            return None
        at = (investor.token, comparison_key(title))
        found = self._slots.get(at, [])
        if len(found) > 1:
            reading.wrong(
                "lead.title",
                problem(
                    N_("This investor has several leads with this title: {ids}."),
                    N_("Merge them or rename one first: crm lead edit LEAD --title …"),
                    field="lead.title",
                    code="ambiguous",
                    ids=", ".join(f"L{slot.record.id}" for slot in found if slot.record),
                ),
            )
            return None
        if found and found[0].record is not None:
            return self._known_lead(reading, found[0], columns)
        if found and found[0].row:
            columns.pop("title")
            return part_of(reading, found[0], columns, self.conflicts)
        slot = found[0] if found else Slot("lead", title, links={"investor": investor})
        self._slots[at] = [slot]
        return self._new(reading, slot, columns, talked=talked, talked_on=talked_on)

    def _known_lead(self, reading: Reading, slot: Slot, columns: dict[str, Any]) -> Part:
        # The same title in another spelling: the one that is shown stays. What a gate asks for is not cleared.
        columns.pop("title")
        gates = {column for column, (_, known) in by_column(LeadFields).items() if known.gate}
        columns = {key: value for key, value in columns.items() if value is not None or key not in gates}
        part = part_of(reading, slot, columns, self.conflicts, _FIXED)
        stage = reading.by_path.get("lead.stage")
        if stage is not None and stage != self.context.policy().present(slot.record.stage):
            part.notes.append(stays("lead.stage", slot.record.stage))
        if part.changes:
            reading.take("lead.title", lambda: self.context.require_on(Right.LEAD_EDIT, slot.record))
        return part

    def _new(
        self, reading: Reading, slot: Slot, columns: dict[str, Any], *, talked: bool, talked_on: date | None
    ) -> Part:
        context, actor = self.context, self.context.acting()
        own_unit = "lead.station" not in reading.by_path or scope(actor, Right.LEAD_OPEN) is Scope.OWN
        values: dict[str, Any] = dict.fromkeys(by_column(LeadFields))
        values |= {
            "station_id": actor.station_id,
            "unit_id": actor.unit_id if own_unit else None,
            "owner_id": actor.id,
            "received_on": min(talked_on or context.today, context.today),
            "confidential": False,
        }
        values |= {key: value for key, value in columns.items() if value is not None or key not in values}
        if values["source_kind"] is None:
            values |= self._source(reading, values)
        if values["foreign_capital"] is None:
            investor = slot.links["investor"]
            country = investor.record.country if investor.record else reading.columns["investor"].get("country")
            values["foreign_capital"] = (investor.values.get("country") or country) != "CN"
        for flaw in veil_problems(confidential=values["confidential"], code_name=values["code_name"]):
            reading.wrong("lead.code_name", flaw)
        if (code_name := values["code_name"]) is not None:
            reading.take("lead.code_name", lambda: ensure_free(context, Lead.code_name, code_name))
        reading.take(
            "lead.title",
            lambda: context.require(
                Right.LEAD_OPEN,
                station_id=values["station_id"],
                unit_id=values["unit_id"],
                owner_id=None,
            ),
        )
        part = part_of(reading, slot, values, self.conflicts)
        if values["source_kind"] is not None:
            self._enter(reading, part, values, talked=talked, talked_on=talked_on)
        return part

    def _source(self, reading: Reading, values: dict[str, Any]) -> dict[str, Any]:
        """Return the source by default: the station, or else the unit."""
        for kind, own in ((SourceKind.STATION, "station_id"), (SourceKind.UNIT, "unit_id")):
            if values[own] is not None:
                return {**dict.fromkeys(_SOURCE), "source_kind": kind, f"source_{kind.value}_id": values[own]}
        reading.wrong(
            "lead.source",
            problem(
                N_("The source is missing: a station, unit, event or referral."),
                N_("Fill it in, or give one for all such rows: --set lead.source=unit:CODE"),
                field="lead.source",
                code="source",
            ),
        )
        return {}

    def _enter(
        self, reading: Reading, part: Part, values: dict[str, Any], *, talked: bool, talked_on: date | None
    ) -> None:
        """Decide at which stage a lead enters: the last one up to that of the file that the row supports."""
        context, day = self.context, values["received_on"]
        pipeline = context.policy(day)
        facts = LeadFacts(
            investor=True,
            source=True,
            received_on=day,
            unit=values["unit_id"] is not None,
            expected=values["expected_minor"] is not None,
            industry=values["industry"] is not None,
            foreign=values["foreign_capital"],
            two_way_meeting=talked,
        )
        reading.take("lead.title", lambda: require_policy(pipeline, context.acting(), MoveKind.OPEN))
        missing = pipeline.missing(facts, pipeline.first.code)
        if missing:
            reading.take("lead.title", lambda: _refuse(GatesNotMet(*(missed.problem for missed in missing))))
            return
        stage = reading.by_path.get("lead.stage", pipeline.first.code)
        if stage not in {known.code for known in pipeline.stages}:
            reading.take("lead.stage", lambda: pipeline.position(stage))
            return
        reached = _reached(pipeline, facts, stage)
        entry = Entry(
            pipeline=pipeline,
            received=day,
            reached=reached,
            reached_on=min(max(day, talked_on or day), context.today),
            skipped=ENTERED if reached > 1 else None,
        )
        if reached < pipeline.position(stage):
            entry = self._beyond(reading, part, entry, stage, pipeline.missing(facts, stage))
        part.slot.extra["entry"] = entry
        if reached:
            reading.take("lead.stage", lambda: require_policy(pipeline, context.acting(), MoveKind.ADVANCE))

    def _beyond(self, reading: Reading, part: Part, entry: Entry, stage: str, missing: Sequence[Missing]) -> Entry:
        """Return how a lead enters whose row does not support the stage of the file; the preview names the gates."""
        pipeline, reason, since = (
            entry.pipeline,
            reading.by_path.get("lead.carried_over"),
            reading.by_path.get("lead.since"),
        )
        at = pipeline.stages[entry.reached].code
        if reason is None:
            text, way_out = (
                N_('The file says "{to}"; it enters at {stage}: {why}'),
                N_(
                    "Enter what is missing, then advance it: crm lead advance; or carry such leads over: --set "
                    "lead.carried_over=REASON"
                ),
            )
        else:
            text, way_out = (
                N_('It is carried over at "{to}" and in no figure until it is settled: {why}'),
                N_("Enter what is missing, then settle it: crm lead settle"),
            )
            entry = evolve(entry, carried=pipeline.position(stage), carried_on=since, reason=reason)
            whose = {name: part.values[name] for name in ("station_id", "unit_id")}
            reading.take("lead.stage", lambda: require_carrying(self.context, pipeline, **whose))
            if since is not None and since > self.context.today:
                reading.take("lead.since", lambda: not_yet(stage, since))
        part.notes += [
            problem(
                text,
                way_out,
                field="lead.stage",
                code="enters" if reason is None else "carried_over",
                to=stage,
                stage=at,
                why=requirement.text,
            )
            for requirement in missing
        ]
        return entry


def _reached(pipeline: Pipeline, facts: LeadFacts, stage: str) -> int:
    """Return the position of the last stage up to *stage* whose gates are met."""
    reached = 0
    for position in range(1, pipeline.position(stage) + 1):
        if pipeline.missing(facts, pipeline.stages[position].code):
            break
        reached = position
    return reached


def _refuse(refusal: GatesNotMet) -> None:
    raise refusal
