"""What an import would do with the rows of a file, worked out in sets before anything is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from attrs import define, evolve, field, frozen

from crm.models import Investor
from crm.reads.imports.likeness import twins_of
from crm.reads.imports.matching import changed_since
from crm.rules.imports.rows import SourceRow
from crm.rules.imports.verdicts import Conflicts, Likely, Preview, RowVerdict, Verdict, weightiest
from crm.services.imports.companies import Companies
from crm.services.imports.entries import Arrivals, RowRequests
from crm.services.imports.introductions import Introductions
from crm.services.imports.projects import Projects
from crm.services.imports.reading import Reading, RowReader
from crm.services.imports.slots import Part, Slot
from crm.services.imports.tags import RowTags
from crm.services.imports.talks import Talks
from crm.services.kernel.context import Context
from crm.values.identifiers import digest

#: The number of rows looked up at once.
AT_ONCE = 500


@define(eq=False)
class Planned:
    """A row with what it does.

    Attributes:
        reading: The row, read.
        parts: What it does to each record that it holds.
        verdict: What becomes of it.
    """

    reading: Reading
    parts: list[Part]
    verdict: Verdict = Verdict.SAME

    @property
    def writes(self) -> bool:
        """Whether it is written."""
        return self.verdict in {Verdict.NEW, Verdict.CHANGES}

    def shown(self) -> RowVerdict:
        """Return what becomes of it."""
        row, problems = self.reading.row, tuple(self.reading.problems)
        records = [part.shown() for part in self.parts]
        if problems:
            records = [evolve(record, verdict=Verdict.REFUSED) for record in records]
        return RowVerdict(row.number, self.verdict, tuple(records), problems, row.sheet)


@frozen(eq=False)
class _Rooms:
    """What knows the records of each noun of a file."""

    companies: Companies
    projects: Projects
    talks: Talks
    arrivals: Arrivals
    requests: RowRequests
    introductions: Introductions
    tags: RowTags

    def parts(self, reading: Reading, investor: Slot) -> list[Part]:
        """Return what a row does, in the order in which its records are written."""
        columns = reading.columns
        people = self.companies.contact(reading, investor) if "contact" in columns else []
        contact = people[0].slot if people else None
        moment = reading.by_path["moment"]
        parts: list[Part | None] = [self.companies.investor(reading, investor), *people]
        project = None
        if "lead" in columns:
            talked_on = None if moment is None else moment.local.date()
            talked = self.talks.two_way(reading)
            lead = self.projects.lead(reading, investor, talked=talked, talked_on=talked_on)
            parts.append(lead)
            project = None if lead is None else lead.slot
        if "meeting" in columns:
            parts.append(self.talks.meeting(reading, investor, project, contact))
        if "followup" in columns:
            parts.append(self.talks.followup(reading, investor, project))
        if "capital" in columns:
            parts.append(self.arrivals.arrival(reading, investor, project))
        if "request" in columns:
            parts.append(self.requests.request(reading, investor, project))
        if "referral" in columns:
            parts.append(self.introductions.referral(reading, investor, project))
        return [part for part in parts if part is not None]


@define(eq=False)
class Plan:
    """The preview of an import.

    Args:
        context: Session, actor and clock.
        reader: Reads the cells.
        likely: How rows that are likely duplicates are treated.
        conflicts: How values that were changed since the last import are treated.
        same: By the number of a row, the investor on record that its company is.
    """

    context: Context
    reader: RowReader
    likely: Likely
    conflicts: Conflicts
    same: Mapping[int, Investor] = field(factory=dict)
    rows: list[Planned] = field(factory=list)

    def make(self, rows: Iterable[SourceRow]) -> None:
        """Plan the rows of a file. About a dozen statements for each 500 rows."""
        companies = Companies(self.context, self.conflicts, self.same)
        projects = Projects(self.context, self.reader, self.conflicts)
        rooms = _Rooms(
            companies,
            projects,
            Talks(self.context, self.conflicts),
            Arrivals(self.context, self.conflicts),
            RowRequests(self.context, self.conflicts),
            Introductions(self.context, self.reader, companies, self.conflicts),
            RowTags(self.context),
        )
        for some in _some(rows):
            self._take(some, rooms)
        self._compare()

    def _take(self, rows: Sequence[SourceRow], rooms: _Rooms) -> None:
        companies, tags = rooms.companies, rooms.tags
        readings = [self.reader.read(row) for row in rows]
        for reading in readings:
            reading.columns.setdefault("investor", {})
            reading.by_path["moment"] = rooms.talks.moment(reading)
        companies.look_up(readings)
        found = [companies.find(reading) for reading in readings]
        investors = {id(slot): slot for slot in found if slot is not None}.values()
        known = [*(slot for slot in investors if slot.record), *companies.look_up_people(list(investors))]
        leads = rooms.projects.look_up(readings, investors)
        known += leads
        rooms.talks.look_up(readings, investors)
        rooms.arrivals.look_up(readings)
        rooms.requests.look_up(readings, investors)
        rooms.introductions.look_up(readings, leads)
        tags.look_up(readings, known)
        touched = changed_since(self.context.session, ((slot.noun, slot.record.id) for slot in known))
        for slot in known:
            slot.touched = frozenset(touched.get((slot.noun, slot.record.id), ()))
        for reading, investor in zip(readings, found, strict=True):
            planned = Planned(reading, [] if investor is None else rooms.parts(reading, investor))
            for part in planned.parts:
                tags.add(reading, part)
            if not reading.problems:
                for part in planned.parts:
                    part.accept(reading.row.number)
            self.rows.append(planned)

    def _compare(self) -> None:
        """Compare the new investors with each other and with all on record, then decide the verdict of each row."""
        new = {
            id(part.slot): part.slot
            for planned in self.rows
            for part in planned.parts
            if part.slot.noun == "investor" and part.slot.record is None and part.slot.row
        }
        slots = list(new.values())
        for slot, twins in zip(
            slots,
            twins_of(self.context.session, [(slot.name, slot.row) for slot in slots]),
            strict=True,
        ):
            slot.twins = twins
        for planned in self.rows:
            planned.verdict = self._verdict(planned)

    def _verdict(self, planned: Planned) -> Verdict:
        if planned.reading.problems:
            return Verdict.REFUSED
        if self.likely is Likely.ASK and any(_is_likely(part.slot) for part in planned.parts):
            return Verdict.LIKELY
        return weightiest(tuple(part.verdict for part in planned.parts))

    def preview(self, file: str, checksum: str, most: int | None) -> Preview:
        """Return what an import would do; of each verdict at most so many rows."""
        totals = Counter(dict.fromkeys(Verdict, 0))
        records: dict[str, Counter[str]] = {}
        seen: set[tuple[int, Verdict]] = set()
        kept: list[RowVerdict] = []
        planned_rows = []
        for planned in self.rows:
            totals[planned.verdict] += 1
            if most is None or totals[planned.verdict] <= most:
                kept.append(planned.shown())
            planned_rows.append(
                [planned.reading.row.number, planned.verdict, [part.token_parts() for part in planned.parts]]
            )
            for part in planned.parts:
                verdict = part.verdict if planned.writes else planned.verdict
                if (id(part.slot), verdict) not in seen:
                    seen.add((id(part.slot), verdict))
                    records.setdefault(part.slot.noun, Counter())[verdict] += 1
        token = digest(
            {"checksum": checksum, "likely": self.likely, "conflicts": self.conflicts, "rows": planned_rows}
        )[:16]
        return Preview(
            file,
            checksum,
            token,
            len(self.rows),
            {verdict.value: totals[verdict] for verdict in Verdict},
            {noun: dict(counts) for noun, counts in records.items()},
            tuple(kept),
        )


def _some(rows: Iterable[SourceRow]) -> Iterator[list[SourceRow]]:
    rest = iter(rows)
    while some := list(islice(rest, AT_ONCE)):
        yield some


def _is_likely(slot: Slot) -> bool:
    return bool(slot.twins) or any(_is_likely(link) for link in slot.links.values())
