"""Tags as rows, the tags of records, and the records of tags."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

from attrs import frozen
from sqlalchemy import ColumnElement, Select, case, func, literal, null, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from crm.models import Investor, Lead, Tag, Tagging
from crm.models.base import standing
from crm.reads.kernel.listing import Key, Listing, Selected
from crm.reads.kernel.visibility import sees_all, visible
from crm.rules.access import Actor

if TYPE_CHECKING:
    from sqlalchemy import ScalarSelect

_SEPARATOR = "\x1f"
#: The number of the tag that a tag stands for: itself, or the one it was merged into.
MEANT: ColumnElement[int] = func.coalesce(Tag.into_id, Tag.id)
_Link = InstrumentedAttribute[int | None]


@frozen(kw_only=True)
class TagRow:
    """A tag.

    Attributes:
        leads: How many leads have it that the reader may see.
        investors: How many investors have it that are not archived.
        merged: The tags that were merged into it; told to those who see every lead.
    """

    id: int
    name: str
    leads: int
    investors: int
    merged: tuple[str, ...]
    version: int


def tags_of(link: _Link, number: InstrumentedAttribute[int]) -> ScalarSelect[str]:
    """Select the tags of a record as one text: :func:`as_read`.

    Args:
        link: The column of Tagging that names the record.
        number: The number of the record, of the statement around it.
    """
    own, meant = aliased(Tag), aliased(Tag)
    return (
        select(func.aggregate_strings(meant.name, _SEPARATOR))
        .select_from(Tagging)
        .join(own, own.id == Tagging.tag_id)
        .join(meant, meant.id == func.coalesce(own.into_id, own.id))
        .where(link == number, standing(Tagging))
        .correlate(number.class_)
        .scalar_subquery()
    )


def as_read(text: str | None) -> tuple[str, ...]:
    """Return the tags of a record, each once, in order."""
    return tuple(sorted(set(text.split(_SEPARATOR)))) if text else ()


def tagged(link: _Link, number: InstrumentedAttribute[int], tags: Iterable[int]) -> list[ColumnElement[bool]]:
    """Return the conditions that a record has all of the tags, by their numbers."""
    return [
        number.in_(
            select(link)
            .join(Tag, Tag.id == Tagging.tag_id)
            .where(or_(Tag.id == tag, Tag.into_id == tag), link.is_not(None), standing(Tagging))
        )
        for tag in tags
    ]


def held_by(session: Session, link: _Link, records: Collection[int]) -> dict[int, list[tuple[Tagging, int, str]]]:
    """Return the tags of records: by record the row, the number that it means, and the name of that. One statement."""
    meant = aliased(Tag)
    rows = session.execute(
        select(link, Tagging, meant.id, meant.name)
        .join(Tag, Tag.id == Tagging.tag_id)
        .join(meant, meant.id == MEANT)
        .where(link.in_(records), standing(Tagging))
        .order_by(Tagging.id)
    )
    found: dict[int, list[tuple[Tagging, int, str]]] = {}
    for record, tagging, tag, name in rows:
        found.setdefault(record or 0, []).append((tagging, tag, name))
    return found


def known(session: Session, actor: Actor | None, keys: Collection[str]) -> dict[str, int]:
    """Return the numbers of tags by key, of those that the actor finds on a record. One statement, none without keys.

    A tag on hidden leads alone is not found.
    """
    if not keys:
        return {}
    statement = select(Tag.key, MEANT).where(Tag.key.in_(keys))
    if not sees_all(actor):
        uses = _uses(actor).subquery()
        shown = select(uses.c.tag).where(uses.c.leads + uses.c.investors > 0)
        statement = statement.where(MEANT.in_(shown))
    return {key: number for key, number in session.execute(statement)}  # noqa: C416 - a row is no pair to mypy


def _uses(actor: Actor | None) -> Select[int, int, int]:
    """Select how many leads and investors that the actor may see have each tag."""
    seen = case((visible(actor), Tagging.lead_id), else_=null())
    present = case((Investor.archived_at.is_(None), Tagging.investor_id), else_=null())
    return (
        select(
            MEANT.label("tag"),
            func.count(seen.distinct()).label("leads"),
            func.count(present.distinct()).label("investors"),
        )
        .select_from(Tagging)
        .join(Tag, Tag.id == Tagging.tag_id)
        .outerjoin(Lead, Lead.id == Tagging.lead_id)
        .outerjoin(Investor, Investor.id == Tagging.investor_id)
        .where(standing(Tagging))
        .group_by(MEANT)
    )


def tags(session: Session, actor: Actor | None, *, part: str | None = None) -> Listing[TagRow]:
    """Return tags by name, with how many records have each. One statement.

    Args:
        session: The session.
        actor: For whom: a tag that is on hidden leads alone is left out.
        part: Those whose key contains this.
    """
    uses, other = _uses(actor).subquery(), aliased(Tag)
    words = (
        select(func.aggregate_strings(other.name, _SEPARATOR))
        .where(other.into_id == Tag.id)
        .correlate(Tag)
        .scalar_subquery()
    )
    leads, investors = (func.coalesce(column, 0) for column in (uses.c.leads, uses.c.investors))
    statement: Select[*tuple[Any, ...]] = (
        select(
            Tag.id,
            Tag.name,
            leads.label("leads"),
            investors.label("investors"),
            (words if sees_all(actor) else literal(None)).label("merged"),
            Tag.version,
        )
        .outerjoin(uses, uses.c.tag == Tag.id)
        .where(Tag.into_id.is_(None))
    )
    if part is not None:
        statement = statement.where(Tag.key.contains(part, autoescape=True))
    if not sees_all(actor):
        statement = statement.where(leads + investors > 0)
    return Selected(
        session=session,
        statement=statement,
        make=lambda rows: (
            TagRow(
                id=row.id,
                name=row.name,
                leads=row.leads,
                investors=row.investors,
                merged=as_read(row.merged),
                version=row.version,
            )
            for row in rows
        ),
        keys=(Key(Tag.name, "name"), Key(Tag.id, "id")),
    )
