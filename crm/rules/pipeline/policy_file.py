"""Reads a policy from TOML: first the types, with all problems at once; then the pipeline checks itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from crm.errors import N_
from crm.refusals import SEE_POLICY, not_one_of
from crm.rules.aftercare import Aftercare, Brand
from crm.rules.claims import ClaimPolicy
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.corrections import CorrectionPolicy
from crm.rules.kernel.toml import as_toml
from crm.rules.ledgers.capital import CapitalPolicy, CountryGroup, RateDay
from crm.rules.pipeline.terms import MoveKind, Stage
from crm.rules.referrals import ReferralPolicy
from crm.rules.trips import HOME, TripPolicy

_TOP: Mapping[str, type] = {"name": str, "effective": date, "reopen_at": str, "capital_floor": str, "stages": list}
#: Optional tables of plain values.
_PARTS: Mapping[str, Mapping[str, type]] = {
    "corrections": {"days": int},
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
        InvalidInput: It is not a TOML, a key is missing, unknown or of the wrong type.
    """
    data = as_toml(text, SEE_POLICY)
    with Checks() as check:
        _check_top(check, data)
        _check_stages(check, data.get("stages"))
        _check_moved(check, data.get("moved", {}))
        _check_roles(check, data.get("roles", {}))
        _check_aftercare(check, data.get("aftercare", {}))
        for name, keys in _PARTS.items():
            _check_part(check, name, data.get(name, {}), keys)
        _check_capital(check, data.get("capital", {}))
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
        "moved": dict(data.get("moved", {})),
        "roles": roles,
        "aftercare": _aftercare(data.get("aftercare", {})),
        "claims": ClaimPolicy(**data.get("claims", {})),
        "referrals": ReferralPolicy(**data.get("referrals", {})),
        "trips": TripPolicy(**data.get("trips", {})),
        "corrections": CorrectionPolicy(**data.get("corrections", {})),
        "home": tuple(data.get("home", HOME)),
        "bound_since": data.get("bound_since"),
        "capital": _capital(data.get("capital", {})),
    }


def _aftercare(table: Mapping[str, Any]) -> Aftercare:
    settings = dict(table)
    if "brands" in settings:
        settings["brands"] = tuple(
            Brand(entry["code"], entry.get("label", entry["code"]), entry.get("label_zh", ""))
            for entry in settings["brands"]
        )
    return Aftercare(**settings)


def _capital(table: Mapping[str, Any]) -> CapitalPolicy:
    settings = dict(table)
    if "counted" in settings:
        settings["counted"] = tuple(settings["counted"])
    if "rate_day" in settings:
        settings["rate_day"] = RateDay(settings["rate_day"])
    if "groups" in settings:
        settings["groups"] = tuple(
            CountryGroup(
                entry["code"],
                entry.get("label", entry["code"]),
                entry.get("label_zh", ""),
                frozenset(entry["countries"]),
            )
            for entry in settings["groups"]
        )
    return CapitalPolicy(**settings)


def _is(value: object, kind: type) -> bool:
    """Return whether a value has exactly this type: in Python True is an int and a datetime is a date."""
    return type(value) is kind


def _check_top(check: Checks, data: Mapping[str, object]) -> None:
    known = [*_TOP, "home", "bound_since", "moved", "roles", "aftercare", *_PARTS]
    for key, kind in _TOP.items():
        if not _is(data.get(key), kind):
            _lacks(check, key, kind.__name__, code="missing")
    if not _texts(data.get("home", [])):
        _lacks(check, "home", "list", code="missing")
    if "bound_since" in data and not _is(data["bound_since"], date):
        _lacks(check, "bound_since", date.__name__)
    for key in data:
        if key not in known:
            check.wrong(
                N_("The policy has the unknown key {field}."),
                N_("Known keys: {known}."),
                field=key,
                code="unknown",
                known=", ".join(known),
            )


def _lacks(check: Checks, key: str, kind: str, *, code: str = "type") -> None:
    check.wrong(
        N_("The policy lacks {field}, or it is not of the type {kind}."), SEE_POLICY, field=key, code=code, kind=kind
    )


