"""Closings and benchmarks: what was published stays, whatever is recorded later."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from crm import CRM
from crm.errors import AccessDenied, Conflict, CRMError, InvalidInput, NotFound
from crm.models import Benchmark, Closing, PublishedFigure
from crm.reads.figures import year_on_year
from crm.testing.capital import RateFactory
from crm.values.money import Money
from crm.values.sentences import Said
from tests.factories import ArrivalFactory, InvestorFactory, LeadFactory, World

pytestmark = pytest.mark.portable


@pytest.fixture
def world(session: Session) -> World:
    """A bureau."""
    return World(session)


def arrive(world: World, amount: str, **options: Any) -> Any:
    """Let an amount arrive in February 2023, confirmed by three people."""
    lead = LeadFactory.create(
        world=world, investor=InvestorFactory.create(world=world, country="JP"), registered=True, industry="C36"
    )
    return ArrivalFactory.create(world=world, lead=lead, amount=amount, confirmed=True, **options)


def close_february(world: World) -> Closing:
    """Move to March and close the month."""
    world.clock.instant = datetime(2023, 3, 1, 2, 0, tzinfo=UTC)
    return world.manager.figures.close("2023-02")


@pytest.mark.portable
def test_what_was_published_stays(world: World) -> None:
    """An arrival of the month that is confirmed after its closing changes what it comes to, and is named; the published figure stays."""
    first = arrive(world, "5000000 USD")
    closing = close_february(world)
    figures = {figure.key: figure.value for figure in closing.figures}
    assert (
        figures["actual_fdi"]
        == figures["actual_fdi:group=japan_korea"]
        == figures["actual_fdi:section=C"]
        == 500_000_000
    )
    assert figures["actual_fdi.share:country=JP"] == 10_000
    with pytest.raises(NotFound):
        world.manager.report.restatement("2023-01")
    same = world.manager.report.restatement("2023-02", explain=True)
    assert (same.figures, same.tables) == ((), ())
    world.clock.forward(days=9)
    RateFactory.create(world=world, days=40)
    late = arrive(world, "1000000 USD", arrived=date(2023, 2, 20))
    told = world.manager.report.restatement("2023-02", explain=True)
    figure = told.figure("actual_fdi")
    assert (figure.value, figure.beside[0][2]) == (Money(600_000_000, "USD"), Money(500_000_000, "USD"))
    assert figure.entries[0].ids == (late.id,)
    year = world.manager.report.year("2023-02")
    assert year.figure("actual_fdi").value == Money(600_000_000, "USD")
    assert year.table("results").column("published")[0] == Money(500_000_000, "USD")
    assert first.id != late.id


def test_the_instant_of_closing_has_two_sides(world: World) -> None:
    """Of two entries that are confirmed at the very instant of closing, the one after it came since, and the one before did not."""
    world.clock.instant = datetime(2023, 3, 1, 2, 0, tzinfo=UTC)
    arrive(world, "5000000 USD", arrived=date(2023, 2, 20))
    world.manager.figures.close("2023-02")
    late = arrive(world, "1000000 USD", arrived=date(2023, 2, 20))
    figure = world.manager.report.restatement("2023-02", explain=True).figure("actual_fdi")
    assert (figure.value, figure.entries[0].ids) == (Money(600_000_000, "USD"), (late.id,))
    world.manager.figures.close("2023-02", reason="one more")
    assert world.manager.report.restatement("2023-02").figures == ()


def test_capital_from_home_is_not_behind_actual_fdi(world: World) -> None:
    """Behind each figure stand the later entries that it counts; all of the ledger are told as one number."""
    close_february(world)
    RateFactory.create(world=world, days=10)
    abroad = arrive(world, "1000000 USD", arrived=date(2023, 2, 20))
    profits = arrive(world, "3000 USD", arrived=date(2023, 2, 21), kind="reinvestment")
    home = arrive(world, "7000000 CNY", arrived=date(2023, 2, 20), country="CN")
    report = world.manager.report.restatement("2023-02", explain=True)
    behind = {figure.key: [ids for entries in figure.entries for ids in entries.ids] for figure in report.figures}
    assert (behind["actual_fdi"], behind["reinvestment"]) == ([abroad.id, profits.id], [profits.id])
    assert behind["domestic_capital"] == [home.id]
    sentence = report.method.text[1]
    assert isinstance(sentence, Said)
    assert dict(sentence.values) == {"arrivals": 3, "contracts": 0}


@pytest.mark.portable
def test_what_is_hidden_is_no_restatement(world: World) -> None:
    """Figures cannot be compared for those who may not see a confidential lead: theirs leave it out, the published ones do not."""
    RateFactory.create(world=world, days=80)
    before = {"arrived": date(2022, 12, 20)}
    secret = LeadFactory.create(
        world=world, investor=InvestorFactory.create(world=world, country="JP"), registered=True, industry="C36", secret=True,
    )  # fmt: skip
    ArrivalFactory.create(world=world, lead=secret, amount="5000000 USD", confirmed=True, **before)
    for period in (2022, "2022-12"):
        world.manager.figures.close(period)
        told = world.viewer.report.restatement(period)
        assert (told.figures, told.tables, len(told.left_out)) == ((), (), 1)
        assert world.manager.report.restatement(period).left_out == ()
    arrive(world, "1000000 USD", **before)
    for period in (2022, "2022-12"):
        told = world.viewer.report.restatement(period)
        assert (told.figures, told.tables, len(told.left_out)) == ((), (), 1)
        assert world.manager.report.restatement(period).figure("actual_fdi").value == Money(600_000_000, "USD")


def test_an_entry_that_is_confirmed_meanwhile(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is in the figures or it came since, never both and never neither: a closing that cannot tell is refused and leaves nothing."""
    arrive(world, "5000000 USD")
    lead = LeadFactory.create(world=world, registered=True, industry="C36")
    waiting = ArrivalFactory.create(world=world, lead=lead, amount="1 USD", verified=True)
    count = year_on_year.gathered

    def confirmed_meanwhile(*args: Any, **options: Any) -> Any:
        world.second_verifier.capital.confirm(waiting)
        return count(*args, **options)

    monkeypatch.setattr(year_on_year, "gathered", confirmed_meanwhile)
    with pytest.raises(Conflict, match="confirmed while it was being closed"):
        close_february(world)
    monkeypatch.undo()
    assert world.manager.figures.closings() == ()
    assert close_february(world).edition == 1


