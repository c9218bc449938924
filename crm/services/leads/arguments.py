"""Reading the arguments of a lead: source, capital, expected amount, confidentiality."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, select

from crm.errors import N_, InvalidInput, Problem, problem
from crm.models import Enterprise, Investor, Lead, PromotionEvent, SourceKind, Station, Unit
from crm.reads.leads.filters import conditions
from crm.rules.access import Actor, Right, Scope, scope
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.fields import Record, declared, given
from crm.rules.kernel.paging import Paging
from crm.rules.leads.fields import LeadDetails, LeadHands
from crm.rules.leads.filters import LeadFilters, LeadSelection
from crm.services.investors.base import FindsInvestors
from crm.services.leads.base import LeadBase
from crm.services.places.loading import LoadsPlaces
from crm.values.text import TITLE, require_text

#: Conditions on Lead.
Conditions = list[ColumnElement[bool]]
#: Where a lead came from: a record, or text such as ``station:tokyo``, ``event:…``, ``referral:NAME``.
Source = Station | Unit | Investor | PromotionEvent | str


class NarrowsLeads(FindsInvestors, LoadsPlaces):
    """Reads the filters of leads and their hands; problems are noted and raised together."""

    def _narrowed(self, check: Checks, filters: Mapping[str, object]) -> Conditions:
        """Return the conditions of the filters that were given."""
        chosen = given(LeadFilters, filters, LeadSelection, Paging)
        pipeline = self._context.policy()
        values = check.fields(
            LeadFilters,
            chosen,
            stage=lambda stage: pipeline.codes_of(pipeline.stages[pipeline.position(stage)].code),
            investor=self._investors.get,
            **self._place_readers(chosen),
        )
        if words := values.pop("tag", None):
            from crm.services.tags.tagging import known_tags

            values["tag"] = known_tags(self._context, check, words)
        return conditions(self._context.actor, values)

    def _hands(self, check: Checks, hands: Mapping[str, object]) -> dict[str, Any]:
        return check.fields(LeadHands, hands, station=self._stations.get, unit=self._units.get, owner=self._staff.get)


class LeadArguments(NarrowsLeads, LeadBase):
    """Reads the arguments of a lead; problems are noted and raised together."""

    def _industry(self, code: object) -> str:
        from crm.services.industries import known_industry

        return known_industry(self._context, code)

    def _source(self, source: object, whose: Investor | None) -> dict[str, Any]:
        """Return the stored form of the source of an investor's lead."""
        kind, target = self._source_parts(source)
        values: dict[str, object] = {**dict.fromkeys(declared(LeadDetails)["source"].kept), "source_kind": kind}
        if kind is SourceKind.EVENT:
            named = require_text(target, "source", limit=TITLE)
            event = select(PromotionEvent.id).where(PromotionEvent.code == named.lower())
            return values | {"source_event": named, "source_event_id": self._context.session.scalar(event)}
        column, get = self._sources[kind]
        number = get(target).id
        if kind is SourceKind.REFERRAL and whose is not None and number == whose.id:
            raise InvalidInput(
                problem(
                    N_("An investor cannot refer its own lead."),
                    N_("Name the referrer."),
                    field="source",
                    code="self_referral",
                )
            )
        return values | {column: number}

    @property
    def _sources(self) -> Mapping[SourceKind, tuple[str, Callable[[Any], Record]]]:
        return {
            SourceKind.STATION: ("source_station_id", self._stations.get),
            SourceKind.UNIT: ("source_unit_id", self._units.get),
            SourceKind.REFERRAL: ("source_investor_id", self._investors.get),
        }

    def _source_parts(self, source: object) -> tuple[SourceKind, Station | Unit | Investor | str]:
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
        """Return the obstacle to changing whether the capital is foreign, which decides on the filing."""
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
                    N_("The investor is not from CN; only a manager can record its capital as domestic."),
                    N_("Ask a manager."),
                    field="foreign",
                    code="role",
                )
            ]
        return []


def names_referrer(source: object) -> bool:
    """Return whether a source is an organisation that referred the lead."""
    return isinstance(source, Investor) or str(source or "").partition(":")[0].strip().lower() == SourceKind.REFERRAL


def veil_problems(*, confidential: bool, code_name: str | None) -> list[Problem]:
    """Return the problem of a confidential lead without a code name."""
    if not confidential or code_name is not None:
        return []
    return [
        problem(
            N_("A confidential lead needs a code name."),
            N_("Add it: --code-name …"),
            field="code_name",
            code="missing",
        )
    ]
