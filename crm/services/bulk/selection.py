"""The leads that a bulk verb is about: named, or found by filters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from sqlalchemy import select

from crm.errors import N_, InvalidInput, NotFound, problem
from crm.models import Lead
from crm.reads.kernel.visibility import visible
from crm.refusals import not_one_of
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.fields import declared
from crm.rules.leads.filters import LeadFilters
from crm.services.kernel.context import Context
from crm.services.kernel.finding import LISTED, missing
from crm.services.kernel.locks import lock_rows
from crm.services.kernel.refs import LeadRef
from crm.services.leads.arguments import NarrowsLeads
from crm.services.leads.base import FindsLeads
from crm.values.numbers import number_of

T = TypeVar("T")
#: The maximum number of leads in one call.
MOST = 5000
#: The number of leads read and written by one statement.
AT_ONCE = 500
#: The largest number that a database can hold.
MOST_ID = 2**63 - 1
#: Leads by reference, or the filters that find them.
Selection = Iterable[LeadRef] | LeadFilters


class SelectsLeads(NarrowsLeads, FindsLeads):
    """Finds the leads of a selection."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def _chosen(self, selection: Selection, *, lock: bool) -> Sequence[Lead]:
        """Return the selected leads, each once; locked in the order of their numbers, if they are to be changed.

        Raises:
            InvalidInput: No leads, too many, or what finds none.
        """
        context = self._context
        if isinstance(selection, Mapping):
            known = declared(LeadFilters)
            if strange := [str(key)[:60] for key in selection if key not in known]:
                raise InvalidInput(*(not_one_of(key, sorted(known), "leads") for key in strange[:LISTED]))
            with Checks() as check:
                where = [visible(context.actor), *self._narrowed(check, selection)]
            found = context.session.scalars(select(Lead).where(*where).order_by(Lead.id).limit(MOST + 1)).all()
            ensure_some(len(found))
        else:
            with Checks() as check:
                numbers = self._numbers(check, selection)
            ensure_some(len(numbers))
            found = self._by_number(numbers)
        if lock:
            lock_rows(context.session, Lead, [lead.id for lead in found], anew=False)
        return found

    def _numbers(self, check: Checks, selection: object) -> list[int]:
        """Return the numbers of leads that are named; those named otherwise are looked up one by one."""
        numbers: dict[int, None] = {}
        for item in check.items(selection, "leads"):
            number = number_of("lead", item) if isinstance(item, str) else item
            if isinstance(item, Lead):
                number = item.id
            if not isinstance(number, int) or isinstance(number, bool):
                lead = check.take(lambda item=item: self._leads.get(item), "leads")  # type: ignore[misc]
                number = None if lead is None else lead.id
            if number is not None:
                numbers[number] = None
        return [*numbers]

    def _by_number(self, numbers: Sequence[int]) -> Sequence[Lead]:
        found: dict[int, Lead] = {}
        for some in in_parts(numbers):
            possible = [number for number in some if 0 < number <= MOST_ID]
            rows = self._context.session.scalars(select(Lead).where(Lead.id.in_(possible)))
            found |= {lead.id: lead for lead in rows}
        absent = [number for number in numbers if number not in found]
        if absent:
            raise NotFound(*(missing("lead", str(number)).problems[0] for number in absent[:LISTED]))
        return [found[number] for number in numbers]


def ensure_some(count: int) -> None:
    """Refuse a selection without leads, and one with too many.

    Raises:
        InvalidInput: It is one of these.
    """
    if 0 < count <= MOST:
        return
    raise InvalidInput(
        problem(
            N_("More than {most} leads are selected.") if count else N_("No lead is selected."),
            N_("Narrow the selection, and do it in parts.")
            if count
            else N_("Name leads, or filters that find some: crm lead list"),
            field="leads",
            code="selection",
            most=MOST,
        )
    )


def in_parts(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield items in parts that one statement takes."""
    return (items[first : first + AT_ONCE] for first in range(0, len(items), AT_ONCE))
