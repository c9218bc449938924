"""Targets (目标任务): set from arguments or a file, in versions that stay readable, ended with a reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Unpack
from uuid import UUID

from attrs import frozen
from sqlalchemy import ColumnElement, select

from crm.errors import N_, Conflict, InvalidInput, Problem, problem
from crm.models import Target, TargetBaseline, TargetTerms, TargetUnit, Unit
from crm.reads.kernel.listing import Known, Listing
from crm.reads.targets import queries as reports
from crm.reads.targets.rows import LoadedTargets, TargetCard, TargetRow
from crm.rules.access import Right
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.paging import Paging
from crm.rules.stages import Pipeline
from crm.rules.targets.fields import TargetDetails
from crm.rules.targets.file import read_file
from crm.rules.targets.reading import Definition, read
from crm.rules.targets.terms import TOGETHER, Terms
from crm.services.kernel.finding import find
from crm.services.kernel.verbs import lists, reads, writes
from crm.services.kernel.writing import Writing, replayed
from crm.services.targets.scores import PeriodRef, TargetScores
from crm.values.identifiers import digest
from crm.values.money import Money
from crm.values.period import as_period
from crm.values.text import REASON

TargetRef = Target | int | UUID | str


@frozen
class _Known:
    """A target on record, with the number and the checksum of its current version."""

    target: Target
    number: int
    content: str


class Targets(TargetScores):
    """Targets of a period; handed out by :class:`crm.CRM`."""

    @reads(Right.READ)
    def get(self, ref: TargetRef) -> Target:
        """Return the target of this id, uid or code.

        Raises:
            AccessDenied: There is no actor.
            NotFound: There is none.
        """
        return find(self._context.session, Target, ref, what="target", codes=[Target.code])

    @lists(Right.READ)
    def list(
        self, period: PeriodRef | None = None, *, ended: bool = False, **paging: Unpack[Paging]
    ) -> Listing[TargetRow]:
        """Return targets with their current terms, by period. Three statements.

        Args:
            period: Those whose own period lies within this one.
            ended: Those that are no longer asked too.

        Raises:
            InvalidInput: Arguments that cannot be meant.
            AccessDenied: There is no actor.
        """
        where: list[ColumnElement[bool]] = []
        with Checks() as check:
            if period is not None:
                span = check.take(lambda: as_period(period), "period")
                where += [] if span is None else [Target.starts_on >= span.start, Target.ends_on < span.end]
            if not check.flag(ended, "ended"):
                where.append(Target.ended_at.is_(None))
        return Known.of(self._context.session, reports.targets(self._context.session, where), paging)

    @reads(Right.READ)
    def show(self, ref: TargetRef) -> TargetCard:
        """Return a target with each of its versions, latest first.

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
            source: Where it was laid down.
            reason: Why it is set anew; required when it is.
            uid: Makes the call safe to repeat.
            **details: What else it states: :class:`crm.rules.targets.fields.TargetDetails`. By default it is asked of
                the city, in the whole period. A filter is that of :class:`crm.rules.targets.terms.Filter`; baselines
                are by the code of the unit, or of ``city``, and take precedence over the records.

        Returns:
            The target, flushed.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
            AccessDenied: A manager sets targets.
            Conflict: It is on record with another period, or otherwise and no reason is given; it has ended; another
                set it at this moment; the uid is in use with other content.
        """
        context = self._context
        arguments = {
            "code": code,
            "title": title,
            "measure": measure,
            "period": period,
            "at_least": at_least,
            "source": source,
            **details,
        }
        policy = context.policy()
        table = {key: value for key, value in arguments.items() if value is not None}
        definition, wrong = read(table, groups=_groups(policy), stages=[stage.code for stage in policy.stages])
        with Checks() as check:
            check.add(*wrong)
            why = check.text(reason, "reason", REASON, required=False)
            known = self._units(check, [definition] if definition else [])
        assert definition is not None  # noqa: S101 - or there were problems
        content = {**_content(definition), "reason": why}
        found, identity = replayed(context, TargetTerms, uid, content)
        if found is not None:
            return context.session.get_one(Target, found.target_id)
        before = self._known([definition]).get(definition.code)
        if before is not None and before.content == _sum(definition):
            return before.target
        self._settable([definition], {} if before is None else {definition.code: before}, why)
        with Writing(context, "target.set", why, whole=True) as write:
            (target,) = self._write(
                write, [definition], {} if before is None else {definition.code: before}, known, why, identity
            )
        return target

    @writes(Right.TARGET_WRITE)
    def load(self, text: str, *, reason: str | None = None) -> LoadedTargets:
        """Set all targets of a TOML text, or none; all errors are named. The same text again changes nothing.

        Args:
            text: The text of the file; its form is in docs/targets.md.
            reason: Why targets that are on record are set anew; required when one is.

        Raises:
            InvalidInput: It is not a TOML, or targets in it are wrong; each problem with its line and key.
            AccessDenied: A manager sets targets.
            Conflict: Targets are on record otherwise and no reason is given, or with another period, or have ended.
        """
        context = self._context
        policy = context.policy()
        definitions = read_file(text, groups=_groups(policy), stages=[stage.code for stage in policy.stages])
        with Checks() as check:
            why = check.text(reason, "reason", REASON, required=False)
            known = self._units(check, definitions)
        before = self._known(definitions)
        same = {
            definition.code
            for definition in definitions
            if definition.code in before and before[definition.code].content == _sum(definition)
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
            raise Conflict(_ended(target))
        with Writing(context, "target.end", why) as write:
            write.change(target, ended_at=context.now(), end_reason=why)
        return target

    # --- reading and writing ----------------------------------------------------------------------------------------

    def _units(self, check: Checks, definitions: Iterable[Definition]) -> dict[str, int]:
        """Return the units that targets name, by code; unknown ones are noted. At most one statement."""
        named = {
            code: definition.code
            for definition in definitions
            for code in (*definition.terms.units, *(definition.terms.baselines.keys() - {TOGETHER}))
        }
        if not named:
            return {}
        rows = self._context.session.execute(select(Unit.code, Unit.id).where(Unit.code.in_(sorted(named))))
        found = {row.code: row.id for row in rows}
        check.add(
            *(
                problem(
                    N_('Target {target}: there is no unit "{unit}".'),
                    N_("List them: crm unit list"),
                    field="units",
                    code="not_found",
                    target=target,
                    unit=code,
                )
                for code, target in named.items()
                if code not in found
            )
        )
        return found

    def _known(self, definitions: Iterable[Definition]) -> dict[str, _Known]:
        """Return those on record. One statement."""
        rows = self._context.session.execute(
            select(Target, TargetTerms.number, TargetTerms.content)
            .select_from(Target)
            .join(TargetTerms, reports.holds())
            .where(Target.code.in_([definition.code for definition in definitions]))
        )
        return {target.code: _Known(target, number, content) for target, number, content in rows}

    @staticmethod
    def _settable(definitions: Iterable[Definition], before: Mapping[str, _Known], why: str | None) -> None:
        wrong: list[Problem] = []
        for definition in definitions:
            known = before.get(definition.code)
            if known is None:
                continue
            target = known.target
            if target.ended_at is not None:
                wrong.append(_ended(target))
            elif (target.starts_on, target.ends_on) != (definition.period.start, definition.period.last):
                wrong.append(
                    problem(
                        N_("Target {target} has another period, which cannot change."),
                        N_("Set a target with a new code."),
                        field="period",
                        code="period",
                        target=definition.code,
                    )
                )
            elif why is None:
                wrong.append(
                    problem(
                        N_("Target {target} is on record with other terms."),
                        N_("Give the reason for the change: --reason"),
                        field="reason",
                        code="changed",
                        target=definition.code,
                    )
                )
        if wrong:
            raise Conflict(*wrong)
        if why is not None and not any(definition.code in before for definition in definitions):
            raise InvalidInput(
                problem(
                    N_("A reason is for changed targets; none of these is on record."),
                    N_("Leave it out."),
                    field="reason",
                    code="reason",
                )
            )

    def _write(
        self,
        write: Writing,
        definitions: Iterable[Definition],
        before: Mapping[str, _Known],
        units: Mapping[str, int],
        why: str | None,
        identity: Mapping[str, Any],
    ) -> tuple[Target, ...]:
        context = self._context
        actor, now = context.acting(), context.now()
        made: list[tuple[Definition, Target, int]] = []
        for definition in definitions:
            known = before.get(definition.code)
            if known is None:
                target = Target(code=definition.code, starts_on=definition.period.start, ends_on=definition.period.last)
                write.add(target)
                made.append((definition, target, 1))
            else:
                made.append((definition, known.target, known.number + 1))
        write.flush()
        revised = []
        for definition, target, number in made:
            again = why if number > 1 else None
            terms = _terms(definition, target, number=number, set_by_id=actor.id, set_at=now, reason=again, **identity)
            revised.append((definition.terms, terms))
        write.add(*(terms for _, terms in revised))
        write.flush()
        for new_terms, terms in revised:
            write.add(
                *(TargetUnit(terms_id=terms.id, unit_id=units[code]) for code in new_terms.units),
                *(
                    TargetBaseline(terms_id=terms.id, unit_id=units.get(code), value=value)
                    for code, value in sorted(new_terms.baselines.items())
                ),
            )
        return tuple(target for _, target, _ in made)


def _groups(policy: Pipeline) -> list[str]:
    return [group.code for group in policy.capital.groups]


def _content(definition: Definition) -> dict[str, object]:
    return {"code": definition.code, "period": str(definition.period), **definition.terms.plain}


def _sum(definition: Definition) -> str:
    """Return the checksum of a target's terms; equal terms make no new version."""
    return digest(_content(definition))


def _terms(definition: Definition, target: Target, **values: object) -> TargetTerms:
    new_terms: Terms = definition.terms
    base = new_terms.baseline
    return TargetTerms(
        target_id=target.id,
        title=new_terms.title,
        title_en=new_terms.title_en or None,
        measure=new_terms.measure,
        filter=new_terms.filter.plain,
        scope=new_terms.scope,
        kinds=list(new_terms.kinds),
        cadence=new_terms.cadence,
        kind=new_terms.threshold.kind,
        base=new_terms.threshold.base,
        stretch=new_terms.threshold.stretch,
        currency=new_terms.threshold.currency,
        of_measure=new_terms.of,
        of_filter=new_terms.of_filter.plain,
        baseline_from=None if base is None else base.start,
        baseline_to=None if base is None else base.last,
        source=new_terms.source,
        note=new_terms.note or None,
        content=_sum(definition),
        **values,
    )


def _ended(target: Target) -> Problem:
    return problem(
        N_("Target {target} has ended: {why}"),
        N_("Set a target with a new code."),
        code="ended",
        target=target.code,
        why=target.end_reason,
    )
