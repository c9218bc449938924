"""The arguments of a lead, read: where it came from, whose it is, what is expected, what is hidden."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select

from crm.errors import N_, InvalidInput, Problem, problem
from crm.models import Enterprise, Investor, Lead, PromotionEvent, SourceKind, Staff, Station, Unit
from crm.rules.access import Actor, Right, Scope, scope
from crm.services.industries import known_industry
from crm.services.investors.loading import LoadsInvestors
from crm.services.kernel.checks import NOTE, TITLE, Checks
from crm.services.leads.base import LeadBase
from crm.services.places.loading import LoadsPlaces
from crm.values.money import as_money

StationRef = Station | int | UUID | str
UnitRef = Unit | int | UUID | str
StaffRef = Staff | int | UUID | str
#: Conditions on Lead.
Conditions = list[ColumnElement[bool]]
#: Where a lead came from: a record, or text such as ``station:tokyo``, ``event:…``, ``referral:NAME``.
Source = Station | Unit | Investor | PromotionEvent | str


class LeadArguments(LoadsInvestors, LoadsPlaces, LeadBase):
    """Reads what a caller passes about a lead; each problem is noted, none is raised alone."""

    def _where(self, check: Checks, station: StationRef | None, unit: UnitRef | None) -> Conditions:
        where: Conditions = []
        if station is not None and (place := check.take(lambda: self._stations.get(station), "station")):
            where.append(Lead.station_id == place.id)
        if unit is not None and (home := check.take(lambda: self._units.get(unit), "unit")):
            where.append(Lead.unit_id == home.id)
        return where

    def _place(self, check: Checks, ref: Any, get: Callable[[Any], Any], field: str) -> Any:
        return None if ref is None else check.take(lambda: get(ref), field)

    def _details(self, check: Checks, **passed: Any) -> dict[str, Any]:
        values: dict[str, Any] = {}
        if "expected" in passed:
            money = None if passed["expected"] is None else check.take(lambda: as_money(passed["expected"]), "expected")
            if money is not None and money.minor <= 0:
                check.add(
                    problem(
                        N_("{amount} is not positive."),
                        N_("Expected is a positive amount."),
                        field="expected",
                        code="negative",
                        amount=money,
                    )
                )
            values |= {
                "expected_minor": money.minor if money else None,
                "expected_currency": money.currency if money else None,
            }
        if "industry" in passed:
            values["industry"] = (
                None
                if passed["industry"] is None
                else check.take(lambda: known_industry(self._context, passed["industry"]))
            )
        if "note" in passed:
            values["note"] = check.text(passed["note"], "note", NOTE, required=False)
        return values

    def _veil(self, check: Checks, confidential: object, code_name: object) -> dict[str, Any]:
        name = check.text(code_name, "code_name", 80, required=False)
        if confidential and name is None:
            check.add(
                problem(
                    N_("A confidential lead needs a code name."),
                    N_("Add it: --code-name …"),
                    field="code_name",
                    code="missing",
                )
            )
        return {"confidential": check.flag(confidential, "confidential"), "code_name": name}

    def _source(self, check: Checks, source: Any, whose: Investor | None) -> dict[str, Any]:
        values: dict[str, Any] = dict.fromkeys(
            ("source_station_id", "source_unit_id", "source_event", "source_event_id", "source_investor_id")
        )
        try:
            kind, target = self._source_parts(source)
        except InvalidInput as error:
            check.add(*error.problems)
            return values
        getters: dict[SourceKind, Callable[[Any], Any]] = {
            SourceKind.STATION: self._stations.get,
            SourceKind.UNIT: self._units.get,
            SourceKind.REFERRAL: self._investors.get,
        }
        if kind is SourceKind.EVENT:
            named = values["source_event"] = check.text(target, "source", TITLE)
            values["source_event_id"] = self._context.session.scalar(
                select(PromotionEvent.id).where(PromotionEvent.code == named.lower())
            )
        else:
            record = check.take(lambda: getters[kind](target), "source")
            column = {
                SourceKind.STATION: "source_station_id",
                SourceKind.UNIT: "source_unit_id",
                SourceKind.REFERRAL: "source_investor_id",
            }[kind]
            values[column] = record.id if record else None
            if kind is SourceKind.REFERRAL and record is not None and whose is not None and record.id == whose.id:
                check.add(
                    problem(
                        N_("An investor does not refer its own lead."),
                        N_("Name who brought it."),
                        field="source",
                        code="self_referral",
                    )
                )
        return {"source_kind": kind, **values}

    def _source_parts(self, source: Any) -> tuple[SourceKind, Any]:
        for model, kind in ((Station, SourceKind.STATION), (Unit, SourceKind.UNIT), (Investor, SourceKind.REFERRAL)):
            if isinstance(source, model):
                return kind, source
        if isinstance(source, PromotionEvent):
            return SourceKind.EVENT, source.code
        word, colon, rest = str(source or "").partition(":")
        if colon and word.strip().lower() in set(SourceKind):
            return SourceKind(word.strip().lower()), rest.strip()
        raise InvalidInput(
            problem(
                N_("The source is missing: a station, unit, event or referral."),
                N_("Write station:CODE, unit:CODE, event:NAME or referral:INVESTOR."),
                field="source",
                code="source",
            )
        )

    def _foreign(self, lead: Lead, actor: Actor, *, foreign: bool) -> list[Problem]:
        """Return what stands against changing whether the capital is foreign: it decides whether a filing is asked for."""
        if foreign == lead.foreign_capital:
            return []
        session = self._context.session
        pipeline = self._context.policy()
        firm = None if lead.enterprise_id is None else session.get(Enterprise, lead.enterprise_id)
        passed = any("filing" in stage.gates for stage in pipeline.stages[: pipeline.standing(lead.stage) + 1])
        if foreign and passed and (firm is None or firm.filing is None):
            return [
                problem(
                    N_("The filing of foreign investment is missing."),
                    N_("Add it: crm lead register LEAD --filing REFERENCE"),
                    field="foreign",
                    code="filing",
                )
            ]
        home = session.get_one(Investor, lead.investor_id).country == "CN"
        if not foreign and not home and scope(actor, Right.LEAD_EDIT) is not Scope.ALL:
            return [
                problem(
                    N_("The investor is not of CN; that its capital is domestic, a manager says."),
                    N_("Ask a manager."),
                    field="foreign",
                    code="role",
                )
            ]
        return []


def names_referrer(source: object) -> bool:
    """Say whether a source is an organisation that brought the lead."""
    return isinstance(source, Investor) or str(source or "").partition(":")[0].strip().lower() == SourceKind.REFERRAL
