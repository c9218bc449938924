"""What the verbs on claims share: locking the lead, reading its claims, checking the policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from crm.errors import N_, Conflict, InvalidInput, Problem, problem
from crm.models import Claim, ClaimEvent, ClaimOrigin, ClaimState, ClaimStep, Lead, Unit
from crm.reads.claims import queries as reports
from crm.rules.access import Right
from crm.rules.claims import ClaimPolicy
from crm.rules.kernel.checks import Checks
from crm.rules.stages import OPEN
from crm.services.investors.base import FindsInvestors
from crm.services.kernel.context import Context
from crm.services.kernel.locks import lock_rows
from crm.services.kernel.refs import UnitRef
from crm.services.leads.base import FindsLeads
from crm.services.places.loading import LoadsPlaces
from crm.values.shares import WHOLE, as_share, percent
from crm.values.text import comparison_key

#: A share in percent: a whole number, or a text of at most two decimals.
Share = int | str | Decimal


class ClaimBase(FindsInvestors, FindsLeads, LoadsPlaces):
    """Reads the active claims, and refuses what the policy does not allow."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @property
    def _policy(self) -> ClaimPolicy:
        return self._context.policy().claims

    def _unit(self, check: Checks, ref: UnitRef | None, field: str) -> Unit:
        if ref is None:
            check.wrong(
                N_("You do not belong to a unit; only units can file claims."),
                N_("Name the unit: --unit CODE"),
                field=field,
                code="no_unit",
            )
            return Unit(code="")
        found: Unit | None = check.take(lambda: self._units.get(ref), field)
        return found if found is not None else Unit(code="")

    def _standing(self, lead: Lead) -> tuple[list[Claim], dict[int, date]]:
        """Lock the lead; return its active and contested claims, and the last protected day of each lapsed one.

        Filings on one lead are serialised here, so each sees the earlier ones (PostgreSQL; SQLite has one writer).
        """
        session = self._context.session
        lock_rows(session, Lead, [lead.id])
        found = session.scalars(
            select(Claim)
            .where(Claim.lead_id == lead.id, Claim.state.in_(reports.STANDING))
            .order_by(Claim.id)
            .execution_options(populate_existing=True)
        ).all()
        if not found:
            return [], {}
        rows = reports.claims(
            session,
            None,
            self._policy,
            today=self._context.today,
            of=[Claim.id.in_([claim.id for claim in found])],
            every=True,
        ).all()
        return list(found), {
            row.id: row.protected_until
            for row in rows
            if row.state == ClaimState.LAPSED and row.protected_until is not None
        }

    def _active(self, lead: Lead, right: Right, stands: tuple[list[Claim], dict[int, date]] | None = None) -> Claim:
        """Return the active claim on a lead if the actor has *right* on it; *stands* avoids reading it again."""
        standing, lapsed = self._standing(lead) if stands is None else stands
        claim = next((claim for claim in standing if claim.state is ClaimState.ACTIVE), None)
        if claim is None:
            raise Conflict(
                problem(
                    N_("Lead {id} is contested; no unit holds it.") if standing else N_("No unit holds lead {id}."),
                    N_("An admin has to decide: crm claim rule LEAD UNIT=SHARE …")
                    if standing
                    else N_("File a claim: crm claim file LEAD"),
                    code="not_held",
                    id=lead.id,
                )
            )
        self._context.require(right, unit_id=claim.unit_id)
        if claim.id in lapsed:
            raise Conflict(
                problem(
                    N_("The claim on lead {id} protected until {until} and has lapsed."),
                    N_("File a new one: crm claim file LEAD"),
                    code="lapsed",
                    id=lead.id,
                    until=lapsed[claim.id],
                )
            )
        return claim

    def _given_up(self, lead: Lead, unit: Unit | None) -> tuple[Claim, list[Claim]]:
        """Return the claim that the actor may release, and the claims that remain in the contest without it."""
        stands = self._standing(lead)
        contested = [stand for stand in stands[0] if stand.state is ClaimState.CONTESTED]
        if not contested:
            claim = self._active(lead, Right.CLAIM_RELEASE, stands)
            if unit is not None and unit.id != claim.unit_id:
                raise Conflict(_no_claim(unit, lead))
            return claim, []
        home = self._context.acting().unit_id if unit is None else unit.id
        mine = next((claim for claim in contested if claim.unit_id == home), None)
        if mine is None and unit is not None:
            raise Conflict(_no_claim(unit, lead))
        if mine is None:
            raise InvalidInput(
                problem(
                    N_("Several units contest lead {id}; yours is not one of them."),
                    N_("Name the unit that withdraws: --unit CODE"),
                    field="unit",
                    code="contestant",
                    id=lead.id,
                )
            )
        self._context.require(Right.CLAIM_RELEASE, unit_id=mine.unit_id)
        return mine, [claim for claim in contested if claim is not mine]

    def _ensure_claimable(self, lead: Lead) -> None:
        if lead.landed_on is not None or lead.status not in OPEN:
            raise Conflict(
                problem(
                    N_("Lead {id} has landed; it can no longer be claimed.")
                    if lead.landed_on is not None
                    else N_("Lead {id} is closed; it cannot be claimed."),
                    N_("Claim a lead that is in the pipeline; crm claim pool lists them."),
                    code="not_in_pipeline",
                    id=lead.id,
                )
            )

    def _ensure_free(self, rivals: list[Claim], home: Unit, now: datetime) -> None:
        if not rivals:
            return
        # After a ruling a claim is no longer contested, even if others withdrew. The events
        # decide this, not the times: they may be equal.
        verdicts = select(ClaimEvent.id).where(
            ClaimEvent.claim_id.in_([rival.id for rival in rivals]), ClaimEvent.kind == ClaimStep.RULED
        )
        found = select(Unit.id, Unit.name, verdicts.exists().label("ruled")).where(
            Unit.id.in_([rival.unit_id for rival in rivals])
        )
        rows = self._context.session.execute(found).all()
        names, ruled = {row.id: row.name for row in rows}, any(row.ruled for row in rows)
        who = ", ".join(names[rival.unit_id] for rival in rivals)
        if any(rival.unit_id == home.id for rival in rivals):
            raise Conflict(
                problem(
                    N_("{unit} has already claimed this lead."),
                    N_("See its history: crm claim history LEAD"),
                    field="unit",
                    code="claimed",
                    unit=home.name,
                )
            )
        first = min(rival.filed_at for rival in rivals)
        handed = any(rival.origin is ClaimOrigin.TRANSFERRED for rival in rivals)
        if not ruled and not handed and self._policy.contests(first, now):
            return
        contested = rivals[0].state is ClaimState.CONTESTED
        raise Conflict(
            problem(
                N_("{units} contest this lead; the window for further claims is over.")
                if contested
                else N_("{units} holds this lead."),
                N_("Wait for the decision.") if contested else N_("Wait until it lapses, or ask for a transfer."),
                code="held",
                units=who,
            )
        )

    def _ensure_quota(self, unit: Unit) -> None:
        """Refuse a lead beyond the quota; a unit's filings are serialised, so that the count is exact."""
        policy = self._policy
        lock_rows(self._context.session, Unit, [unit.id])
        held, most = (
            reports.holdings(self._context.session, policy, unit.id, today=self._context.today),
            policy.quota_of(unit.code),
        )
        if held >= most:
            raise Conflict(
                problem(
                    N_("{unit} holds {held} leads; its quota is {most}."),
                    N_("Release one first: crm claim release LEAD"),
                    field="unit",
                    code="quota",
                    unit=unit.name,
                    held=held,
                    most=most,
                )
            )

    def _event(self, claim: Claim, kind: ClaimStep, reason: str | None = None, **identity: object) -> ClaimEvent:
        context = self._context
        return ClaimEvent(
            **identity, claim_id=claim.id, kind=kind, at=context.now(), actor_id=context.acting().id, reason=reason
        )

    def _parts(
        self, check: Checks, shares: object, contested: Mapping[int, Claim], holder: UnitRef | None
    ) -> tuple[dict[int, int], int | None]:
        """Return basis points by unit and the holder's unit; wrong sums are noted as problems. One statement."""
        if not isinstance(shares, Mapping) or not shares:
            check.wrong(
                N_("The shares are missing."),
                N_("Name each unit with its percentage, such as lixia=60 gaoxin=40."),
                field="shares",
                code="missing",
            )
            return {}, None
        units = self._context.session.scalars(select(Unit).where(Unit.id.in_(contested))).all()
        parts: dict[int, int] = {}
        for ref, share in shares.items():
            unit = self._contestant(check, ref, units)
            points = check.take(lambda share=share: as_share(share))  # type: ignore[misc]
            if unit is not None and unit.id in parts:
                check.wrong(
                    N_("{unit} is named twice."), N_("Name it once."), field="shares", code="twice", unit=unit.code
                )
            if unit is not None:
                parts[unit.id] = points or 0
        if not check.refusals and sum(parts.values()) != WHOLE:
            check.wrong(
                N_("The shares add up to {total}, not to 100 %."),
                N_("Make them add up to 100%."),
                field="shares",
                code="sum",
                total=percent(sum(parts.values())),
            )
        head = None if holder is None else self._contestant(check, holder, units)
        if head is not None and head.id not in parts:
            check.wrong(N_("The holder must have a share."), N_("Give it a share."), field="holder", code="holder")
        return parts, None if head is None else head.id

    @staticmethod
    def _contestant(check: Checks, ref: UnitRef, units: Sequence[Unit]) -> Unit | None:
        spelled = comparison_key(ref) if isinstance(ref, str) else None
        for unit in units:
            if ref in (unit, unit.id, unit.uid, str(unit.id), str(unit.uid)) and not isinstance(ref, bool):
                return unit
            if spelled and spelled in {comparison_key(name) for name in (unit.code, unit.name, unit.name_en)}:
                return unit
        check.wrong(
            N_('"{unit}" does not contest this lead.'),
            N_("Those who do: {units}."),
            field="shares",
            code="stranger",
            unit=str(getattr(ref, "code", ref))[:60],
            units=", ".join(unit.code for unit in units),
        )
        return None


def _no_claim(unit: Unit, lead: Lead) -> Problem:
    return problem(
        N_("{unit} has no active claim on lead {id}."),
        N_("See whose they are: crm claim history LEAD"),
        field="unit",
        code="no_claim",
        unit=unit.name,
        id=lead.id,
    )
