"""Tags added to a record and removed from it, in one change."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Generic, TypeVar

from attrs import frozen
from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from crm.errors import N_
from crm.models import Investor, Lead, Tag, Tagging
from crm.models.audited import record_name
from crm.reads.tags import MEANT, held_by, known
from crm.refusals import nothing_changes
from crm.rules.kernel.checks import Checks
from crm.rules.tags import MOST, as_tags, by_key, too_many
from crm.services.kernel.context import Context
from crm.services.kernel.writing import Writing, ensure_open

R = TypeVar("R", bound=Lead | Investor)


@frozen
class Retagging:
    """Tags to be put on records and taken off them.

    Attributes:
        add: The words to put on, by what their spellings are compared by.
        remove: The words to take off, likewise.
        numbers: The numbers of those that are tags.
    """

    add: Mapping[str, str]
    remove: Mapping[str, str]
    numbers: Mapping[str, int]


@frozen
class Retagged(Generic[R]):
    """What a record gets and loses.

    Attributes:
        record: The record.
        off: What is taken off.
        old: The numbers of tags that it gets.
        new: Words that it gets and that are no tags yet.
    """

    record: R
    off: Sequence[Tagging]
    old: Collection[int]
    new: Sequence[str]

    def __bool__(self) -> bool:
        """Say whether anything changes."""
        return bool(self.off or self.old or self.new)


def read_retagging(context: Context, add: object, remove: object) -> Retagging:
    """Return the tags that are to be put on and taken off. One statement.

    Raises:
        InvalidInput: Nothing is given, words that are no tags, one that is put on and taken off at once.
    """
    with Checks() as check:
        adding = by_key(check.take(lambda: as_tags(add, "tags")) or ())
        removing = by_key(check.take(lambda: as_tags(remove, "remove")) or ())
        if not (check.refusals or adding or removing):
            check.add(nothing_changes(N_("Name tags to put on, or to take off: --remove TAG")))
        for key in adding.keys() & removing.keys():
            check.wrong(
                N_('"{tag}" cannot be put on and taken off at once.'),
                N_("Name it once."),
                field="remove",
                code="both",
                tag=adding[key],
            )
    return Retagging(adding, removing, numbers_of(context, [*adding, *removing]))


def held_by_records(context: Context, records: Sequence[R]) -> dict[int, list[tuple[Tagging, int, str]]]:
    """Return the tags of records of one model by their numbers. One statement."""
    return held_by(context.session, _link(records[0]), [record.id for record in records]) if records else {}


def retagged(record: R, tags: Retagging, held: Sequence[tuple[Tagging, int, str]]) -> Retagged[R]:
    """Return what a record gets and loses.

    Args:
        record: The record.
        tags: What is put on and taken off.
        held: What it has.

    Raises:
        InvalidInput: It would have too many, or does not have one that is to be taken off.
    """
    numbers, having = tags.numbers, {number for _, number, _ in held}
    leaving = {numbers.get(key) for key in tags.remove}
    with Checks() as check:
        for key, text in tags.remove.items():
            if numbers.get(key) not in having:
                check.wrong(
                    N_('It does not have the tag "{tag}"; it has: {tags}.') if held else N_("It has no tag."),
                    N_("Name one of those.") if held else N_("There is no tag to remove; name one to add."),
                    field="remove",
                    code="not_found",
                    tag=text,
                    tags=", ".join(sorted({name for _, _, name in held})) or "–",
                )
        # Several of the words may mean one tag, since a merge.
        old = {numbers[key] for key in tags.add if key in numbers} - having
        new = [text for key, text in tags.add.items() if key not in numbers]
        count = len(having - leaving) + len(old) + len(new)
        if count > MOST and (old or new):
            check.add(too_many(count))
    return Retagged(record, [tagging for tagging, number, _ in held if number in leaving], old, new)


def write_tags(context: Context, changed: Sequence[Retagged[R]], version: int | None = None) -> None:
    """Write what records of one model get and lose, as one act. A fixed number of statements.

    Raises:
        StaleRecord: Somebody else changed one of them first.
    """
    if not changed:
        return
    now, verb = context.now(), f"{record_name(type(changed[0].record))}.tag"
    parts = [(tagging, {"withdrawn_at": now}) for one in changed for tagging in one.off]
    with Writing(context, verb, whole=True) as write:
        if len(changed) == 1:
            write.change(changed[0].record, version=version, even_unchanged=True, parts=parts)
        else:
            write.change_all([(one.record, {}) for one in changed], even_unchanged=True)
            write.change_parts(parts)
        words = {key: Tag(name=text) for key, text in by_key(text for one in changed for text in one.new).items()}
        write.add(*words.values())
        if words:
            write.flush()
        for one in changed:
            whose = {_link(one.record).key: one.record.id}
            numbers = [*sorted(one.old), *(words[key].id for key in by_key(one.new))]
            write.add(*(Tagging(tag_id=number, **whose) for number in numbers))


def tag_record(context: Context, record: R, add: object, remove: object, version: int | None) -> R:
    """Put tags on a record, and take others off it. A tag that it has already is left as it is.

    Raises:
        InvalidInput: Nothing is given, words that are no tags, too many, one that the record does not have to take off.
        Archived: The record is archived.
        StaleRecord: Somebody else changed it first.
    """
    if isinstance(record, Investor):
        ensure_open(record)
    tags = read_retagging(context, add, remove)
    change = retagged(record, tags, held_by_records(context, [record]).get(record.id, []))
    if change:
        write_tags(context, [change], version)
    return record


def put_on(context: Context, write: Writing, wanted: Sequence[tuple[Lead | Investor, Iterable[str]]]) -> None:
    """Put tags on records that have none of them yet, and that were flushed; a word that is new becomes a tag.

    One statement, and those that insert; none without tags.
    """
    texts = by_key(text for _, words in wanted for text in words)
    if not texts:
        return
    numbers = numbers_of(context, texts)
    new = {key: Tag(name=text) for key, text in texts.items() if key not in numbers}
    if new:
        write.add(*new.values())
        write.flush()
    numbers |= {key: tag.id for key, tag in new.items()}
    for record, words in wanted:
        whose = {_link(record).key: record.id}
        # Several of the words may mean one tag, since a merge.
        for number in sorted({numbers[key] for key in by_key(words)}):
            write.add(Tagging(tag_id=number, **whose))


def known_tags(context: Context, check: Checks, tags: Iterable[str]) -> Sequence[int]:
    """Return the numbers of tags, and note those that the actor finds on no record. One statement."""
    words = by_key(tags)
    found = known(context.session, context.actor, words.keys())
    for key, text in words.items():
        if key not in found:
            check.wrong(
                N_('Nothing has the tag "{tag}".'),
                N_("See which tags there are: crm tag list"),
                field="tag",
                code="not_found",
                tag=text,
            )
    return sorted(set(found.values()))


def _link(record: Lead | Investor) -> InstrumentedAttribute[int | None]:
    return Tagging.lead_id if isinstance(record, Lead) else Tagging.investor_id


def numbers_of(context: Context, keys: Iterable[str]) -> dict[str, int]:
    """Return the numbers of tags by key; of a merged one, that of the tag it was merged into. One statement."""
    found = context.session.execute(select(Tag.key, MEANT).where(Tag.key.in_(list(keys))))
    return {key: number for key, number in found}  # noqa: C416 - a row is no pair to mypy