def test_a_later_edition_says_why(world: World) -> None:
    """The first takes no reason, the second needs one; both stay."""
    close_february(world)
    with pytest.raises(InvalidInput, match="needs a reason"):
        world.manager.figures.close("2023-02")
    second = world.manager.figures.close("2023-02", reason="recounted")
    assert [(row.edition, row.reason) for row in world.manager.figures.closings("2023-02")] == [
        (1, None),
        (2, "recounted"),
    ]
    assert second.edition == 2
    with pytest.raises(InvalidInput, match="no reason"):
        world.manager.figures.close("2023-01", reason="early")


def test_the_last_minute_belongs_to_the_period(world: World) -> None:
    """At one minute to midnight of the bureau the month is not over; two minutes later it is."""
    world.clock.instant = datetime(2023, 2, 28, 15, 59, tzinfo=UTC)
    with pytest.raises(Conflict, match="not over"):
        world.manager.figures.close("2023-02")
    world.clock.forward(minutes=2)
    assert world.manager.figures.close("2023-02").closed_on == date(2023, 3, 1)


@pytest.mark.parametrize("who", ["tokyo", "verifier", "viewer", "nobody"])
def test_who_may_close_and_enter(world: World, who: str) -> None:
    """Only a manager or an admin closes a period and enters benchmarks."""
    door = getattr(world, who)
    with pytest.raises(AccessDenied):
        door.figures.close("2023-01")
    with pytest.raises(AccessDenied):
        door.benchmarks.set("nation", "actual_fdi.growth", 2022, "8%", source="s")


@pytest.mark.parametrize("period", ["", "soon", None, 7, "2023-13", "长" * 3000, True])
def test_no_period(world: World, period: Any) -> None:
    """A text that is no period is refused, with examples of periods."""
    for call in (world.manager.figures.close, lambda text: world.manager.figures.count("actual_fdi", text)):
        with pytest.raises(InvalidInput):
            call(period)


def test_a_repeated_closing_is_one(world: World) -> None:
    """The same uid is the same closing; other content is a conflict."""
    uid = "01850000-0000-7000-8000-000000000001"
    first = world.manager.figures.close("2023-01", uid=uid)
    assert world.manager.figures.close("2023-01", uid=uid) is first
    with pytest.raises(Conflict):
        world.manager.figures.close("2022-12", uid=uid)


