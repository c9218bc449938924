"""Versions of targets as they are read, compared and written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from attrs import frozen
from sqlalchemy import select

from crm.errors import N_, Conflict, InvalidInput, Problem, problem
from crm.models import Target, TargetBaseline, TargetTerms, TargetUnit, Unit
from crm.reads.targets import queries as reports
from crm.rules.access import Right
from crm.rules.kernel.checks import Checks
from crm.rules.stages import Pipeline
from crm.rules.targets.reading import Definition, read
from crm.rules.targets.terms import TOGETHER, Terms
from crm.services.kernel.finding import find
from crm.services.kernel.verbs import reads
from crm.services.kernel.writing import Writing, replayed
from crm.services.targets.scores import TargetScores
from crm.values.identifiers import digest
from crm.values.text import REASON

TargetRef = Target | int | UUID | str


@frozen
class _Known:
    """A target on record, with the number and the checksum of its current version."""

    target: Target
    number: int
    content: str


class TargetVersions(TargetScores):
    """What the verbs share that set targets."""

    @reads(Right.READ)
    def get(self, ref: TargetRef) -> Target:
        """Return the target of this id, uid or code.

        Args:
            ref: The target: its id, uid or code.

        Raises:
            AccessDenied: There is no actor.
            NotFound: There is none.
        """
        return find(self._context.session, Target, ref, what="target", codes=[Target.code])

    def _set_one(
        self, verb: str, arguments: Mapping[str, object], reason: str | None, uid: UUID | str | None
    ) -> Target:
        """Write the version of a target that arguments state, unless it holds already."""
        context = self._context
        policy = context.policy()
        table = {key: value for key, value in arguments.items() if value is not None}
        definition, wrong = read(table, groups=groups_of(policy), stages=[*policy.positions()])
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
        if before is not None and before.content == checksum(definition):
            return before.target
        self._settable([definition], {} if before is None else {definition.code: before}, why)
        with Writing(context, verb, why, whole=True) as write:
            (target,) = self._write(
                write, [definition], {} if before is None else {definition.code: before}, known, why, identity
            )
        return target

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
                wrong.append(ended(target))
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


def groups_of(policy: Pipeline) -> list[str]:
    """Return the codes of the groups of countries."""
    return [group.code for group in policy.capital.groups]


def _content(definition: Definition) -> dict[str, object]:
    return {"code": definition.code, "period": str(definition.period), **definition.terms.plain}


def checksum(definition: Definition) -> str:
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
        content=checksum(definition),
        **values,
    )


def ended(target: Target) -> Problem:
    """Return the problem of a target that has ended."""
    return problem(
        N_("Target {target} has ended: {why}"),
        N_("Restore it first: crm target restore {target}"),
        code="ended",
        target=target.code,
        why=target.end_reason,
    )
