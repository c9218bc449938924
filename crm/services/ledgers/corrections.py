"""Entries reversed, and corrected: reversed and recorded anew in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, cast
from uuid import UUID

from crm.errors import N_, Conflict, InvalidInput, problem
from crm.models import EntryState, Lead
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.fields import by_column, declared
from crm.services.kernel.conflicts import require_version, stale
from crm.services.kernel.corrections import correcting
from crm.services.kernel.twins import why_distinct, with_both
from crm.services.kernel.writing import Writing, replayed
from crm.services.ledgers.base import E, LedgerBase
from crm.services.ledgers.making import COPIED, reversal_of
from crm.values.amount_units import told_in
from crm.values.money import Money
from crm.values.plain import plain
from crm.values.text import REASON, TITLE


class LedgerCorrections(LedgerBase[E]):
    """The verbs that correct an entry."""

    def _correct(
        self,
        ref: E | int | UUID | str,
        changes: Mapping[str, Any],
        *,
        reason: str,
        distinct: str | None = None,
        version: int | None,
        uid: UUID | str | None,
    ) -> E:
        context = self._context
        entry = self.get(ref)
        lead = context.session.get_one(Lead, entry.lead_id)
        with Checks() as check:
            why = check.text(reason, "reason", REASON)
            apart = why_distinct(check, distinct)
            check.take(lambda: require_version(version))
            # The sign is that of the kind, which may change.
            amount = Money(abs(entry.amount_minor), entry.currency)
            given = {"kind": entry.kind, "amount": amount, **changes}
            if "reason" in declared(self.FIELDS):
                given["reason"] = entry.reason or why
            paper = self._evidence(check, lead, given.get("evidence"))
            values = self._read(check, given | ({"evidence": paper} if "evidence" in given else {}))
        correcting(context, entry, why)
        number = values.pop("evidence_id", entry.evidence_id)
        content = {"corrects": str(entry.uid), "because": why, **self._content(values, lead, paper)}
        found, identity = replayed(context, self.MODEL, uid, content)
        if found is not None:
            return cast("E", found)
        if version is not None and version != entry.version:
            raise stale(entry, version, entry.version)
        kept = {name: getattr(entry, name) for name in (*COPIED, *by_column(self.FIELDS)) if name != "reason"}
        if "amount" in changes:
            values = {"told_in": told_in(changes["amount"]), **values}
        values = {**kept, **values, "evidence_id": number}
        self._lock(entry)
        self._ensure_not_reversed(entry)
        if values.items() <= {**kept, "reason": values.get("reason")}.items():
            raise InvalidInput(
                problem(
                    N_("Entry {id} already has these values."),
                    N_("Name what is wrong with it, such as --amount AMOUNT."),
                    code="unchanged",
                    id=entry.id,
                )
            )
        if values["currency"] != entry.currency:
            self._ensure_reversible(entry)
        self._ensure_new(lead, values, apart, entry)
        with Writing(context, f"{self.NOUN}.correct", with_both(why, apart), whole=bool(identity)) as write:
            write.add(reversal_of(context, entry, getattr(entry, entry.DAY), entry.reference, why))
            corrected: E = self.MODEL(
                **{"reason": why, **values},
                **identity,
                lead_id=lead.id,
                state=EntryState.REPORTED,
                submitted_by_id=context.acting().id,
                replaces_id=entry.id,
                recorded_on=context.today,
                recorded_at=context.now(),
            )
            write.add(corrected)
        return corrected

    def _reverse(
        self,
        ref: E | int | UUID | str,
        *,
        reason: str,
        on: date | str | None,
        reference: str | None,
        uid: UUID | str | None,
    ) -> E:
        context = self._context
        entry = self.get(ref)
        since = self._day(entry)
        with Checks() as check:
            why = check.text(reason, "reason", REASON)
            day = check.day(since if on is None else on, self.DAY, not_after=context.today)
            paper = check.text(entry.reference if reference is None else reference, "reference", TITLE)
            if day is not None and day < since:
                check.wrong(
                    N_("{day} is before the day of the entry, {since}."),
                    N_("Check the day."),
                    field=self.DAY,
                    code="order",
                    day=day,
                    since=since,
                )
        found, identity = replayed(
            context,
            self.MODEL,
            uid,
            {"reverses": str(entry.uid), "reason": why, self.DAY: plain(day), "reference": paper},
        )
        if found is not None:
            return cast("E", found)
        self._lock(entry)
        self._ensure_not_reversed(entry)
        self._ensure_reversible(entry)
        with Writing(context, f"{self.NOUN}.reverse", why, whole=bool(identity)) as write:
            reversal = reversal_of(context, entry, day, paper, why, **identity)
            write.add(reversal)
        return reversal

    def _ensure_not_reversed(self, entry: E) -> None:
        """Refuse to reverse an entry twice, or a reversal. The row is locked."""
        if entry.reverses_id is not None:
            raise Conflict(
                problem(
                    N_("Entry {id} is itself a reversal."),
                    N_("Record the right figure: crm {noun} record"),
                    code="reversal",
                    id=entry.id,
                    noun=self.NOUN,
                )
            )
        if self._is_reversed(entry):
            raise Conflict(
                problem(
                    N_("Entry {id} is already reversed."),
                    N_("See: crm {noun} list"),
                    code="reversed",
                    id=entry.id,
                    noun=self.NOUN,
                )
            )
