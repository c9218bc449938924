"""Investors that are archived and restored."""

from __future__ import annotations

from crm.errors import N_, Conflict, NotFound, problem
from crm.models import Investor
from crm.reads.investors import groups
from crm.reads.investors import queries as reports
from crm.rules.access import Right
from crm.rules.kernel.checks import Checks
from crm.services.investors.base import survivor_of
from crm.services.investors.likeness import InvestorLikeness
from crm.services.kernel.archiving import ensure_restorable
from crm.services.kernel.finding import find
from crm.services.kernel.locks import lock_rows
from crm.services.kernel.refs import InvestorRef
from crm.services.kernel.twins import why_distinct
from crm.services.kernel.verbs import writes
from crm.services.kernel.writing import Writing, ensure_open
from crm.values.numbers import lettered
from crm.values.text import REASON


class InvestorLeaving(InvestorLikeness):
    """The part of the investors' service for archiving and restoring."""

    @writes(Right.INVESTOR_ARCHIVE)
    def archive(self, ref: InvestorRef, *, reason: str) -> Investor:
        """Archive an investor: its records stay; new leads, meetings and changes are refused.

        Args:
            ref: The investor: its id, uid, identifier, name, or a unique part of a name.
            reason: Why.

        Raises:
            InvalidInput: The reason is missing.
            AccessDenied: Only a manager or an admin does this.
            Archived: It is already archived.
            Conflict: It has open leads, or it has subsidiaries that are not archived.
        """
        context = self._context
        investor = self.get(ref)
        with Checks() as check:
            why = check.text(reason, "reason", REASON)
        # Wait for transactions that are opening a lead of it.
        lock_rows(context.session, Investor, [investor.id], referred=True)
        ensure_open(investor)
        moving = reports.moving_leads(context.session, investor.id, context.policy().landed)
        if moving:
            raise Conflict(
                problem(
                    N_('"{name}" has open leads: {leads}.'),
                    N_("Close them first: lose, abandon or land them."),
                    code="open_leads",
                    name=investor.name,
                    leads=", ".join(lettered("lead", number) for number in moving),
                )
            )
        below = groups.subsidiaries(context.session, investor.id)
        if below:
            raise Conflict(
                problem(
                    N_('"{name}" has subsidiaries: {subsidiaries}.'),
                    N_("Archive them first, or end their membership: crm investor leave-group"),
                    code="subsidiaries",
                    name=investor.name,
                    subsidiaries=", ".join(f"{lettered('investor', number)} {name}" for number, name in below),
                )
            )
        with Writing(context, "investor.archive", why) as write:
            write.change(investor, archived_at=context.now())
        return investor

    @writes(Right.INVESTOR_ARCHIVE)
    def restore(self, ref: InvestorRef, *, reason: str, distinct: str | None = None) -> Investor:
        """Restore an archived investor, with its names, identifiers, contacts and closed leads.

        Args:
            ref: The investor; an archived one is meant where a name fits several.
            reason: Why it is back.
            distinct: Why it is another company, where another investor has one of its names by now; kept with the pair.

        Raises:
            InvalidInput: The reason is missing.
            AccessDenied: Only a manager or an admin does this.
            LikelyDuplicate: Other investors have one of its names, and *distinct* is not given.
            Conflict: It is not archived, or it was merged into another.
        """
        context = self._context
        session = context.session
        try:
            known = self._identified(ref) or ref
            investor = find(session, Investor, known, what="investor", search=self._archived_search)
        except NotFound:
            investor = self.exactly(ref)
        with Checks() as check:
            why = check.text(reason, "reason", REASON)
            apart = why_distinct(check, distinct)
        lock_rows(session, Investor, [investor.id], referred=True)
        ensure_restorable(investor, survivor_of(session, investor))
        names = [name.text for name in investor.names]
        twins = self._survivors(self._ensure_new(*names, but=investor.id, distinct=apart))
        with Writing(context, "investor.restore", why, whole=bool(twins)) as write:
            write.change(investor, even_archived=True, archived_at=None)
            if twins and apart:
                write.add(*(self._two(investor.id, twin, apart) for twin in twins))
        return investor
