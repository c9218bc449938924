"""Targets (目标任务): set from arguments or a file, in versions that stay readable, ended with a reason."""

from __future__ import annotations

from typing import Unpack
from uuid import UUID

from sqlalchemy import ColumnElement

from crm.errors import N_, Conflict, problem
from crm.models import Target
from crm.reads.kernel.listing import Known, Listing
from crm.reads.targets import queries as reports
from crm.reads.targets.rows import LoadedTargets, TargetCard, TargetRow
from crm.rules.access import Right
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.paging import Paging
from crm.rules.targets.fields import TargetChanges, TargetDetails
from crm.rules.targets.file import read_file
from crm.services.kernel.periods import PeriodRef
from crm.services.kernel.verbs import lists, reads, writes
from crm.services.kernel.writing import Writing
from crm.services.targets.versions import TargetRef, TargetVersions, checksum, ended, groups_of
from crm.values.money import Money
from crm.values.period import as_period
from crm.values.text import REASON


class Targets(TargetVersions):
    """Targets of a period; handed out by :class:`crm.CRM`."""

    @lists(Right.READ)
    def list(
        self, period: PeriodRef | None = None, *, ended: bool = False, **paging: Unpack[Paging]
    ) -> Listing[TargetRow]:
        """Return targets with their current terms, by period. Three statements.

        Args:
            period: Those whose own period lies within this one.
            ended: Also those that have ended.

        Raises:
            InvalidInput: Invalid arguments.
            AccessDenied: There is no actor.
        """
        where: list[ColumnElement[bool]] = []
        with Checks() as check:
            if period is not None:
                span = check.take(lambda: as_period(period, today=self._context.today), "period")
                where += [] if span is None else [Target.starts_on >= span.start, Target.ends_on < span.end]
            if not check.flag(ended, "ended"):
                where.append(Target.ended_at.is_(None))
        return Known.of(self._context.session, reports.targets(self._context.session, where), paging)

    @reads(Right.READ)
    def show(self, ref: TargetRef) -> TargetCard:
        """Return a target with each of its versions, latest first.

        Args:
            ref: The target: its id, uid or code.

        Raises:
            NotFound: There is none.
        """
        return reports.card(self._context.session, self.get(ref).id)

    @writes(Right.TARGET_WRITE)
    def set(
        self,
        code: str,
        *,
        title: str,
        measure: str,
        period: PeriodRef,
        at_least: int | str | Money,
        source: str,
        reason: str | None = None,
        uid: UUID | str | None = None,
        **details: Unpack[TargetDetails],
    ) -> Target:
        """Set or change a target; earlier versions stay readable, and the same call again changes nothing.

        Args:
            code: Short name people type, such as ``fdi-2023``.
            title: Its name in Chinese.
            measure: What is counted: actual_fdi, contract_fdi, domestic_capital, new_enterprises, projects,
                delegations, events, requests_solved.
            period: When.
            at_least: The threshold: a number, an amount such as ``3.2bn USD``, a share such as ``15 %``, or a multiple
                such as ``2 x``.
            source: Its source, such as a publication.
            reason: Why it changes; required for a target on record.
            uid: Makes the call safe to repeat.
            **details: What else it states: :class:`crm.rules.targets.fields.TargetDetails`. By default it is asked of
                the city, in the whole period. A filter is that of :class:`crm.rules.targets.terms.Filter`; baselines
                are by the code of the unit, or of ``city``, and take precedence over the records.

        Returns:
            The target, flushed.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
            AccessDenied: A manager sets targets.
            Conflict: It is on record with another period, or with other terms and no reason is given; it has ended;
                another set it at this moment; the uid is in use with other content.
        """
        arguments = {
            "code": code,
            "title": title,
            "measure": measure,
            "period": period,
            "at_least": at_least,
            "source": source,
            **details,
        }
        return self._set_one("target.set", arguments, reason, uid)

    @writes(Right.TARGET_WRITE)
    def edit(self, ref: TargetRef, *, reason: str, **changes: Unpack[TargetChanges]) -> Target:
        """Correct the terms of a target; what is not passed stays. It makes a new version, the earlier one stays.

        Frozen scorecards keep the version of the day of freezing.

        Args:
            ref: Which one.
            reason: Why; each later version has one.
            **changes: The terms that change; None clears. Code and period never change.

        Returns:
            The target; as it was, if nothing changes.

        Raises:
            InvalidInput: Invalid arguments, all of them named; the reason is missing.
            AccessDenied: A manager corrects targets.
            Conflict: It has ended; another set it at this moment.
        """
        target = self.get(ref)
        with Checks() as check:
            why = check.text(reason, "reason", REASON)
        terms = reports.card(self._context.session, target.id).row.current.terms
        arguments = {"code": target.code, "period": target.period, **terms.stated, **changes}
        return self._set_one("target.edit", arguments, why, None)

    @writes(Right.TARGET_WRITE)
    def load(self, text: str, *, reason: str | None = None) -> LoadedTargets:
        """Set all targets of a TOML text, or none; all errors are named. The same text again changes nothing.

        Args:
            text: The text of the file; its form is in docs/targets.md.
            reason: Why targets on record change; required if one does.

        Raises:
            InvalidInput: It is not a TOML, or targets in it are wrong; each problem with its line and key.
            AccessDenied: A manager sets targets.
            Conflict: Targets are on record with other terms and no reason is given, or with another period, or have
                ended.
        """
        context = self._context
        policy = context.policy()
        definitions = read_file(text, groups=groups_of(policy), stages=[*policy.positions()])
        with Checks() as check:
            why = check.text(reason, "reason", REASON, required=False)
            known = self._units(check, definitions)
        before = self._known(definitions)
        same = {
            definition.code
            for definition in definitions
            if definition.code in before and before[definition.code].content == checksum(definition)
        }
        fresh = [definition for definition in definitions if definition.code not in same]
        if fresh:
            self._settable(fresh, before, why)
            with Writing(context, "target.load", why, whole=True) as write:
                self._write(write, fresh, before, known, why, {})
        return LoadedTargets(
            added=tuple(definition.code for definition in fresh if definition.code not in before),
            changed=tuple(definition.code for definition in fresh if definition.code in before),
            unchanged=tuple(definition.code for definition in definitions if definition.code in same),
        )

    @writes(Right.TARGET_WRITE)
    def end(self, ref: TargetRef, *, reason: str) -> Target:
        """End a target: it no longer applies, and stays on the list with its reason.

        Args:
            ref: Which one.
            reason: Why.

        Raises:
            InvalidInput: The reason is missing.
            AccessDenied: A manager ends targets.
            Conflict: It has ended already.
            StaleRecord: Somebody else changed it first.
        """
        context = self._context
        target = self.get(ref)
        with Checks() as check:
            why = check.text(reason, "reason", REASON)
        if target.ended_at is not None:
            raise Conflict(ended(target))
        with Writing(context, "target.end", why) as write:
            write.change(target, ended_at=context.now(), end_reason=why)
        return target

    @writes(Right.TARGET_WRITE)
    def restore(self, ref: TargetRef, *, reason: str) -> Target:
        """Restore a target that has ended, with the terms that it had.

        Args:
            ref: Which one.
            reason: Why.

        Raises:
            InvalidInput: The reason is missing.
            AccessDenied: A manager restores targets.
            Conflict: It has not ended.
            StaleRecord: Somebody else changed it first.
        """
        target = self.get(ref)
        with Checks() as check:
            why = check.text(reason, "reason", REASON)
        if target.ended_at is None:
            raise Conflict(
                problem(
                    N_("Target {target} has not ended."),
                    N_("There is nothing to restore."),
                    code="standing",
                    target=target.code,
                )
            )
        with Writing(self._context, "target.restore", why) as write:
            write.change(target, ended_at=None, end_reason=None)
        return target
