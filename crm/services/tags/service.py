"""Tags: listed, renamed, merged."""

from __future__ import annotations

from typing import Unpack
from uuid import UUID

from sqlalchemy import ColumnElement, select

from crm.errors import N_, Conflict, InvalidInput, NotFound, problem
from crm.models import Tag
from crm.reads import tags as reports
from crm.reads.kernel.listing import Listing
from crm.reads.tags import TagRow
from crm.refusals import not_found
from crm.rules.access import Right
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.paging import Paging
from crm.rules.tags import TAG, as_tag
from crm.services.kernel.context import Context
from crm.services.kernel.locks import lock_tables
from crm.services.kernel.refs import TagRef
from crm.services.kernel.verbs import lists, writes
from crm.services.kernel.writing import Writing
from crm.values.text import REASON, comparison_key


class Tags:
    """Words that leads and investors are tagged with; handed out by :class:`crm.CRM`."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @lists(Right.READ)
    def list(self, text: str | None = None, **paging: Unpack[Paging]) -> Listing[TagRow]:
        """Return tags by name, with how many records have each. One statement.

        A tag that is on leads alone that the actor may not see is not listed; those who may see every lead also
        get unused and merged ones.

        Args:
            text: A part of the name.
            **paging: The part that is read.
        """
        with Checks() as check:
            part = check.text(text, "text", TAG, required=False)
            window = check.window(paging)
        context = self._context
        return reports.tags(context.session, context.actor, part=None if part is None else comparison_key(part)).within(
            window
        )

    @writes(Right.TAG_WRITE)
    def rename(self, ref: TagRef, name: str, *, version: int | None = None) -> Tag:
        """Rename a tag; its records keep it.

        Args:
            ref: The tag, by record, id, uid or name.
            name: The new spelling.
            version: The version the caller saw.

        Raises:
            InvalidInput: The new name is no tag.
            NotFound: There is no such tag.
            Conflict: Another tag has this name; or it was merged into another.
            StaleRecord: Somebody else changed it first.
        """
        context = self._context
        with Checks() as check:
            text = check.take(lambda: as_tag(name, "name"))
            tag = check.take(lambda: self._tag(ref, "tag"))
        self._ensure_unmerged(tag)
        other = context.session.scalar(select(Tag).where(Tag.key == comparison_key(text), Tag.id != tag.id))
        if other is not None:
            raise Conflict(
                problem(
                    N_('There is a tag "{other}".'),
                    N_("Merge the two: crm tag merge {tag} {other}"),
                    field="name",
                    code="taken",
                    tag=tag.name,
                    other=other.name,
                )
            )
        with Writing(context, "tag.rename") as write:
            write.change(tag, version=version, name=text)
        return tag

    @writes(Right.TAG_WRITE)
    def merge(self, ref: TagRef, into: TagRef, *, reason: str | None = None) -> Tag:
        """Merge a tag into another: its records get the other tag, also those tagged with it later.

        Args:
            ref: The tag that goes, by record, id, uid or name.
            into: The tag that stays.
            reason: Why.

        Returns:
            The tag that stays.

        Raises:
            InvalidInput: Both are the same.
            NotFound: There is no such tag.
            Conflict: One of them was merged into another before.
            StaleRecord: Somebody else changed one of them first.
        """
        context = self._context
        lock_tables(context.session, Tag)
        with Checks() as check:
            tag = check.take(lambda: self._tag(ref, "tag"))
            stays = check.take(lambda: self._tag(into, "into"))
            why = check.text(reason, "reason", REASON, required=False)
        if tag is stays:
            raise InvalidInput(
                problem(
                    N_('"{tag}" cannot be merged into itself.'),
                    N_("Name another tag."),
                    field="into",
                    code="same",
                    tag=tag.name,
                )
            )
        self._ensure_unmerged(tag, stays)
        followed = context.session.scalars(select(Tag).where(Tag.into_id == tag.id).order_by(Tag.id)).all()
        with Writing(context, "tag.merge", why, whole=True) as write:
            write.change_all((gone, {"into_id": stays.id}) for gone in (tag, *followed))
        return stays

    @writes(Right.TAG_WRITE)
    def split(self, ref: TagRef, *, reason: str | None = None) -> Tag:
        """Undo the merge of a tag: its former records have it again.

        Args:
            ref: The tag that was merged, by record, id, uid or name.
            reason: Why.

        Raises:
            NotFound: There is no such tag.
            Conflict: It was not merged.
            StaleRecord: Somebody else changed it first.
        """
        context = self._context
        with Checks() as check:
            tag = check.take(lambda: self._tag(ref, "tag"))
            why = check.text(reason, "reason", REASON, required=False)
        if tag.into_id is None:
            raise Conflict(
                problem(
                    N_('"{tag}" was not merged into another tag.'),
                    N_("See which were: crm tag list"),
                    field="tag",
                    code="not_merged",
                    tag=tag.name,
                )
            )
        with Writing(context, "tag.split", why) as write:
            write.change(tag, into_id=None)
        return tag

    def _tag(self, ref: object, field: str) -> Tag:
        """Return a tag. A text is always a name: a tag may be called 2024."""
        session, found = self._context.session, None
        by: ColumnElement[bool] | None = None
        if isinstance(ref, Tag):
            found = ref
        elif isinstance(ref, UUID):
            by = Tag.uid == ref
        elif isinstance(ref, int) and not isinstance(ref, bool) and 0 < ref < 2**63:
            by = Tag.id == ref
        elif isinstance(ref, str):
            by = Tag.key == comparison_key(as_tag(ref, field))
        if by is not None:
            found = session.scalar(select(Tag).where(by))
        if found is None:
            shown = str(ref)[:60]
            raise NotFound(not_found("tag", shown, N_("See which tags there are: crm tag list"), field))
        return found

    def _ensure_unmerged(self, *tags: Tag) -> None:
        """Refuse a tag that was merged into another.

        Raises:
            Conflict: It was merged.
        """
        merged = [tag for tag in tags if tag.into_id is not None]
        if merged:
            session = self._context.session
            raise Conflict(
                *(
                    problem(
                        N_('"{tag}" was merged into "{into}".'),
                        N_("Name that one, or undo the merge first: crm tag split {tag}"),
                        field="tag",
                        code="merged",
                        tag=tag.name,
                        into=session.get_one(Tag, tag.into_id).name,
                    )
                    for tag in merged
                )
            )
