"""A policy from TOML: shapes first, all that is wrong at once; then the pipeline checks itself."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from typing import Any

from crm.errors import N_, InvalidInput, Problem, problem
from crm.rules.aftercare import Aftercare, Brand
from crm.rules.capital import CapitalPolicy, CountryGroup, RateDay
from crm.rules.claims import ClaimPolicy
from crm.rules.referrals import ReferralPolicy
from crm.rules.terms import MoveKind, Stage
from crm.rules.trips import HOME, TripPolicy

_TOP: Mapping[str, type] = {"name": str, "effective": date, "reopen_at": str, "capital_floor": str, "stages": list}
#: Optional tables of plain values.
_PARTS: Mapping[str, Mapping[str, type]] = {
    "claims": {"window_days": int, "protection_days": int, "renewals": int, "quota": int, "quotas": dict},
    "referrals": {"before": str, "expiry_days": int},
    "trips": {"notice_days_abroad": int, "notice_days_home": int, "report_days": int, "outcome_days": int},
    "capital": {
        "method": str,
        "home": str,
        "counted": list,
        "rate_source": str,
        "rate_day": str,
        "rate_age_days": int,
        "groups": list,
    },
}
_GROUP: Mapping[str, type] = {"code": str, "label": str, "label_zh": str, "countries": list}
_STAGE: Mapping[str, type] = {"code": str, "label": str, "label_zh": str, "gates": list, "stale_days": int}
_AFTERCARE: Mapping[str, type] = {"answer_days": int, "solve_days": int, "soon_days": int, "brands": list}
_BRAND: Mapping[str, type] = {"code": str, "label": str, "label_zh": str}


def read(text: str) -> dict[str, Any]:
    """Return the arguments of the pipeline that a TOML text describes.

    Raises:
        InvalidInput: It is no TOML, a key is missing, unknown or of the wrong type.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput(
            problem(N_("The policy is no TOML: {why}"), N_("See docs/policy.md."), code="toml", why=str(error))
        ) from error
    wrong = [
        *_top_problems(data),
        *_stage_problems(data.get("stages")),
        *_role_problems(data.get("roles", {})),
        *_aftercare_problems(data.get("aftercare", {})),
    ]
    wrong += [each for name, keys in _PARTS.items() for each in _part_problems(name, data.get(name, {}), keys)]
    wrong += _capital_problems(data.get("capital", {}))
    if wrong:
        raise InvalidInput(*wrong)
    roles = {MoveKind(kind): tuple(names) for kind, names in data.get("roles", {}).items()}
    return {
        "name": data["name"],
        "effective": data["effective"],
        "reopen_at": data["reopen_at"],
        "capital_floor": data["capital_floor"],
        "stages": tuple(
            Stage(
                s["code"],
                s.get("label", s["code"]),
                tuple(s.get("gates", ())),
                s.get("stale_days"),
                s.get("label_zh", ""),
            )
            for s in data["stages"]
        ),
        "roles": roles,
        "aftercare": _aftercare(data.get("aftercare", {})),
        "claims": ClaimPolicy(**data.get("claims", {})),
        "referrals": ReferralPolicy(**data.get("referrals", {})),
        "trips": TripPolicy(**data.get("trips", {})),
        "home": tuple(data.get("home", HOME)),
        "capital": _capital(data.get("capital", {})),
    }


def _aftercare(table: Mapping[str, Any]) -> Aftercare:
    given = dict(table)
    if "brands" in given:
        given["brands"] = tuple(
            Brand(each["code"], each.get("label", each["code"]), each.get("label_zh", "")) for each in given["brands"]
        )
    return Aftercare(**given)


def _capital(table: Mapping[str, Any]) -> CapitalPolicy:
    given = dict(table)
    if "counted" in given:
        given["counted"] = tuple(given["counted"])
    if "rate_day" in given:
        given["rate_day"] = RateDay(given["rate_day"])
    if "groups" in given:
        given["groups"] = tuple(
            CountryGroup(
                each["code"], each.get("label", each["code"]), each.get("label_zh", ""), frozenset(each["countries"])
            )
            for each in given["groups"]
        )
    return CapitalPolicy(**given)


def _is(value: object, kind: type) -> bool:
    """Say whether a value is of just this type: in Python True is a number and a datetime is a date."""
    return type(value) is kind


def _top_problems(data: Mapping[str, Any]) -> list[Problem]:
    known = [*_TOP, "home", "roles", "aftercare", *_PARTS]
    return [
        *(
            problem(
                N_("The policy lacks {field}, or it is no {kind}."),
                N_("See docs/policy.md."),
                field=key,
                code="missing",
                kind=kind.__name__,
            )
            for key, kind in {**_TOP, "home": list}.items()
            if not (_texts(data.get(key, [])) if key == "home" else _is(data.get(key), kind))
        ),
        *(
            problem(
                N_("The policy has the unknown key {field}."),
                N_("Known keys: {known}."),
                field=key,
                code="unknown",
                known=", ".join(known),
            )
            for key in data
            if key not in known
        ),
    ]


