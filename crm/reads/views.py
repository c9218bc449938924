"""Views as rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.models import SavedView
from crm.models.base import standing
from crm.reads.kernel.listing import Key, Listing, Selected
from crm.rules.access import Actor
from crm.rules.kernel.views import arguments_of


@frozen(kw_only=True)
class ViewRow:
    """A view.

    Attributes:
        method: The list, such as ``leads.list``.
        name: What it is called.
        arguments: What the list is called with; days as they were written.
        columns: The columns that are shown; none: those of the list.
    """

    id: int
    method: str
    name: str
    arguments: Mapping[str, Any]
    columns: tuple[str, ...]
    version: int


def row_of(view: SavedView) -> ViewRow:
    """Return a view as a row."""
    return ViewRow(
        id=view.id,
        method=view.method,
        name=view.name,
        arguments=arguments_of(view.arguments),
        columns=tuple(view.columns.split(", ")) if view.columns else (),
        version=view.version,
    )


def views(session: Session, actor: Actor, *, method: str | None = None) -> Listing[ViewRow]:
    """Return the views of the actor by list and name. One statement.

    Args:
        session: The session.
        actor: Whose.
        method: Of one list.
    """
    statement = select(SavedView).where(SavedView.staff_id == actor.id, standing(SavedView))
    if method is not None:
        statement = statement.where(SavedView.method == method)
    return Selected(
        session=session,
        statement=statement,
        make=lambda rows: (row_of(view) for (view,) in rows),
        keys=(Key(SavedView.method, "method"), Key(SavedView.name, "name"), Key(SavedView.id, "id")),
    )
