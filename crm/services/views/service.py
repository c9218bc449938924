"""Views: saved, read, removed; each member of staff has their own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Unpack

from attrs import evolve
from sqlalchemy import select

from crm.errors import N_, Conflict, InvalidInput, NotFound, Problem, Refused, problem
from crm.models import SavedView
from crm.models.base import standing
from crm.reads import views as reports
from crm.reads.kernel.listing import Listing
from crm.reads.views import ViewRow
from crm.refusals import not_found
from crm.rules.access import Right
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.paging import Paging
from crm.rules.kernel.views import arguments_of, as_arguments, as_columns, as_list, as_view_name
from crm.services.kernel.context import Context
from crm.services.kernel.verbs import lists, reads, writes
from crm.services.kernel.writing import Writing
from crm.services.views.lists import require_readable
from crm.values.text import comparison_key


class Views:
    """Filters, order and columns of lists under a name; handed out by :class:`crm.CRM`."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @lists(Right.READ)
    def list(self, method: str | None = None, **paging: Unpack[Paging]) -> Listing[ViewRow]:
        """Return the actor's views, by list and name. One statement.

        Args:
            method: Of one list, such as ``leads.list``.
            **paging: The part that is read.
        """
        with Checks() as check:
            listed = None if method is None else check.take(lambda: as_list(method))
            window = check.window(paging)
        context = self._context
        return reports.views(context.session, context.acting(), method=listed).within(window)

    @reads(Right.READ)
    def get(self, method: str, name: str) -> ViewRow:
        """Return a view of the actor's: ``crm.leads.list(**crm.views.get("leads.list", "周会").arguments)``.

        Words for days, such as 7天前, are days, counted from today.

        Args:
            method: The list, such as ``leads.list``; ``leads.board`` and ``leads.stale`` have its views.
            name: What the view is called, in any spelling.

        Raises:
            NotFound: The actor has no such view of this list.
            Conflict: The list no longer takes a filter of the view, such as a stage removed from the policy
                or a tag without records; all such filters are named.
        """
        with Checks() as check:
            listed = check.take(lambda: as_list(method))
            called = check.take(lambda: as_view_name(name))
        view = self._found(called, listed)
        row = evolve(reports.row_of(view), arguments=arguments_of(view.arguments, self._context.today))
        wrong = self._refused(listed, row.arguments)
        if wrong:
            raise Conflict(*(_unreadable(view.name, flaw) for flaw in wrong))
        return row

    @writes(Right.VIEW_SAVE)
    def save(
        self,
        method: str,
        name: str,
        arguments: Mapping[str, Any],
        *,
        columns: Iterable[str] = (),
        version: int | None = None,
    ) -> SavedView:
        """Save what a list is called with under a name; a view of the actor's that has the name is replaced.

        Args:
            method: The list, such as ``leads.list``.
            name: What the view is called, at most 40 characters.
            arguments: Filters and order, by name: texts, numbers, days, yes or no, lists of texts. A word for a day,
                such as 7天前, is kept and read anew on each day. Arguments for paging are left out.
            columns: The columns that are shown.
            version: The version of the replaced view that the caller saw.

        Raises:
            InvalidInput: No views are saved of the list, or the list refuses the arguments; all of them named.
            StaleRecord: Somebody else changed the view first.
        """
        context = self._context
        with Checks() as check:
            listed = check.take(lambda: as_list(method))
            called = check.take(lambda: as_view_name(name))
            held = check.take(lambda: as_arguments(arguments))
            shown = check.take(lambda: as_columns(columns))
        wrong = self._refused(listed, arguments_of(held, context.today))
        if wrong:
            raise InvalidInput(*wrong)
        view = self._look_up(called, listed)
        with Writing(context, "view.save") as write:
            if view is None:
                view = SavedView(
                    staff_id=context.acting().id, method=listed, name=called, arguments=held, columns=shown
                )
                write.add(view)
            else:
                write.change(view, version=version, name=called, arguments=held, columns=shown)
        return view

    @writes(Right.VIEW_SAVE)
    def remove(self, name: str, *, method: str | None = None) -> SavedView:
        """Remove a view of the actor's.

        Args:
            name: What it is called, in any spelling.
            method: The list, where several have a view of this name.

        Raises:
            NotFound: The actor has no such view.
            Conflict: Several lists have one.
        """
        context = self._context
        with Checks() as check:
            called = check.take(lambda: as_view_name(name))
            listed = None if method is None else check.take(lambda: as_list(method))
        view = self._found(called, listed)
        with Writing(context, "view.remove") as write:
            write.change(view, withdrawn_at=context.now())
        return view

    def _refused(self, method: str, arguments: Mapping[str, Any]) -> tuple[Problem, ...]:
        """Return what a list has against its arguments."""
        try:
            require_readable(self._context, method, arguments)
        except Refused as refusal:
            return refusal.problems
        except TypeError as error:
            return (
                problem(
                    N_("{method} has no such filters: {names}."),
                    N_("See which it has in its help."),
                    field="arguments",
                    code="unknown",
                    method=method,
                    names=_strange(error, arguments),
                ),
            )
        return ()

    def _look_up(self, name: str, method: str) -> SavedView | None:
        actor = self._context.acting()
        return self._context.session.scalar(
            select(SavedView).where(
                SavedView.staff_id == actor.id,
                SavedView.method == method,
                SavedView.key == comparison_key(name),
                standing(SavedView),
            )
        )

    def _found(self, name: str, method: str | None) -> SavedView:
        context = self._context
        mine = select(SavedView).where(
            SavedView.staff_id == context.acting().id, SavedView.key == comparison_key(name), standing(SavedView)
        )
        if method is not None:
            mine = mine.where(SavedView.method == method)
        found = context.session.scalars(mine.order_by(SavedView.id)).all()
        if not found:
            raise NotFound(not_found("view", name, N_("See which you have: crm view list"), "name"))
        if len(found) > 1:
            raise Conflict(
                problem(
                    N_('Several lists have a view "{name}": {lists}.'),
                    N_("Name the list."),
                    field="method",
                    code="several",
                    name=name,
                    lists=", ".join(sorted(view.method for view in found)),
                )
            )
        return found[0]


def _strange(error: TypeError, arguments: Mapping[str, Any]) -> str:
    """Return the names that a call refused."""
    named = re.search(r"arguments?:? '?([\w, ]+)'?$", str(error))
    return ", ".join(arguments) if named is None else named[1]


def _unreadable(name: str, flaw: Problem) -> Problem:
    """Return the problem of a view that a list does not take any more."""
    return problem(
        N_('The view "{name}" cannot be read any more: {why}'),
        N_("Save it again with other filters, or remove it: crm view remove {name}"),
        field=flaw.field,
        code="view",
        name=name,
        why=flaw,
    )