def _check_stages(check: Checks, stages: object) -> None:
    for number, stage in enumerate(stages if isinstance(stages, list) else [], 1):
        if not isinstance(stage, dict) or not isinstance(stage.get("code"), str):
            check.wrong(
                N_("Stage {number} of the policy lacks its code."),
                SEE_POLICY,
                field="stages",
                code="missing",
                number=number,
            )
            continue
        for key, value in stage.items():
            if key not in _STAGE or not _is(value, _STAGE[key]) or (key == "gates" and not _texts(value)):
                check.wrong(
                    N_("Stage {stage} of the policy: {field} is unknown or of the wrong type."),
                    SEE_POLICY,
                    field=key,
                    code="type",
                    stage=stage["code"],
                )


def _check_part(check: Checks, name: str, part: object, keys: Mapping[str, type]) -> None:
    if not isinstance(part, dict):
        _lacks(check, name, "table")
        return
    for key in _unknown(part, keys):
        check.wrong(
            N_("The policy: {field} is unknown or of the wrong type."),
            N_("Known keys: {known}."),
            field=f"{name}.{key}",
            code="unknown" if key not in keys else "type",
            known=", ".join(keys),
        )


def _check_moved(check: Checks, moved: object) -> None:
    if not isinstance(moved, dict):
        _lacks(check, "moved", "table")
        return
    for old, stage in moved.items():
        if not isinstance(stage, str):
            check.wrong(
                N_("The policy does not say to which stage {stage} moved."),
                N_('Write the code of a stage of this policy: {stage} = "CODE"'),
                field="moved",
                code="type",
                stage=old,
            )


def _check_roles(check: Checks, roles: object) -> None:
    if not isinstance(roles, dict):
        _lacks(check, "roles", "table")
        return
    for kind in roles:
        if kind not in set(MoveKind):
            check.wrong(
                N_("The policy gives roles for the unknown move {move}."),
                N_("Known moves: {known}."),
                field="roles",
                code="unknown",
                move=kind,
                known=", ".join(MoveKind),
            )
    for kind, names in roles.items():
        if not _texts(names):
            check.wrong(
                N_("The policy's roles of {move} are not a list of names."),
                SEE_POLICY,
                field="roles",
                code="type",
                move=kind,
            )


def _check_aftercare(check: Checks, table: object) -> None:
    if not isinstance(table, dict):
        _lacks(check, "aftercare", "table")
        return
    brands = table.get("brands", [])
    wrong = (
        [
            *_unknown(table, _AFTERCARE),
            *(key for brand in brands if isinstance(brand, dict) for key in _unknown(brand, _BRAND)),
            *("brands" for brand in brands if not isinstance(brand, dict) or "code" not in brand),
        ]
        if isinstance(brands, list)
        else ["brands"]
    )
    for key in dict.fromkeys(wrong):
        check.wrong(
            N_("The policy's aftercare: {field} is unknown, missing or of the wrong type."),
            SEE_POLICY,
            field=key,
            code="type",
        )


def _check_capital(check: Checks, table: object) -> None:
    """Note what is wrong within the lists of [capital]; that it is a table, and of which keys, is asked before."""
    if not isinstance(table, dict):
        return
    groups, day = table.get("groups", []), table.get("rate_day", RateDay.DAY.value)
    wrong = [] if _texts(table.get("counted", [])) else ["counted"]
    for group in groups if isinstance(groups, list) else []:
        if not isinstance(group, dict) or not {"code", "countries"} <= set(group):
            wrong.append("groups")
            continue
        wrong += [f"groups.{key}" for key in _unknown(group, _GROUP)]
        wrong += [] if _texts(group["countries"]) else ["groups.countries"]
    for key in dict.fromkeys(wrong):
        check.wrong(
            N_("The policy's capital: {field} is unknown, missing or of the wrong type."),
            SEE_POLICY,
            field=key,
            code="type",
        )
    if isinstance(day, str) and day not in set(RateDay):
        check.add(not_one_of(day, RateDay, "rate_day"))


def _unknown(table: Mapping[str, object], known: Mapping[str, type]) -> list[str]:
    """Return the keys of a table that are unknown or whose values are of the wrong type."""
    return [key for key, value in table.items() if key not in known or not _is(value, known[key])]


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
