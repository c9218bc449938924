"""Tables of rates: loaded whole or not at all, never changed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Table, update

from crm import CRM
from crm.errors import Conflict, InvalidInput
from crm.models import Rate, RateLoad
from crm.rules.ledgers.capital import CapitalPolicy, RateDay
from crm.rules.stages import DEFAULT
from crm.values.money import Money
from crm.values.rates import Quotation, as_rate
from tests.factories import RateFactory, World
from tests.services.refusals import LONG, MANAGERS, NO_DAY, allows, refused
from tests.statements import statements

pytestmark = pytest.mark.portable

FRIDAY = date(2023, 2, 17)
ROW = (FRIDAY, "USD", "CNY", "684.74", 100)


def test_a_longer_edition_is_loaded_over_a_shorter_one(world: World) -> None:
    """What is known is no change; nothing new writes nothing."""
    first = world.manager.rates.load([ROW], source="safe")
    assert (first.added, first.known) == (1, 0)
    again = world.manager.rates.load(iter([ROW, ROW, (FRIDAY, "JPY", "CNY", "5.1169", 100)]), source="SAFE")
    assert (again.added, again.known) == (1, 1)
    with statements(world.session) as seen:
        assert world.manager.rates.load([ROW], source="safe").added == 0
    assert not [statement for statement in seen if statement.startswith("INSERT")]
    assert world.manager.rates.load([], source="safe").first_on is None
    assert world.manager.audit.verify() == ()


def test_another_value_for_a_day_is_a_conflict_naming_both(world: World) -> None:
    """And nothing of the file is loaded."""
    RateFactory.create(world=world)
    with refused(world, Conflict, "differs") as caught:
        world.manager.rates.load(
            [(FRIDAY, "USD", "CNY", "6.9"), (FRIDAY - timedelta(days=400), "USD", "CNY", "6.7")], source="safe"
        )
    assert "6.8474" in str(caught.value)
    assert "6.9" in str(caught.value)
    assert world.manager.rates.load([(FRIDAY, "USD", "CNY", "6.9")], source="ecb").added == 1


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("x", "USD", "CNY", "6.8"), "date"), ((None, "USD", "CNY", "6.8"), "date"), ((date(2023, 2, 19), "USD", "CNY", "6.8"), "future"),
        ((FRIDAY, "XXQ", "CNY", "6.8"), "currency"), ((FRIDAY, "USD", 7, "6.8"), "currency"), ((FRIDAY, "USD", "USD", "1"), "one"),
        ((FRIDAY, "USD", "CNY", 6.8), "rate"), ((FRIDAY, "USD", "CNY", "-6.8"), "negative"), ((FRIDAY, "USD", "CNY", "6.8", 0), "number"),
        ((FRIDAY, "USD", "CNY", "6.8", True), "number"), ((FRIDAY, "USD"), "type"), ("abcd", "type"), (7, "type"), (None, "type"),
    ],
)  # fmt: skip
def test_a_row_has_to_be_one(world: World, row: Any, code: str) -> None:
    """Each is named with its number, beside what is wrong with the others."""
    with refused(world, InvalidInput, code, "twice"):
        world.manager.rates.load([ROW, row, (FRIDAY, "USD", "CNY", "6.9")], source="safe")


@pytest.mark.parametrize("rows", [None, 7, "text", {"a": 1}])
def test_rows_have_to_be_a_list(world: World, rows: Any) -> None:
    """Anything else is refused."""
    with refused(world, InvalidInput, "type"):
        world.manager.rates.load(rows, source="safe")


@pytest.mark.parametrize("source", ["", None, 7, "x" * 25, LONG, "a b", "\ud800"])
def test_a_table_has_a_short_name(world: World, source: Any) -> None:
    """An invalid name of a table is refused by every verb."""
    RateFactory.create(world=world)
    with refused(world, InvalidInput):
        world.manager.rates.load([ROW], source=source)
    if source is not None:
        with refused(world, InvalidInput):
            world.viewer.rates.list(source=source)
        with refused(world, InvalidInput):
            world.viewer.rates.convert("5 JPY", "USD", source=source)


def test_a_repeated_uid_is_the_same_load(world: World) -> None:
    """Other rates under it are a conflict."""
    uid = "01860000-0000-7000-8000-000000000061"
    assert world.manager.rates.load([ROW], source="safe", uid=uid).added == 1
    assert world.manager.rates.load([ROW], source="safe", uid=uid).added == 0
    with refused(world, Conflict, "uid"):
        world.manager.rates.load([(FRIDAY, "JPY", "CNY", "0.05")], source="safe", uid=uid)


def test_who_may_load(world: World) -> None:
    """Managers, verifiers and admins; everybody on the staff reads."""
    assert allows(world, lambda door: door.rates.load([ROW], source="safe")) == {"verifier"} | MANAGERS
    assert "viewer" in allows(world, lambda door: door.rates.tables())
    assert "nobody" not in allows(world, lambda door: door.rates.list())
    assert "nobody" not in allows(world, lambda door: door.rates.convert("5 USD", "USD", on=FRIDAY))


def test_twenty_years_are_a_few_statements(world: World) -> None:
    """However many rates there are: one look, one load, one insert, one entry of the audit."""
    rows = [Quotation(FRIDAY - timedelta(days=number), "USD", "CNY", as_rate("6.8")) for number in range(7000)]
    with statements(world.session) as seen:
        assert world.manager.rates.load(rows, source="safe").added == 7000
    assert len(seen) <= 6, seen
    assert world.viewer.rates.tables()[0].days == 7000
    assert len(world.viewer.rates.list(limit=None)) == 7000


@pytest.mark.one_moment
def test_a_rate_changed_by_sql_is_found(world: World) -> None:
    """The sum that the audit signed is another."""
    RateFactory.create(world=world)
    table: Table = Rate.__table__  # type: ignore[assignment]
    world.session.connection().execute(update(table).where(table.c.base == "USD").values(rate=1))
    found = world.manager.audit.verify()
    assert [(discrepancy.record, discrepancy.field) for discrepancy in found] == [("rate_load", "sha256")]


def test_rates_are_listed(world: World) -> None:
    """By table, currency and day, the latest first, in pages."""
    RateFactory.create(world=world, days=3)
    RateFactory.create(world=world, days=2, source="own", rates=(("GBP", "CNY", "8.2"),))
    rates = world.viewer.rates
    assert {row.base for row in rates.list(currency="GBP")} == {"GBP"}
    assert len(rates.list(source="safe", since=world.day(-2), until=world.day(-2))) == 5
    assert [row.published_on for row in rates.list(source="own", limit=1, offset=1)] == [world.day(-2)]
    assert [(row.source, row.days, row.rates) for row in rates.tables()] == [("own", 2, 2), ("safe", 3, 15)]
    for wrong in ({"currency": "XXQ"}, {"limit": -1}, {"offset": "1"}, {"since": "x"}):
        with refused(world, InvalidInput):
            rates.list(**wrong)


def test_the_rate_of_a_day_is_the_last_before_it(world: World) -> None:
    """Over a weekend; where the table goes on; not where it has not come yet, and not too far back."""
    RateFactory.create(world=world, days=1, until=FRIDAY)
    convert = world.viewer.rates.convert
    assert convert("1000 JPY", "CNY").on == FRIDAY  # today is a Saturday
    world.clock.forward(days=2)
    with refused(world, InvalidInput, "rate_to_come"):
        convert("1000 JPY", "CNY")
    world.manager.rates.load([(world.today, "USD", "CNY", "6.9")], source="safe")
    assert convert("1000 JPY", "CNY").on == FRIDAY  # the table has the day, without the yen
    world.clock.forward(days=9)
    with refused(world, InvalidInput, "rate"):
        convert("1000 JPY", "CNY", on=FRIDAY - timedelta(days=1))
    assert convert("1000 JPY", "JPY", on=FRIDAY).value == Money(1000, "JPY")


def test_a_value_does_not_hang_on_what_is_loaded_later(world: World) -> None:
    """A later edition of the table converts an amount of a day as the earlier one did."""
    RateFactory.create(world=world, days=1, until=FRIDAY)
    before = world.viewer.rates.convert("1000 JPY", "CNY")
    world.clock.forward(days=5)
    RateFactory.create(world=world, days=4, until=FRIDAY + timedelta(days=5))
    assert world.viewer.rates.convert("1000 JPY", "CNY", on=FRIDAY + timedelta(days=1)) == before


def test_the_policy_says_which_table_and_day(world: World) -> None:
    """Another city takes the rate of the last day of the month."""
    RateFactory.create(world=world, days=60, source="own", rates=(("USD", "CNY", "6.8"),))
    policy = CapitalPolicy(rate_source="own", rate_day=RateDay.MONTH_END)
    door = CRM(world.session, "viewer.desk", clock=world.clock, policy=_with(policy))
    assert door.rates.convert("1 USD", "CNY", on="2023-01-05").on == date(2023, 1, 31)
    with refused(world, InvalidInput, "rate_to_come"):
        door.rates.convert("1 USD", "CNY", on="2023-02-05")


@pytest.mark.parametrize(("value", "code"), NO_DAY)
def test_a_day_has_to_be_one(world: World, value: Any, code: str) -> None:
    """And a currency, and an amount."""
    with refused(world, InvalidInput, code, "currency", "amount"):
        world.viewer.rates.convert("x", "y", on=value)


def test_nothing_is_too_large_to_say_so(world: World) -> None:
    """A value beyond any real amount is refused."""
    world.manager.rates.load([(FRIDAY, "USD", "CNY", "9000000")], source="safe")
    with refused(world, InvalidInput, "too_large"):
        world.viewer.rates.convert("9999999999 USD", "CNY", on=FRIDAY)


def _with(policy: CapitalPolicy) -> Any:
    from attrs import evolve

    return evolve(DEFAULT, capital=policy)


def test_a_load_is_on_record(world: World) -> None:
    """A load stores its actor, its time, and its first and last day."""
    RateFactory.create(world=world, days=3)
    load = world.session.query(RateLoad).one()
    assert (load.source, load.rates, load.last_on - load.first_on) == ("safe", 15, timedelta(days=2))
    assert [entry.verb for entry in world.manager.audit.list(record="rate_load")] == ["rate.load"]
