"""The claims of a unit that goes out of use: handed over to its successor, or released."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from crm.models import Claim, ClaimEvent, ClaimOrigin, ClaimShare, ClaimState, ClaimStep, Lead, Unit
from crm.reads.claims import queries as reports
from crm.services.kernel.context import Context
from crm.services.kernel.locks import lock_rows
from crm.services.kernel.writing import Writing
from crm.values.moments import end_of


class UnitClaims:
    """The claims of a unit, with those of others on the same leads; their leads are locked. Four statements.

    A lapsed claim ends as lapsed. Of two claims that contest a lead, the other one becomes active when one is released.
    """

    def __init__(self, context: Context, unit: Unit) -> None:
        session = context.session
        own = (Claim.unit_id == unit.id, Claim.state.in_(reports.STANDING))
        leads = select(Claim.lead_id).where(*own)
        lock_rows(session, Lead, session.scalars(leads).all())
        found = session.scalars(
            select(Claim)
            .where(Claim.lead_id.in_(leads), Claim.state.in_(reports.STANDING))
            .order_by(Claim.id)
            .execution_options(populate_existing=True)
        ).all()
        policy = context.policy().claims
        rows = reports.claims(session, None, policy, today=context.today, of=own, every=True).all() if found else ()
        self._lapsed = {row.id: row.protected_until for row in rows if row.state == ClaimState.LAPSED}
        self._mine = [claim for claim in found if claim.unit_id == unit.id]
        self._rivals: dict[int, list[Claim]] = {}
        for claim in found:
            if claim.unit_id != unit.id:
                self._rivals.setdefault(claim.lead_id, []).append(claim)

    def end(self, write: Writing, heir: Unit | None, why: str) -> None:
        """Hand the claims over, or release them without a successor. The number of statements is fixed."""
        if not self._mine:
            return
        now = write.context.now()
        ended: list[tuple[Claim, dict[str, Any]]] = []
        events: list[ClaimEvent] = []
        handed: list[tuple[Claim, Claim]] = []
        for claim in self._mine:
            rivals = self._rivals.get(claim.lead_id, [])
            if (until := self._lapsed.get(claim.id)) is not None:
                ended.append((claim, {"state": ClaimState.LAPSED, "ended_at": end_of(until)}))
                events.append(_event(write, claim.id, ClaimStep.LAPSED))
            elif heir is not None and heir.id not in {rival.unit_id for rival in rivals}:
                handed.append((claim, _heirs(write, claim, heir, now)))
                ended.append((claim, {"state": ClaimState.TRANSFERRED, "ended_at": now}))
                events.append(_event(write, claim.id, ClaimStep.TRANSFERRED, why))
            else:
                ended.append((claim, {"state": ClaimState.RELEASED, "ended_at": now}))
                events.append(_event(write, claim.id, ClaimStep.RELEASED, why))
                if len(rivals) == 1:
                    ended.append((rivals[0], {"state": ClaimState.ACTIVE, "held_since": now}))
                    events.append(_event(write, rivals[0].id, ClaimStep.UNCONTESTED))
        shares = select(ClaimShare).where(ClaimShare.claim_id.in_([claim.id for claim, _ in handed]))
        parts = write.session.scalars(shares).all() if handed else ()
        write.change_all(ended)
        write.add(*events, *(claim for _, claim in handed))
        write.flush()
        names = {claim.id: (claim.unit_id, successor) for claim, successor in handed}
        write.add(
            *(_event(write, successor.id, ClaimStep.FILED, why) for _, successor in handed),
            *(_part(part, *names[part.claim_id]) for part in parts),
        )


def _event(write: Writing, claim_id: int, kind: ClaimStep, reason: str | None = None) -> ClaimEvent:
    context = write.context
    return ClaimEvent(claim_id=claim_id, kind=kind, at=context.now(), actor_id=context.acting().id, reason=reason)


def _heirs(write: Writing, claim: Claim, heir: Unit, now: datetime) -> Claim:
    return Claim(
        lead_id=claim.lead_id,
        unit_id=heir.id,
        origin=ClaimOrigin.TRANSFERRED,
        from_claim_id=claim.id,
        filed_at=now,
        filed_by_id=write.context.acting().id,
        state=claim.state,
        held_since=now if claim.state is ClaimState.ACTIVE else None,
    )


def _part(part: ClaimShare, former: int, successor: Claim) -> ClaimShare:
    unit = successor.unit_id if part.unit_id == former else part.unit_id
    return ClaimShare(claim_id=successor.id, unit_id=unit, points=part.points)
