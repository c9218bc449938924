"""Claims and their steps, for the law that a field is said once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from crm.cli.claims.claim import command
from crm.models import Claim, ClaimEvent
from crm.rules.claims import ClaimDetails
from tests.factories import LeadFactory, World
from tests.laws.nouns.case import Case


def _claim(world: World, **fields: Any) -> Claim:
    return world.manager.claims.file(LeadFactory.create(world=world), **({"unit": "hitech"} | fields))


def _step(world: World, **fields: Any) -> ClaimEvent:
    claim = _claim(world)
    world.zone.claims.renew(claim.lead_id, reason=fields.get("reason"))
    steps = select(ClaimEvent).where(ClaimEvent.claim_id == claim.id).order_by(ClaimEvent.id.desc())
    return world.session.scalars(steps).first()  # type: ignore[return-value]  # there are two


def _lead(world: World, step: ClaimEvent) -> int:
    return world.session.get_one(Claim, step.claim_id).lead_id


CASES: Mapping[str, Case] = {
    "claim": Case(
        make=_claim,
        show=lambda world, record: world.manager.claims.show(record),
        examples={"unit": "bureau", "note": "首次洽谈纪要"},
        stored={"unit": lambda world: world.admin.units.get("bureau").id},
        exempt={
            "lead_id": "on which lead, said when it is filed",
            "origin": "written by claims.file and claims.transfer, in the history",
            "from_claim_id": "of a transfer the claim before, in the history",
            "filed_at": "the moment of recording, shown; no date that somebody states counts",
            "filed_by_id": "who filed it, shown",
            "state": "written by its verbs, shown",
            "held_since": "since when it protects, shown as its last protected day",
            "ended_at": "when it ended, shown",
        },
        commands=((command.commands["file"], ClaimDetails),),
    ),
    "claim_event": Case(
        make=_step,
        show=lambda world, record: world.manager.claims.history(_lead(world, record))[-1],
        examples={"kind": "renewed", "reason": "对方董事会四月再议"},
        exempt={
            "claim_id": "of which claim",
            "at": "the moment of the verb, shown",
            "actor_id": "who did it, shown",
        },
    ),
}
