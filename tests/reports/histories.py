"""Random histories of leads, moved through the front door; reports are held against what one counts of them by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from crm.errors import Refused
from crm.models import Lead
from crm.rules.stages import DEFAULT
from crm.testing.leads import meet_gates
from tests.factories import World

STAGES = [stage.code for stage in DEFAULT.stages]
COUNTRIES, INDUSTRIES = ["JP", "DE", "HK"], ["C36", "A01", None]
AMOUNTS = ["20000000 USD", "300000000 JPY", "1500000.50 EUR"]
STEPS = st.lists(
    st.tuples(
        st.sampled_from("advance advance advance redate redate withdraw withdraw settle skip back hold lose abandon reopen exit".split()),
        st.integers(0, 40),
    ),
    max_size=9,
)  # fmt: skip
HISTORIES = st.lists(
    st.tuples(STEPS, st.sampled_from(["tokyo", "frankfurt"]), st.sampled_from(COUNTRIES), st.sampled_from(INDUSTRIES), st.integers(0, 200), st.booleans()),
    min_size=1, max_size=4,
)  # fmt: skip


def live(world: World, histories: list[Any]) -> list[Lead]:
    """Open leads and try the steps of each; a refusal is part of a history."""
    investors = {code: world.manager.investors.add(f"漏斗{code}商事", country=code) for code in COUNTRIES}
    start = world.clock.instant
    leads = []
    for number, (steps, station, country, industry, wait, secret) in enumerate(histories):
        world.clock.instant = start
        world.clock.forward(days=wait)
        veil: dict[str, Any] = {"confidential": True, "code_name": f"Falcon {number}"} if secret else {}
        if wait % 4 == 0:
            veil |= {"carried_over": STAGES[1 + wait % 5], "reason": "from the ledger"}
        lead = world.manager.leads.open(
            investors[country], title=f"漏斗{number}", station=station, unit="hitech", expected=AMOUNTS[number % 3], industry=industry or "C36", **veil
        )  # fmt: skip
        for verb, days in steps:
            world.clock.forward(days=days)
            try:
                if verb in CORRECTIONS:
                    CORRECTIONS[verb](world, lead, days)
                else:
                    step(world, lead, verb)
            except Refused:
                continue
        leads.append(lead)
    return leads


def redate(world: World, lead: Lead, number: int) -> None:
    """Correct the day of one of its moves by up to four days."""
    move = world.manager.leads.history(lead)[number % lead.last_transition]
    day = move.occurred_on + timedelta(days=(-1, -2, -3, 1, -4)[number % 5])
    world.manager.leads.redate(lead, day, move=move.number, reason="typed wrongly")


def withdraw(world: World, lead: Lead, number: int) -> None:
    """Withdraw one of its meetings or documents."""
    papers, talks = world.manager.leads.evidence(lead), world.manager.meetings.list(lead=lead)
    if number % 2 and papers:
        world.manager.leads.withdraw_evidence(papers[number % len(papers)].id, reason="another lead's")
    elif talks:
        world.manager.meetings.withdraw(talks[number % len(talks)].id, reason="another lead's")


def step(world: World, lead: Lead, verb: str) -> None:
    """Make one move."""
    manager = world.manager
    following = DEFAULT.after(lead.stage)
    match verb:
        case "advance" | "skip" if following is not None and lead.status.value == "active":
            last = DEFAULT.after(following.code) or following if verb == "skip" else following
            for stage in STAGES[DEFAULT.position(lead.stage) + 1 : DEFAULT.position(last.code) + 1]:
                meet_gates(manager, world, lead, stage)
            world.clock.forward(days=4)
            manager.leads.advance(lead, last.code, reason="goes fast" if last is not following else None)
        case "settle":
            for stage in STAGES[1 : DEFAULT.position(lead.stage) + 1]:
                meet_gates(manager, world, lead, stage)
            manager.leads.settle(lead)
        case "back":
            at = DEFAULT.position(lead.stage)
            manager.leads.back(lead, STAGES[max(at - 1, 0)], reason="not yet")
        case "hold":
            manager.leads.hold(lead, reason="waits", review=world.day(30))
        case "lose":
            manager.leads.lose(lead, reason="sea", competitor="elsewhere")
        case "abandon" | "exit" | "reopen":
            getattr(manager.leads, verb)(lead, reason="so")


CORRECTIONS = {"redate": redate, "withdraw": withdraw}


def shown(door: str, lead: Lead, world: World) -> bool:
    """Say whether somebody sees a confidential lead."""
    desk = world.tokyo.actor
    assert desk is not None
    return door == "manager" or (door == "tokyo" and (lead.station_id == desk.station_id or lead.owner_id == desk.id))
