"""Tags put on a record and taken off it, in one act."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

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


def tag_record(context: Context, record: R, add: object, remove: object, version: int | None) -> R:
    """Put tags on a record, and take others off it. A tag that it has already is left as it is.

    Raises:
        InvalidInput: Nothing is given, words that are no tags, too many, one that the record does not have to take off.
        Archived: The record is archived.
        StaleRecord: Somebody else changed it first.
    """
    if isinstance(record, Investor):
        ensure_open(record)
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
    link = _link(record)
    numbers = numbers_of(context, [*adding, *removing])
    held = held_by(context.session, link, [record.id]).get(record.id, [])
    having = {number for _, number, _ in held}
    with Checks() as check:
        for key, text in removing.items():
            if numbers.get(key) not in having:
                check.wrong(
                    N_('It does not have the tag "{tag}"; it has: {tags}.') if held else N_("It has no tag."),
                    N_("Name one of those.") if held else N_("There is none to take off; put one on by its name."),
                    field="remove",
                    code="not_found",
                    tag=text,
                    tags=", ".join(sorted({name for _, _, name in held})) or "–",
                )
        off = [tagging for tagging, number, _ in held if number in {numbers.get(key) for key in removing}]
        # Several of the words may mean one tag, since a merge.
        old = {numbers[key] for key in adding if key in numbers} - having
        new = [text for key, text in adding.items() if key not in numbers]
        count = len(having - {numbers.get(key) for key in removing}) + len(old) + len(new)
        if count > MOST and (old or new):
            check.add(too_many(count))
    if not (off or old or new):
        return record
    now, verb = context.now(), f"{record_name(type(record))}.tag"
    with Writing(context, verb, whole=True) as write:
        parts: list[tuple[Tagging, Mapping[str, Any]]] = [(tagging, {"withdrawn_at": now}) for tagging in off]
        write.change(record, version=version, even_unchanged=True, parts=parts)
        words = [Tag(name=text) for text in new]
        write.add(*words)
        if words:
            write.flush()
        whose = {link.key: record.id}
        write.add(*(Tagging(tag_id=number, **whose) for number in [*sorted(old), *(word.id for word in words)]))
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
