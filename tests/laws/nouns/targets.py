"""Targets and their terms, for the law that a field is said once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from crm.cli.targets.target import command
from crm.models import Target, TargetTerms
from crm.rules.targets.fields import NewTarget, TargetDetails
from crm.services.targets.service import Targets
from tests.factories import World
from tests.laws.nouns.case import Case

#: What a term needs besides itself.
_WITH: Mapping[str, dict[str, Any]] = {
    "scope": {"kinds": ["zone"]},
    "kinds": {"scope": "each"},
    "of": {"at_least": "15 %"},
    "of_filter": {"at_least": "15 %", "of": "actual_fdi"},
    "baseline": {"at_least": "2 x"},
}
_FILTER = {
    "countries": [],
    "groups": [],
    "industry": ["C"],
    "kinds": [],
    "stage": None,
    "capital": None,
    "min_amount": None,
    "place": None,
    "led_by": None,
}


def _target(world: World, **fields: Any) -> Target:
    why = fields.pop("reason", None)
    given: dict[str, Any] = {
        "title": "实际使用外资",
        "measure": "actual_fdi",
        "period": 2023,
        "at_least": "3bn USD",
        "source": "市政府工作报告",
        **fields,
    }
    target = world.manager.targets.set(given.pop("code", "fdi"), **given)
    return world.manager.targets.end(target, reason=why) if why else target


def _terms(world: World, **fields: Any) -> TargetTerms:
    why = fields.pop("reason", None)
    target = _target(world, **{key: value for name in fields for key, value in _WITH.get(name, {}).items()} | fields)
    if why:
        world.manager.targets.set(
            "fdi", title="t", measure="actual_fdi", period=2023, at_least="4bn USD", source="s", reason=why
        )
    return target.versions[-1]


def _shown(world: World, record: TargetTerms) -> dict[str, Any]:
    row = next(row for row in world.viewer.targets.show(record.target_id).versions if row.id == record.id)
    terms = {field.name: getattr(row.terms, field.name) for field in attrs.fields(type(row.terms))}
    return {**terms, "base": row.terms.threshold.base, "stretch": row.terms.threshold.stretch, "reason": row.reason}


CASES: Mapping[str, Case] = {
    "target": Case(
        make=_target,
        show=lambda world, record: world.viewer.targets.show(record),
        examples={"code": "fdi-2023", "period": "2023Q2", "reason": "不再考核"},
        stored={"period": lambda _: ["2023-04-01", "2023-06-30"]},
        exempt={"ended_at": "the moment of targets.end, shown"},
    ),
    "target_terms": Case(
        make=_terms,
        show=_shown,
        examples={
            "title": "合同外资",
            "measure": "contract_fdi",
            "at_least": "4bn USD",
            "source": "年中调整",
            "title_en": "FDI",
            "filter": {"industry": ["C"]},
            "stretch": "5bn USD",
            "scope": "each",
            "kinds": ["district"],
            "cadence": "quarter",
            "of": "actual_fdi",
            "of_filter": {"industry": ["C"]},
            "baseline": "2022",
            "note": "按商务部口径",
            "reason": "年中调整",
        },
        stored={
            "at_least": lambda _: 400000000000,
            "stretch": lambda _: 500000000000,
            "baseline": lambda _: ["2022-01-01", "2022-12-31"],
        },
        shown={
            "at_least": lambda record: record.base,
            "stretch": lambda record: record.stretch,
            "filter": lambda _: _FILTER,
            "of_filter": lambda _: _FILTER,
        },
        exempt={
            "target_id": "of which target",
            "number": "1, 2, 3 … for each target, shown",
            "kind": "how the threshold is stated, read with it and shown",
            "currency": "of the threshold, read with it and shown",
            "content": "the checksum by which the same terms are no new version",
            "set_by_id": "who set it, shown",
            "set_at": "when, shown",
        },
        verbs=((Targets.set, TargetDetails),),
        commands=((command.commands["set"], NewTarget),),
    ),
}
