"""Arrivals of capital, requests and referrals come from a file, alone and as columns of a ledger row."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from crm.models import CapitalArrival, Referral, Request, RequestEvent
from crm.models.ledger import is_reversed
from crm.models.referral import ReferralStatus
from crm.rules.imports.rows import Cell, SourceRow
from tests.factories import InvestorFactory, World
from tests.factories.ledgers import SUM, bring, row, rows

ARRIVAL: dict[str, Cell] = {
    "investor.name": "入册2号商事株式会社",
    "lead.title": "入册工厂2",
    "capital.amount": "120万美元",
    "capital.arrived": "2023.02.01",
    "capital.reference": "BK-7",
}


def whole(number: int = 2, **more: Cell) -> SourceRow:
    """Return a row of a ledger with an arrival, a request and a referral."""
    return row(
        number,
        capital__amount="500万美元",
        capital__arrived="2023.02.01",
        capital__reference=f"BK-{number}",
        request__text="要用地",
        request__kind="land",
        referral__referrer="介绍商会",
        referral__introduced="2023-01-02",
        **more,
    )


def flaws(world: World, *held: SourceRow) -> list[tuple[str, str]]:
    """Return what is wrong about rows: the fields and the codes."""
    seen = world.manager.imports.preview(held, checksum=SUM)
    return [(flaw.path, flaw.problem.code) for verdict in seen.verdicts for flaw in verdict.problems]


def test_a_ledger_row_has_an_arrival_a_request_and_a_referral(world: World) -> None:
    """Each is made as its verb makes it, once; the same file again writes nothing, and undoing takes all back."""
    InvestorFactory.create(world=world, name="介绍商会", country="CN", kind="chamber")
    seen = world.manager.imports.preview([whole(), whole(3)], checksum=SUM)
    assert {noun: seen.records[noun] for noun in ("capital_arrival", "request", "referral")} == {
        noun: {"new": 2} for noun in ("capital_arrival", "request", "referral")
    }
    batch = bring(world.manager, [whole(), whole(3)]).batch
    assert batch is not None
    session = world.session
    arrival = session.scalars(select(CapitalArrival)).first()
    assert arrival is not None
    assert (str(arrival.amount), arrival.state, arrival.arrived_on, arrival.told_in) == (
        "5,000,000.00 USD",
        "reported",
        date(2023, 2, 1),
        "ten_thousand",
    )
    assert (arrival.immediate_country, arrival.industry, arrival.kind) == ("JP", "C36", "new")
    request = session.scalars(select(Request)).first()
    assert request is not None
    assert (request.kind, request.state, request.accepted_on) == ("land", "accepted", world.today)
    assert request.due_on >= request.answer_due_on >= world.today
    assert session.scalar(select(func.count()).select_from(RequestEvent)) == 2
    referral = session.scalars(select(Referral)).first()
    assert referral is not None
    assert (referral.channel, referral.points, referral.introduced_on) == ("chamber", 10_000, date(2023, 1, 2))
    assert world.manager.audit.verify() == ()
    assert {record.record for record in world.manager.imports.show(batch).records} >= {
        "capital_arrival",
        "request",
        "referral",
    }
    assert bring(world.manager, [whole(), whole(3)]).batch is None
    done = world.manager.imports.undo(batch, reason="r")
    assert done.left == ()
    assert (done.undone["capital_arrival"], done.undone["request"], done.undone["referral"]) == (2, 2, 2)
    assert len(session.scalars(select(CapitalArrival.id).where(is_reversed(CapitalArrival))).all()) == 2
    assert set(session.scalars(select(Referral.status))) == {ReferralStatus.WITHDRAWN}
    assert all(session.scalars(select(Request.withdrawn_at)).all())
    assert world.manager.audit.verify() == ()
    again = bring(world.manager, [whole(), whole(3)]).batch
    assert again is not None
    assert again.made == batch.made


def test_bank_advice_counts_once(world: World) -> None:
    """One with another amount, day or lead is refused; what was reversed by hand is not entered again."""
    bring(world.manager, [row(2), row(3)])
    bring(world.manager, rows(ARRIVAL))
    assert flaws(world, *rows({**ARRIVAL, "capital.amount": "130万美元"})) == [("capital.reference", "known")]
    other: dict[str, Cell] = {"investor.name": "入册3号商事株式会社", "lead.title": "入册工厂3"}
    assert flaws(world, *rows(ARRIVAL | other)) == [("capital.reference", "known")]
    fresh = {**ARRIVAL, "capital.reference": "BK-8"}
    assert flaws(world, *rows(fresh, {**fresh, "capital.arrived": "2023.02.02"})) == [("capital.reference", "known")]
    entry = world.session.scalars(select(CapitalArrival)).one()
    world.manager.capital.reverse(entry, reason="wrong")
    assert bring(world.manager, rows(ARRIVAL)).batch is None


def test_a_row_that_lacks_something_says_what(world: World) -> None:
    """Each missing cell is named; a day in the future and a negative amount are refused."""
    bare: dict[str, Cell] = {"investor.name": "入册2号商事株式会社", "investor.country": "JP"}
    assert set(flaws(world, *rows(bare | {"capital.amount": "5万美元"}))) == {
        ("capital.arrived", "missing"),
        ("capital.reference", "missing"),
        ("lead.title", "missing"),
    }
    assert flaws(world, *rows(bare | {"request.kind": "land"})) == [("request.text", "missing")]
    assert set(flaws(world, *rows(bare | {"referral.introduced": "2023-01-02"}))) == {
        ("referral.referrer", "missing"),
        ("lead.title", "missing"),
    }
    later = row(2, capital__arrived="2093-01-01", referral__referrer="无此人")
    assert set(flaws(world, later)) >= {("capital.arrived", "future"), ("referral.referrer", "not_found")}


def test_referrals_of_a_file_follow_the_rules_of_referrals(world: World) -> None:
    """No self-referral, no circle, no more than the whole of the credit, none of a signed lead."""
    first = row(2, referral__referrer="入册3号商事株式会社")
    assert flaws(world, row(3), first) == []
    assert flaws(world, row(2, referral__referrer="入册2号商事株式会社")) == [("referral.referrer", "self_referral")]
    circle = row(3, lead__title="第二工厂", referral__referrer="入册2号商事株式会社")
    assert flaws(world, row(3), first, circle) == [("referral.referrer", "cycle")]
    InvestorFactory.create(world=world, name="介绍商会", country="CN", kind="chamber")
    second = row(2, referral__referrer="介绍商会")
    assert flaws(world, row(3), first, second) == [("referral.referrer", "credit")]
    half = {"referral__credit": "50"}
    held = [
        row(3),
        row(2, referral__referrer="入册3号商事株式会社", **half),
        row(2, referral__referrer="介绍商会", **half),
    ]
    bring(world.manager, held)
    assert set(world.session.scalars(select(Referral.points))) == {5_000}


def test_who_may_not_record_it_for_a_lead_is_refused(world: World) -> None:
    """The rights on the lead are those of the verbs."""
    bring(world.manager, [row(2)])
    seen = world.tokyo.imports.preview(rows(ARRIVAL), checksum=SUM)
    assert [flaw.path for flaw in seen.verdicts[0].problems] == ["capital.amount"]
