"""What both ledgers share: finding entries, reading arguments, checking who may sign."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, literal, select

from crm.errors import N_, AccessDenied, Conflict, Problem, problem
from crm.models import CapitalArrival, ContractAmount, EntryState, Evidence, Lead
from crm.models.base import record_name
from crm.reads.kernel.undone import carried_over
from crm.reads.ledgers.filters import conditions
from crm.refusals import SUBMITTED, own_figure
from crm.rules.access import Actor, Right
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.fields import counted, declared, given
from crm.rules.ledgers.entries import EntryAbout
from crm.rules.ledgers.filters import EntryFilters, EntrySelection
from crm.services.industries import known_industry
from crm.services.investors.base import FindsInvestors
from crm.services.kernel.context import Context
from crm.services.kernel.finding import find
from crm.services.kernel.hands import ensure_another_hand
from crm.services.kernel.locks import lock_rows
from crm.services.kernel.papers import standing_paper
from crm.services.kernel.refs import EvidenceRef, LeadRef
from crm.services.kernel.verbs import reads
from crm.services.leads.base import FindsLeads, ensure_shown
from crm.services.ledgers.repeated import Entry, ensure_not_recorded
from crm.services.places.loading import LoadsPlaces
from crm.values.identifiers import as_country
from crm.values.money import Money
from crm.values.text import as_choice, reference_key

if TYPE_CHECKING:
    from crm.services.ledgers.rates import Rates

E = TypeVar("E", CapitalArrival, ContractAmount)

#: The currencies of a value.
VALUED = ("USD", "CNY")


class LedgerBase(FindsLeads, FindsInvestors, LoadsPlaces, Generic[E]):
    """Finds entries of one ledger, and refuses conflicting signatures."""

    #: The table.
    MODEL: ClassVar[Any]
    #: The command, and the first word of the verbs.
    NOUN: ClassVar[str]
    #: The name of an entry in errors.
    WHAT: ClassVar[str]
    #: The argument for the day of an entry.
    DAY: ClassVar[str]
    #: The fields of an entry that is recorded.
    FIELDS: ClassVar[type]
    #: The fields that come from the document if they are not given, with their names there.
    FROM_PAPER: ClassVar[Mapping[str, str]] = {"reference": "reference"}
    #: Why nothing is recorded for a lead that is lost or abandoned.
    CLOSED: ClassVar[str]

    def __init__(self, context: Context) -> None:
        self._context = context

    @cached_property
    def _rates(self) -> Rates:
        from crm.services.ledgers.rates import Rates

        return Rates(self._context)

    @reads(Right.READ)
    def get(self, ref: E | int | UUID | str) -> E:
        """Return the entry of this id or uid.

        Args:
            ref: The entry: its id or uid.

        Raises:
            NotFound: There is none, or it belongs to a confidential lead that is not the actor's.
        """
        entry: E = find(self._context.session, self.MODEL, ref, what=self.WHAT)
        ensure_shown(self._context, entry.lead_id, self.WHAT, ref)
        return entry

    def _day(self, entry: E) -> date:
        found: date = getattr(entry, entry.DAY)
        return found

    def _read(
        self, check: Checks, arguments: Mapping[str, object], amount: Callable[[object], object] | None = None
    ) -> dict[str, object]:
        """Return the given fields of a new entry, by column; the document is known."""
        return check.fields(
            self.FIELDS,
            arguments,
            today=self._context.today,
            amount=amount,
            evidence=lambda paper: paper,
            industry=lambda text: known_industry(self._context, text),
        )

    def _paper(self, check: Checks, lead: Lead, arguments: Mapping[str, Any]) -> Evidence | None:
        """Return the supporting document of an entry."""
        return self._evidence(check, lead, arguments.get("evidence"))

    def _evidence(self, check: Checks, lead: Lead, ref: EvidenceRef | None) -> Evidence | None:
        """Return a document of the lead; those of other leads are not found."""
        if ref is None:
            return None
        paper: Evidence | None = check.take(lambda: standing_paper(self._context, ref), "evidence")
        if paper is not None and paper.lead_id != lead.id:
            check.wrong(
                N_('Lead {id} has no document "{text}".'),
                N_("Put it on record first: crm lead evidence LEAD …"),
                field="evidence",
                code="evidence",
                id=lead.id,
                text=str(getattr(ref, "id", ref))[:60],
            )
            return None
        return paper

    def _content(self, values: Mapping[str, object], lead: Lead, paper: Evidence | None) -> dict[str, object]:
        """Return the content that identifies a repeated call.

        It has only given arguments, because the lead may have changed; in the first version by their names.
        """
        names = {field.key: name for name, field in declared(EntryAbout).items()}
        content = {names.get(column, column): value for column, value in counted(self.FIELDS, values).items()}
        return content | {"lead": str(lead.uid)} | ({} if paper is None else {"evidence": str(paper.uid)})

    def _lock(self, entry: E) -> None:
        """Lock the row of an entry, to serialise signing and reversing."""
        lock_rows(self._context.session, self.MODEL, [entry.id], anew=False)

    def _original(self, entry: E) -> E | None:
        """Return the entry that another reverses, read again because another session may have signed it."""
        if entry.reverses_id is None:
            return None
        found: E = self._context.session.get_one(self.MODEL, entry.reverses_id, populate_existing=True)
        return found

    def _is_reversed(self, entry: E) -> bool:
        statement: Select[int] = select(self.MODEL.id).where(self.MODEL.reverses_id == entry.id)
        return self._context.session.scalar(statement) is not None

    def _ensure_other(self, entry: E, original: E | None, actor: Actor) -> None:
        """Refuse a signature by the submitter of the entry or of the entry it reverses."""
        if entry.submitted_by_id == actor.id:
            raise AccessDenied(own_figure(SUBMITTED, actor.username, N_("Ask another verifier.")))
        if original is not None and original.submitted_by_id == actor.id:
            raise AccessDenied(
                own_figure(
                    N_("{actor} submitted the reversed entry; the submitter of a figure cannot sign it."),
                    actor.username,
                    N_("Ask another verifier."),
                )
            )

    def _ensure_another_hand(self, entry: E, original: E | None) -> None:
        """Refuse a second signature of one person under an entry, or one by the submitter of the reversed entry."""
        again = N_("Reverse it and record it again: crm {noun} reverse {id}")
        record = record_name(entry.__tablename__)
        ensure_another_hand(self._context, record, entry.id, again, noun=self.NOUN)
        if original is not None:
            ensure_another_hand(self._context, record, original.id, again, submitted=True, noun=self.NOUN)

    def _ensure_counting(self, entry: E) -> None:
        """Refuse to confirm an entry of a lead that was carried over and is in no figure yet. One statement.

        Raises:
            Conflict: It is.
        """
        if self._context.session.scalar(select(carried_over(literal(entry.lead_id)))):
            raise Conflict(
                problem(
                    N_("Lead {lead} was carried over and is in no figure yet; its entries cannot be confirmed."),
                    N_("Settle it first: crm lead settle {lead}"),
                    code="carried_over",
                    lead=entry.lead_id,
                )
            )

    def _ensure_standing(self, entry: E, original: E | None, step: EntryState) -> None:
        """Refuse to sign a reversed entry, or a reversal of one that never reached *step*."""
        again = N_("Record the right figure: crm {noun} record")
        if original is None and self._is_reversed(entry):
            raise Conflict(problem(N_("Entry {id} is reversed."), again, code="reversed", id=entry.id, noun=self.NOUN))
        if original is None:
            return
        if original.state is EntryState.REPORTED:
            raise Conflict(
                problem(
                    N_(
                        "Entry {id} was reversed before it was verified; neither counts, and there is "
                        "nothing to verify."
                    ),
                    again,
                    code="reversed",
                    id=original.id,
                    noun=self.NOUN,
                )
            )
        if step is EntryState.CONFIRMED and original.state is not EntryState.CONFIRMED:
            raise Conflict(
                problem(
                    N_(
                        "Entry {id} was reversed before it was confirmed; neither counts, and there is "
                        "nothing to confirm."
                    ),
                    again,
                    code="reversed",
                    id=original.id,
                    noun=self.NOUN,
                )
            )

    def _missing_industry(self, lead: Lead) -> Problem:
        return problem(
            N_("The entry and lead {id} have no industry (GB/T 4754)."),
            N_("Add it: crm lead edit {id} --industry C36"),
            field="industry",
            code="missing",
            id=lead.id,
        )

    def _ensure_new(self, lead: Lead, values: Mapping[str, Any], apart: str | None, instead: E | None = None) -> None:
        """Refuse an entry that is recorded already, or may be; *instead* is one that it replaces."""
        money = Money(values["amount_minor"], values["currency"])
        number = 0 if instead is None else instead.id
        entry = Entry(number, lead.id, values["reference"], money, values[self.MODEL.DAY])
        # For a document that does not change, *distinct* was given when the entry was recorded.
        same = instead is not None and instead.reference_key == reference_key(entry.reference)
        ensure_not_recorded(
            self._context,
            self.MODEL,
            self.NOUN,
            entry,
            asked=lambda known: apart is None and not same and self._asks(known, entry),
        )

    def _asks(self, known: Entry, new: Entry) -> bool:
        """Return whether a new entry may be of a document that is on record; of another day or amount too."""
        _ = known, new
        return True

    def _ensure_reversible(self, entry: E) -> None:
        """Refuse a reversal after which decreases would exceed the contract; for capital there are no decreases."""

    def _where(self, check: Checks, lead: LeadRef | None, filters: Mapping[str, object]) -> list[ColumnElement[bool]]:
        """Return the conditions of the filters that were given."""
        chosen = given(EntryFilters, filters, EntrySelection)
        values = check.fields(
            EntryFilters,
            chosen,
            kind=lambda kind: as_choice(self.MODEL.kind.type.enum_class, kind, "kind"),
            investor=self._investors.get,
            country=self._countries,
            **self._place_readers(chosen),
        )
        if lead is not None:
            values["lead"] = self._leads.get(lead).id
        return conditions(self.MODEL, values)

    def _countries(self, code: object) -> frozenset[str]:
        group = self._context.policy().capital.group(code) if isinstance(code, str) else None
        return frozenset({as_country(code)}) if group is None else group.countries


__all__ = ["VALUED", "E", "EvidenceRef", "LeadRef", "LedgerBase"]
