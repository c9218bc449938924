"""The verbs of a ledger: record, verify, confirm and reverse, the first three by three people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack, cast
from uuid import UUID

from sqlalchemy import false

from crm.errors import N_, AccessDenied, Conflict, problem
from crm.models import EntryState, Investor, Lead, LedgerEntry
from crm.models.base import record_name
from crm.reads.audit.queries import entries as audit_entries
from crm.reads.kernel.listing import Listing
from crm.reads.leads.queries import evidence as evidence_rows
from crm.reads.ledgers import queries as reports
from crm.reads.ledgers.rows import EntryCard, EntryRow, SignatureRow, SumRow
from crm.refusals import not_one_of, own_figure
from crm.rules.access import Right, Scope, scope
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.fields import declared
from crm.rules.ledgers.entries import EntryAbout
from crm.rules.ledgers.filters import EntryFilters, EntrySelection
from crm.services.kernel.refs import LeadRef
from crm.services.kernel.twins import why_distinct, with_both
from crm.services.kernel.verbs import lists, reads
from crm.services.kernel.writing import Writing, replayed
from crm.services.ledgers.base import VALUED, E
from crm.services.ledgers.corrections import LedgerCorrections
from crm.services.ledgers.making import ensure_takes, entry_of, origin
from crm.values.amount_units import told_in

#: The signatures that a work list can filter by.
WAITING = ("verification", "confirmation")
#: The columns of what an entry is about, and those of its value.
_ABOUT = ("immediate_country", "ultimate_country", "industry", "method", "unit_id")
_WORTH = ("usd_rate", "cny_rate", "rate_source", "rate_on")


class Ledger(LedgerCorrections[E]):
    """One ledger."""

    def _record(
        self, lead: LeadRef, arguments: Mapping[str, Any], uid: UUID | str | None, *, distinct: str | None = None
    ) -> E:
        context = self._context
        whose = self._leads.get(lead)
        context.require_on(Right(f"{self.NOUN}.record"), whose)
        about = declared(EntryAbout)
        with Checks() as check:
            apart = why_distinct(check, distinct)
            paper = self._paper(check, whose, arguments)
            content = {name: value for name, value in arguments.items() if name not in about or value is not None}
            for name, there in self.FROM_PAPER.items() if paper is not None else ():
                content[name] = getattr(paper, there) if arguments[name] is None else arguments[name]
            values = self._read(check, content | ({} if paper is None else {"evidence": paper}))
        number = values.pop("evidence_id", None)
        found, identity = replayed(context, self.MODEL, uid, self._content(values, whose, paper))
        if found is not None:
            return cast("E", found)
        ensure_takes(whose, values["kind"], self.CLOSED)
        self._ensure_new(whose, values, apart)
        # The unit that is read from the amount is no part of what identifies a repeated call.
        values = {"told_in": told_in(arguments["amount"]), **values}
        home = context.session.get_one(Investor, whose.investor_id).country
        return self._write(whose, {**origin(whose, home, values), "evidence_id": number}, identity, apart)

    def verify(self, ref: E | int | UUID | str, *, version: int | None = None) -> E:
        """Verify an entry submitted by somebody else.

        Args:
            ref: The entry: its id or uid.
            version: The version the caller saw.

        Raises:
            AccessDenied: The role may not verify, or the actor submitted it.
            Conflict: It is verified already, or reversed.
            StaleRecord: Somebody else verified it first.
        """
        context = self._context
        entry = self.get(ref)
        actor = context.acting()
        original = self._original(entry)
        self._ensure_other(entry, original, actor)
        self._lock(entry)
        self._ensure_another_hand(entry, original)
        if entry.state is not EntryState.REPORTED:
            raise self._signed(entry)
        self._ensure_standing(entry, original, EntryState.VERIFIED)
        with Writing(context, f"{self.NOUN}.verify") as write:
            write.change(
                entry, version=version, state=EntryState.VERIFIED, verified_by_id=actor.id, verified_at=context.now()
            )
        return entry

    def confirm(self, ref: E | int | UUID | str, *, version: int | None = None) -> E:
        """Confirm a verified entry: this fixes its value in US dollars and in yuan, and it counts.

        The value is fixed by the table and the day of the policy in effect on the day of the entry. A reversal has
        exactly the negated value of its entry. Missing fields of older entries, origin and industry, are filled in from
        investor and lead.

        Args:
            ref: The entry: its id or uid.
            version: The version the caller saw.

        Raises:
            AccessDenied: The role may not confirm, or the actor submitted or verified it.
            InvalidInput: A rate or the industry is missing; each is named with the way out.
            Conflict: It is not verified yet, is confirmed already, or is reversed; its lead was carried over and is not
                settled.
            StaleRecord: Somebody else confirmed it first.
        """
        context = self._context
        entry = self.get(ref)
        actor = context.acting()
        original = self._original(entry)
        self._ensure_other(entry, original, actor)
        if entry.verified_by_id == actor.id:
            raise AccessDenied(
                own_figure(
                    N_("{actor} verified this; a third person has to confirm it."),
                    actor.username,
                    N_("Ask another verifier, or an admin."),
                )
            )
        self._lock(entry)
        self._ensure_another_hand(entry, original)
        if entry.state is EntryState.CONFIRMED:
            raise self._signed(entry)
        self._ensure_standing(entry, original, EntryState.CONFIRMED)
        if entry.state is EntryState.REPORTED:
            raise Conflict(
                problem(
                    N_("Entry {id} is not verified yet."),
                    N_("Another person has to verify it first: crm {noun} verify {id}"),
                    code="not_verified",
                    id=entry.id,
                    noun=self.NOUN,
                )
            )
        self._ensure_counting(entry)
        values = self._valued(entry) if original is None else _negated(entry, original)
        with Writing(context, f"{self.NOUN}.confirm") as write:
            write.change(
                entry,
                version=version,
                state=EntryState.CONFIRMED,
                confirmed_by_id=actor.id,
                confirmed_at=context.now(),
                **values,
            )
        return entry

    @lists(Right.READ)
    def list(
        self,
        lead: LeadRef | None = None,
        *,
        waiting: str | None = None,
        mine: bool = False,
        **selection: Unpack[EntrySelection],
    ) -> Listing[Any]:
        """Return entries by day, of one lead or of all the actor may see.

        One statement, and one for each name to look up.

        Args:
            lead: Of one lead.
            waiting: Entries without their ``verification``, or without their ``confirmation``.
            mine: Of these only what the actor may sign, having neither submitted nor signed it.
            **selection: Filters (:class:`crm.rules.ledgers.filters.EntryFilters`), and the part that is read
                (:class:`crm.rules.kernel.paging.Paging`).
        """
        context = self._context
        actor = context.acting()
        with Checks() as check:
            where = self._where(check, lead, selection)
            window = check.window(selection, among=EntrySelection)
            own = check.flag(mine, "mine")
            if waiting is not None and waiting not in WAITING:
                check.add(not_one_of(waiting, WAITING, "waiting"))
        if waiting is not None:
            signer = actor if own else None
            where.append(reports.waits(self.MODEL, confirmation=waiting == WAITING[1], signer=signer))
            if (
                own
                and scope(actor, Right(f"{self.NOUN}.{'confirm' if waiting == WAITING[1] else 'verify'}")) is Scope.NONE
            ):
                where.append(false())
        return reports.entries(context.session, actor, self.MODEL, where=where).within(window)

    @reads(Right.READ)
    def sums(
        self,
        lead: LeadRef | None = None,
        **filters: Unpack[EntryFilters],
    ) -> tuple[SumRow, ...]:
        """Return the sums of entries by currency. One statement, and one for each name to look up.

        Args:
            lead: Of one lead.
            **filters: :class:`crm.rules.ledgers.filters.EntryFilters`.
        """
        context = self._context
        actor = context.acting()
        with Checks() as check:
            where = self._where(check, lead, filters)
        return reports.sums(context.session, actor, self.MODEL, where=where)

    @reads(Right.READ)
    def show(self, ref: E | int | UUID | str) -> EntryCard:
        """Return an entry with its signatures, document, reversal and audit, in a fixed number of statements.

        Args:
            ref: The entry: its id or uid.
        """
        context = self._context
        entry = self.get(ref)
        actor = context.acting()
        row, reversal, correction, industry = reports.with_followers(context.session, actor, self.MODEL, entry.id)
        papers = evidence_rows(context.session, entry.lead_id, withdrawn=True) if entry.evidence_id is not None else ()
        readable = scope(actor, Right.AUDIT_READ) is not Scope.NONE
        record = record_name(entry.__tablename__)
        return EntryCard(
            row=row,
            signatures=_signatures(entry, row),
            evidence=next((paper for paper in papers if paper.id == entry.evidence_id), None),
            reversed_by=reversal,
            replaced_by=correction,
            industry=industry,
            audit=audit_entries(context.session, record=record, record_id=entry.id).all() if readable else (),
        )

    def _write(self, lead: Lead, values: dict[str, Any], identity: dict[str, Any], apart: str | None = None) -> E:
        """Write a new entry."""
        context = self._context
        with Writing(
            context, f"{self.NOUN}.record", with_both(values.get("reason"), apart), whole=bool(identity)
        ) as write:
            entry: E = entry_of(context, self.MODEL, lead, {**values, **identity})
            write.add(entry)
        return entry

    def _valued(self, entry: E) -> dict[str, Any]:
        """Return the values fixed at confirmation, and the missing fields; all problems are raised together."""
        context, day = self._context, self._day(entry)
        lead = context.session.get_one(Lead, entry.lead_id)
        policy = context.policy(day).capital
        home = None
        if entry.immediate_country is None:
            home = context.session.get_one(Investor, lead.investor_id).country
        immediate = entry.immediate_country or home
        values = {
            "immediate_country": immediate,
            "ultimate_country": entry.ultimate_country or immediate,
            "industry": entry.industry or lead.industry,
            "method": entry.method or policy.method,
            "unit_id": entry.unit_id or lead.unit_id,
        }
        with Checks() as check:
            if values["industry"] is None:
                check.add(self._missing_industry(lead))
            worth = check.take(lambda: self._rates.worth(entry.amount, VALUED, policy, day))
        return values | {
            "usd_minor": worth.values["USD"].minor,
            "cny_minor": worth.values["CNY"].minor,
            "usd_rate": worth.rates["USD"],
            "cny_rate": worth.rates["CNY"],
            "rate_source": worth.source,
            "rate_on": worth.on,
        }

    def _signed(self, entry: E) -> Conflict:
        return Conflict(
            problem(
                N_("Entry {id} is already verified.")
                if entry.state is EntryState.VERIFIED
                else N_("Entry {id} is already confirmed."),
                N_("See: crm {noun} show {id}"),
                code=entry.state.value,
                id=entry.id,
                noun=self.NOUN,
            )
        )


def _negated(entry: LedgerEntry, original: LedgerEntry) -> dict[str, Any]:
    """Return the value of a reversal: the negated value of its entry."""
    assert original.usd_minor is not None  # noqa: S101 - confirmed entries are valued, says a CHECK
    assert original.cny_minor is not None  # noqa: S101 - the same
    return {
        **{name: getattr(entry, name) or getattr(original, name) for name in _ABOUT},
        **{name: getattr(original, name) for name in _WORTH},
        "usd_minor": -original.usd_minor,
        "cny_minor": -original.cny_minor,
    }


def _signatures(entry: LedgerEntry, row: EntryRow) -> tuple[SignatureRow, ...]:
    signed = (
        ("reported", row.submitted_by, entry.recorded_at),
        ("verified", row.verified_by, entry.verified_at),
        ("confirmed", row.confirmed_by, entry.confirmed_at),
    )
    return tuple(SignatureRow(step=step, by=by, at=at) for step, by, at in signed if by is not None and at is not None)
