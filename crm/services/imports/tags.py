"""The tags that the rows of a file put on investors and leads."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from attrs import define, field

from crm.models import Tagging
from crm.reads.tags import held_by
from crm.rules.access import Right
from crm.rules.imports.verdicts import Verdict
from crm.rules.tags import MOST, by_key, too_many
from crm.services.imports.reading import Reading
from crm.services.imports.slots import Part, Slot
from crm.services.kernel.context import Context
from crm.services.kernel.writing import Writing
from crm.services.tags.tagging import numbers_of, put_on

#: The nouns that have tags, with the column that names a record of theirs.
_TAGGED = {"investor": Tagging.investor_id, "lead": Tagging.lead_id}


@define(eq=False)
class RowTags:
    """The tags of a file.

    Args:
        context: Session, actor and clock.
    """

    context: Context
    _numbers: dict[str, int] = field(factory=dict)
    _held: dict[tuple[str, int], set[int]] = field(factory=dict)

    def look_up(self, readings: Sequence[Reading], known: Iterable[Slot]) -> None:
        """Read which tags there are, and those of the records. Three statements; none for rows without tags."""
        wanted_tags = {noun: {key for reading in readings for key in by_key(_words(reading, noun))} for noun in _TAGGED}
        keys = set().union(*wanted_tags.values()) - self._numbers.keys()
        if keys:
            self._numbers |= numbers_of(self.context, keys)
        for noun, link in _TAGGED.items():
            records = {slot.record.id for slot in known if slot.noun == noun and slot.record is not None}
            wanted: Collection[int] = {number for number in records if (noun, number) not in self._held}
            if wanted_tags[noun] and wanted:
                held = held_by(self.context.session, link, wanted)
                self._held |= {(noun, one): {tag for _, tag, _ in held.get(one, ())} for one in wanted}

    def add(self, reading: Reading, part: Part) -> None:
        """Let a row put its tags on a record that has them not."""
        slot, path = part.slot, f"{part.slot.noun}.tags"
        words = by_key(_words(reading, slot.noun))
        if not words:
            return
        held = set() if slot.record is None else self._held.get((slot.noun, slot.record.id), set())
        taken = by_key(slot.extra.get("tags", ()))
        fresh = [text for key, text in words.items() if key not in taken and self._numbers.get(key) not in held]
        if not fresh:
            return
        if (count := len(held) + len(taken) + len(fresh)) > MOST:
            reading.wrong(path, too_many(count))
        if slot.record is not None:
            context, record = self.context, slot.record
            if slot.noun == "lead":
                reading.take(path, lambda: context.require_on(Right.LEAD_EDIT, record))
            else:
                reading.take(path, lambda: context.require(Right.INVESTOR_WRITE))
            if part.verdict is Verdict.SAME:
                part.verdict = Verdict.CHANGES
        part.further["tags"] = fresh


def record_tags(context: Context, write: Writing, slots: Iterable[Slot]) -> None:
    """Put the tags of rows on the records that were made, and on those that were found."""
    tagged: list[tuple[Any, Sequence[str]]] = [
        (slot.record, words) for slot in slots if (words := slot.extra.get("tags"))
    ]
    put_on(context, write, tagged)


def _words(reading: Reading, noun: str) -> Sequence[str]:
    words: Sequence[str] = reading.by_path.get(f"{noun}.tags", ())
    return words