def test_two_close_at_once(migrated_engine: Engine) -> None:
    """Two sessions start together: one wins, the other is told, and there is one first edition with its figures once."""
    moment = datetime(2023, 2, 18, 2, tzinfo=UTC)
    with Session(migrated_engine) as session, session.begin():
        World(session)
    start, told = threading.Barrier(2, timeout=30), list[str]()

    def close() -> None:
        try:
            with Session(migrated_engine) as session, session.begin():
                door = CRM(session, "manager.desk", clock=lambda: moment)
                start.wait()
                door.figures.close("2023-01")
            told.append("closed")
        # Who comes a moment later finds an edition, and has no reason for a second one.
        except (Conflict, InvalidInput):
            told.append("told")

    threads = [threading.Thread(target=close) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["closed", "told"]
    with Session(migrated_engine) as session:
        assert session.scalars(select(Closing.edition)).all() == [1]
        keys = session.scalars(select(PublishedFigure.key)).all()
        assert len(keys) == len(set(keys)) > 0


def test_of_two_editions_at_once_one_is_told(migrated_engine: Engine) -> None:
    """Both have read that one edition is there before either writes: the database keeps the second edition one."""
    moment = datetime(2023, 2, 18, 2, tzinfo=UTC)
    with Session(migrated_engine) as session, session.begin():
        World(session).manager.figures.close("2023-01")
    start, told = threading.Barrier(2, timeout=30), list[str]()

    def again(reason: str) -> None:
        try:
            with Session(migrated_engine) as session, session.begin():
                door = CRM(session, "manager.desk", clock=lambda: moment)
                start.wait()
                told.append(f"edition {door.figures.close('2023-01', reason=reason).edition}")
        except CRMError:
            told.append("told")

    threads = [threading.Thread(target=again, args=[reason]) for reason in ("recounted", "corrected")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Session(migrated_engine) as session:
        editions = session.scalars(select(Closing.edition).order_by(Closing.edition)).all()
    # Whoever comes when the other is done makes a third edition, with a reason of their own.
    assert list(editions) in ([1, 2], [1, 2, 3])
    assert len(told) == 2
    assert len(editions) == 1 + sum(answer != "told" for answer in told)


def test_benchmarks(world: World) -> None:
    """The latest of a figure holds, the earlier stay on record; each is read in its own unit."""
    crm = world.manager
    crm.benchmarks.set("nation", "actual_fdi.growth", 2022, "7.9%", source="flash")
    crm.benchmarks.set("nation", "actual_fdi.growth", 2022, "8.00%", source="final")
    crm.benchmarks.set("own", "actual_fdi", 2021, "26.58亿美元", source="yearbook")
    crm.benchmarks.set("own", "new_enterprises", 2021, "220", source="yearbook")
    found = {(row.scope, row.key): row.value for row in crm.benchmarks.list()}
    assert found == {
        ("nation", "actual_fdi.growth"): Fraction(8, 100),
        ("own", "actual_fdi"): Money(265_800_000_000, "USD"),
        ("own", "new_enterprises"): 220,
    }
    assert [row.number for row in crm.benchmarks.list(2022, scope="nation", every=True)] == [1, 2]


def test_the_year_before_the_records(world: World) -> None:
    """Where the ledger has nothing of the year before, what we published then is taken, and the report says so."""
    arrive(world, "6000000 USD")
    unknown = world.manager.report.year(2023).table("results")
    assert unknown.column("origin")[0] is None
    world.manager.benchmarks.set("own", "actual_fdi", 2022, "US$4000000", source="yearbook")
    told = world.manager.report.year(2023)
    assert told.figure("actual_fdi").beside[0][2] == Fraction(1, 2)
    assert "yearbook" in str(told.table("results").column("origin")[0])


@pytest.mark.parametrize(
    ("scope", "key", "value"),
    [
        ("", "actual_fdi", "1 USD"),
        ("nation", "profit", "1"),
        ("nation", "actual_fdi", "1 CNY"),
        ("nation", "actual_fdi", "8%"),
        ("nation", "actual_fdi.growth", "8.001%"),
        ("nation", "actual_fdi.growth", 1.5),
        ("nation", "actual_fdi.growth", "fast"),
        ("nation", "new_enterprises", "-1"),
        ("nation", "new_enterprises", True),
        ("nation", "new_enterprises", "many"),
    ],
)
def test_values_that_cannot_be_meant(world: World, scope: str, key: str, value: Any) -> None:
    """Nothing is written."""
    with pytest.raises(InvalidInput):
        world.manager.benchmarks.set(scope, key, 2022, value, source="s")
    assert world.session.scalar(select(func.count()).select_from(Benchmark)) == 0


def test_everything_wrong_is_named_at_once(world: World) -> None:
    """Scope, figure, period and source."""
    with pytest.raises(InvalidInput) as refusal:
        world.manager.benchmarks.set("", "profit", "soon", "1", source="")
    assert {problem.field for problem in refusal.value.problems} >= {"scope", "key", "period", "source"}