def _stage_problems(stages: object) -> list[Problem]:
    wrong = []
    for number, stage in enumerate(stages if isinstance(stages, list) else [], 1):
        if not isinstance(stage, dict) or not isinstance(stage.get("code"), str):
            wrong.append(
                problem(
                    N_("Stage {number} of the policy lacks its code."),
                    N_("See docs/policy.md."),
                    field="stages",
                    code="missing",
                    number=number,
                )
            )
            continue
        wrong += [
            problem(
                N_("Stage {stage} of the policy: {field} is unknown or of the wrong type."),
                N_("See docs/policy.md."),
                field=key,
                code="type",
                stage=stage["code"],
            )
            for key, value in stage.items()
            if key not in _STAGE or not _is(value, _STAGE[key]) or (key == "gates" and not _texts(value))
        ]
    return wrong


def _part_problems(name: str, part: object, keys: Mapping[str, type]) -> list[Problem]:
    if not isinstance(part, dict):
        return [
            problem(
                N_("The policy lacks {field}, or it is no {kind}."),
                N_("See docs/policy.md."),
                field=name,
                code="type",
                kind="table",
            )
        ]
    return [
        problem(
            N_("The policy: {field} is unknown or of the wrong type."),
            N_("Known keys: {known}."),
            field=f"{name}.{key}",
            code="unknown" if key not in keys else "type",
            known=", ".join(keys),
        )
        for key, value in part.items()
        if key not in keys or not _is(value, keys[key])
    ]


def _role_problems(roles: object) -> list[Problem]:
    if not isinstance(roles, dict):
        return [
            problem(
                N_("The policy lacks {field}, or it is no {kind}."),
                N_("See docs/policy.md."),
                field="roles",
                code="type",
                kind="table",
            )
        ]
    return [
        *(
            problem(
                N_("The policy gives roles to the unknown move {move}."),
                N_("Known moves: {known}."),
                field="roles",
                code="unknown",
                move=kind,
                known=", ".join(MoveKind),
            )
            for kind in roles
            if kind not in set(MoveKind)
        ),
        *(
            problem(
                N_("The policy's roles of {move} are no list of names."),
                N_("See docs/policy.md."),
                field="roles",
                code="type",
                move=kind,
            )
            for kind, names in roles.items()
            if not _texts(names)
        ),
    ]


def _aftercare_problems(table: object) -> list[Problem]:
    if not isinstance(table, dict):
        return [
            problem(
                N_("The policy lacks {field}, or it is no {kind}."),
                N_("See docs/policy.md."),
                field="aftercare",
                code="type",
                kind="table",
            )
        ]
    brands = table.get("brands", [])
    wrong = (
        [
            *_unknown(table, _AFTERCARE),
            *(key for each in brands if isinstance(each, dict) for key in _unknown(each, _BRAND)),
            *("brands" for each in brands if not isinstance(each, dict) or "code" not in each),
        ]
        if isinstance(brands, list)
        else ["brands"]
    )
    return [
        problem(
            N_("The policy's aftercare: {field} is unknown, missing or of the wrong type."),
            N_("See docs/policy.md."),
            field=key,
            code="type",
        )
        for key in dict.fromkeys(wrong)
    ]


def _capital_problems(table: object) -> list[Problem]:
    """Return what is wrong within the lists of [capital]; that it is a table, and of which keys, is asked before."""
    if not isinstance(table, dict):
        return []
    groups, day = table.get("groups", []), table.get("rate_day", RateDay.DAY.value)
    wrong = [] if _texts(table.get("counted", [])) else ["counted"]
    for each in groups if isinstance(groups, list) else []:
        if not isinstance(each, dict) or not {"code", "countries"} <= set(each):
            wrong.append("groups")
            continue
        wrong += [f"groups.{key}" for key in _unknown(each, _GROUP)]
        wrong += [] if _texts(each["countries"]) else ["groups.countries"]
    found = [
        problem(
            N_("The policy's capital: {field} is unknown, missing or of the wrong type."),
            N_("See docs/policy.md."),
            field=key,
            code="type",
        )
        for key in dict.fromkeys(wrong)
    ]
    if isinstance(day, str) and day not in set(RateDay):
        found.append(
            problem(
                N_('{field}: "{value}" is unknown.'),
                N_("Choose one of: {known}."),
                field="rate_day",
                code="choice",
                value=day[:40],
                known=", ".join(RateDay),
            )
        )
    return found


def _unknown(table: Mapping[str, Any], known: Mapping[str, type]) -> list[str]:
    """Return the keys of a table that are unknown or whose values are of the wrong type."""
    return [key for key, value in table.items() if key not in known or not _is(value, known[key])]


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)
