"""The benchmarks run, and every contender does the same work. Nothing here is timed."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, inspect, text
from sqlalchemy.orm import Session

from benchmarks import startup
from benchmarks.seeding import seed
from crm import CRM, make_engine
from crm.reads.ledgers.daily_rates import RatesOfDay
from crm.reads.targets.forecasts import ARRIVAL, in_pipeline
from crm.reads.targets.totals import Slot
from crm.rules.stages import DEFAULT
from crm.rules.targets.forecasts import Conversion, History
from crm.rules.targets.terms import Filter
from crm.values.money import Money
from crm.values.period import Period
from tests.databases import Databases, SQLiteFiles
from tests.statements import statements

pytestmark = [pytest.mark.portable, pytest.mark.whole]

pytest.importorskip("django", reason="the bench extra is not installed: make bench")


def test_both_writes_are_measured(tmp_path: Path) -> None:
    """Both verbs, three contenders, and as many statements in Django as in the library."""
    from benchmarks.writes import measure

    results = measure(SQLiteFiles(tmp_path), leads=10, rounds=2, warm_up=1)
    assert [result.verb for result in results] == ["advance", "log"]
    for result in results:
        assert set(result.medians) == {"library", "bare", "django"}
        assert result.statements == result.django_statements


def test_every_contender_leaves_the_same_rows(tmp_path: Path) -> None:
    """After the same acts the three databases differ in instants and random numbers alone."""
    from benchmarks.bare import Bare
    from benchmarks.library import Library
    from benchmarks.plain_django import Django

    databases = SQLiteFiles(tmp_path)
    template = databases.create()
    seed(template, 3)
    urls = [databases.create(template) for _ in range(3)]
    library = Library(urls[0])
    recorded = library.recorded(1)
    contenders: list[Any] = [library, Bare(urls[1], recorded), Django(urls[2])]
    for contender in contenders[1:]:
        contender.log(1)
        contender.advance(1)
    for contender in contenders:
        contender.log(2)
        contender.advance(2)
        contender.close()
    first, *others = [_left(url) for url in urls]
    assert first["crm_audit_entry"]
    assert others == [first, first]


@pytest.mark.whole  # the next one measures one of them; tests/laws/test_what_a_command_loads.py runs the others
def test_startup_is_measured() -> None:
    """Every command runs on the database made for it, and is compared with an import."""
    measured = startup.measure(rounds=1, warm_up=0)
    assert {"from crm import CRM", "crm lead list", "crm lead show 1", "crm visit log", "crm --help"} < set(measured)
    assert {start.library for start in measured.values()} == {"sqlalchemy.orm", "click"}
    assert all(start.seconds > 0 and start.library_seconds > 0 for start in measured.values())


def test_one_start_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """The start of the smallest command and of its library are measured."""
    lightest = {
        name: measured_start for name, measured_start in startup.starts("sqlite://").items() if name == "crm --help"
    }
    monkeypatch.setattr(startup, "starts", lambda _database: lightest)
    monkeypatch.setattr(startup, "_LIBRARIES", {"click": startup._LIBRARIES["click"]})
    measured = startup.measure(rounds=1, warm_up=0)
    assert {name: start.library for name, start in measured.items()} == {"crm --help": "click"}
    assert all(start.seconds > 0 and start.library_seconds > 0 for start in measured.values())


#: What differs from run to run: instants, and what is random.
_OWN = {"at", "hash", "uid", "record_uid", "met_at", "recorded_at", "assigned_at", "created_at"}


def _left(url: str) -> dict[str, list[dict[str, Any]]]:
    engine = make_engine(url)
    with engine.connect() as connection:
        left = {
            table: [
                {key: value for key, value in row.items() if key not in _OWN | {"changes", "wordings"}}
                for row in connection.execute(text(f"SELECT * FROM {table} ORDER BY id")).mappings()
            ]
            for table in (
                "crm_lead", "crm_transition", "crm_meeting", "crm_meeting_contact", "crm_meeting_staff", "crm_minute",
                "crm_followup", "crm_audit_entry",
            )
        }  # fmt: skip
    engine.dispose()
    return left


def test_names_are_compared(tmp_path: Path) -> None:
    """Each act runs and is measured."""
    from benchmarks.names import fill, measure, names

    url = SQLiteFiles(tmp_path).create()
    fill(url, names(201))
    assert set(measure(url, 1)) == {
        "same key, by hand", "same key, library", "all pairs, library", "one name compared", "all pairs, processor",
        "memory of the process, at most",
    }  # fmt: skip


def test_a_search_is_measured(databases: Databases) -> None:
    """Each kind of search runs on both databases, and each finds something."""
    from benchmarks.names import fill
    from benchmarks.search import measure, names, queries

    url = databases.create()
    fill(url, names(900))
    assert {what: [len(times) for times in by_contender] for what, by_contender in measure(url, 2).items()} == {
        what: [2, 2, 2, 2, 2] for what in queries(2)
    }
    engine = make_engine(url)
    with Session(engine) as session:
        investors = CRM(session, "admin").investors
        assert all(investors.find(texts[0]) for what, texts in queries(1).items() if "core" not in what)
    engine.dispose()
    databases.drop(url)


_COUNTS = (
    "visits", "investors", "leads_opened", "leads_moved", "leads_lost", "leads_abandoned", "leads_landed", "followups_kept",
    "followups_late", "followups_open", "followups_overdue",
)  # fmt: skip
_DONE = {"month of the stations": ("station", *_COUNTS), "month of the ambassadors": ("username", *_COUNTS)}


@pytest.mark.whole  # of the reads the year report and the scorecard are measured below, of the writes both above
def test_reports_are_measured_against_the_same_answers(databases: Databases) -> None:
    """Each report runs on both databases, and what is written by hand finds the same numbers."""
    from benchmarks.report_seeding import fill
    from benchmarks.report_sql import by_hand
    from benchmarks.reports import TODAY, measure

    url = databases.create()
    fill(url, 600)
    assert {name: set(contenders) for name, contenders in measure(url, 1).items()} == {
        name: {"library", "by hand"} for name in by_hand(TODAY, sqlite=True)
    }
    engine = make_engine(url)
    sqlite = engine.dialect.name == "sqlite"
    with Session(engine) as session:
        report = CRM(session, "admin").report.funnel("2022..2023")
        reached, days, lost = (
            session.execute(text(statement)).all() for statement in by_hand(TODAY, sqlite=sqlite)["funnel"]
        )
        table = report.table("stages")
        assert table.column("reached")[0] == sum(row[2] for row in reached) == 600
        by_stage = {row.stage: tuple(Fraction(int(quartile), 4) for quartile in row[6:9]) for row in days if row[4]}
        for cells in table.rows:
            stage, first, median, third = cells[0], *(cells[table.at(key)] for key in ("q1", "median", "q3"))
            assert by_stage.get(stage.code, (None,) * 3) == (first, median, third)  # type: ignore[union-attr]
        assert sum(row[4] for row in lost) == sum(count for count in report.table("losses").column("leads"))  # type: ignore[misc]
        for name, rows in (
            ("month of the stations", CRM(session, "admin").stations.months("2023-06")),
            ("month of the ambassadors", CRM(session, "admin").staff.ambassadors("2023-06")),
        ):
            by_sql = session.execute(text(by_hand(TODAY, sqlite=sqlite)[name][0])).all()
            assert [tuple(row) for row in by_sql] == [
                tuple(getattr(row, column) for column in _DONE[name]) for row in rows
            ]
            assert any(row[1] for row in by_sql)
            assert any(row[8] for row in by_sql)
    engine.dispose()
    databases.drop(url)


@pytest.mark.whole  # of the reads the year report and the scorecard are measured below, of the writes both above
def test_referrals_and_claims_are_measured_against_the_same_answers(databases: Databases) -> None:
    """By hand tree, credit and pool are the library's to the last row, also where one lead has several of everything."""
    from benchmarks.relations import READS, fill, measure
    from benchmarks.relations_sql import by_hand

    url = databases.create()
    fill(url, 300)
    engine = make_engine(url)
    _mixed(engine)
    assert {name: set(contenders) for name, contenders in measure(url, 1).items()} == {
        name: {"by hand", "library"} for name in READS
    }
    with Session(engine) as session:
        crm = CRM(session, "admin")
        hands = by_hand(crm.today, sqlite=engine.dialect.name == "sqlite")
        for name, read in READS.items():
            assert hands[name](session.connection().connection.cursor()) == read(crm), name
        tree = crm.referrals.tree(1, direction="down")
        credit: Any = READS["credit"](crm)
        pool: Any = READS["pool"](crm)
        assert len(tree.down) > 299
        assert any(len(row.arrived) > 1 for row in tree.down)
        assert {row.state for row in tree.down} == {"recorded", "confirmed", "expired"}
        for kind in ("leads", "capital", "chain_leads", "chain_capital"):
            assert any(getattr(row, kind) for row in credit), kind
        assert {row.last_unit for row in pool} == {None, "gaoxin"}
    engine.dispose()
    databases.drop(url)


def _mixed(engine: Engine) -> None:
    """Give leads several referrers and currencies, confirm some, let some expire; end claims, and let one be renewed in time."""
    with engine.begin() as connection:
        for table, columns, rows in (
            (
                "crm_referral",
                {"lead_id": "k.id", "referrer_investor_id": "k.id % 50 + 101", "points": "3000"},
                "k.id % 4 = 0",
            ),
            (
                "crm_capital_arrival",
                {"lead_id": "k.id", "currency": "'CNY'", "amount_minor": "k.id * 7"},
                "k.id % 20 = 0",
            ),
        ):
            names = [column["name"] for column in inspect(connection).get_columns(table) if column["name"] != "id"]
            uid = "lower(hex(randomblob(16)))" if engine.dialect.name == "sqlite" else "gen_random_uuid()"
            values = {"uid": uid, **columns}
            chosen = ", ".join(values.get(name, f"p.{name}") for name in names)
            connection.execute(text("UPDATE crm_referral SET points = 6000"))
            connection.execute(
                text(
                    f"INSERT INTO {table} ({', '.join(names)}) SELECT {chosen} FROM crm_lead k"
                    f" JOIN {table} p ON p.id = (SELECT max(id) FROM {table}) WHERE {rows}"
                )
            )
        claimed = "SELECT max(held_since) FROM crm_claim WHERE lead_id = crm_meeting.lead_id"
        for change in (
            "crm_referral SET introduced_on = '2020-01-01', expires_on = '2020-02-01' WHERE id % 7 = 0",
            "crm_referral SET recorded_by_id = 2 WHERE id % 3 = 0",
            "crm_referral SET status = 'confirmed', confirmed_on = introduced_on, confirmed_contact_id = 1, confirmed_by_id = 1 WHERE id % 3 = 0",
            "crm_claim SET state = 'released', ended_at = held_since WHERE id % 5 = 0",
            f"crm_meeting SET recorded_at = ({claimed}), met_at = ({claimed}) WHERE lead_id % 16 = 0",
        ):
            connection.execute(text(f"UPDATE {change}"))


_ENTRIES = "at", "hash", "merged_at", "archived_at", "uid", "record_uid", "changes"


@pytest.mark.whole  # of the reads the year report and the scorecard are measured below, of the writes both above
def test_a_merge_is_measured_against_the_same_merge(databases: Databases) -> None:
    """By hand the same rows move and are signed; the library takes as many statements at any size."""
    from benchmarks.relations import fill_merge, merge_by_hand, merges

    sent = {what: number for what, (_, number) in merges(databases, 30, 1).items()}
    template = databases.create()
    survivor = fill_merge(template, 5)
    left: list[dict[str, list[dict[str, Any]]]] = []
    for hand in (True, False):
        url = databases.create(template)
        engine = make_engine(url)
        if hand:
            assert merge_by_hand(engine, survivor) == sent["merge, by hand"]
        with Session(engine) as session, session.begin():
            if not hand:
                with statements(session) as seen:
                    CRM(session, "admin").merges.merge(survivor, 1, reason="one")
                assert len(seen) == sent["merge, library"]
            left.append({table: _table(session, table) for table in inspect(session.connection()).get_table_names()})
        engine.dispose()
        databases.drop(url)
    assert len(left[0]["crm_merge_item"]) > 10
    assert left[0] == left[1]
    databases.drop(template)


def _table(session: Session, table: str) -> list[dict[str, Any]]:
    """Return the rows of a table, in any order, without what differs from run to run."""
    rows = session.execute(text(f"SELECT * FROM {table}")).mappings()
    kept = [{key: value for key, value in row.items() if key not in _ENTRIES} for row in rows]
    if table == "crm_audit_entry":
        # Digests of texts have random keys.
        kept = [{key: value for key, value in row.items() if key not in {"id", "reason", "wordings"}} for row in kept]
    return sorted(kept, key=repr)


def test_the_year_report_is_measured_against_the_same_answers(databases: Databases) -> None:
    """By hand as much came in both years, from each country and in each month, as the report says."""
    from benchmarks.report_seeding import fill
    from benchmarks.year import by_hand, fill_ledger, measure

    url = databases.create()
    fill(url, 60)
    fill_ledger(url, 60, 900)
    engine = make_engine(url)
    statements = by_hand(sqlite=engine.dialect.name == "sqlite")
    assert {name: set(contenders) for name, contenders in measure(url, 1).items()} == {
        name: {"library", "by hand"} for name in statements
    }
    with Session(engine) as session:
        two_years, (cells, *others) = (
            [session.execute(text(statement)).all() for statement in statements[name]]
            for name in ("actual FDI of two years", "year report, with its months")
        )
        report = CRM(session, "admin").report.year(2022)
        assert [cell for cell in cells if cell[0] != "month"] == two_years[0]
        assert others[:3] == [[], [], []]
        (came,) = (int(row[3]) for row in cells if row[:2] == ("", 1))
        assert report.figure("actual_fdi").value == Money(came, "USD")
        months = {int(row[1]): Money(int(row[3]), "USD") for row in cells if row[0] == "month"}
        assert list(report.table("months").column("value")) == [months[number] for number in range(1, 13)]
    engine.dispose()
    databases.drop(url)


def test_the_scorecard_is_measured_against_the_same_answers(databases: Databases) -> None:
    """By hand leads got on as often, and as much stands in the pipeline, as the library's forecast rests on."""
    from benchmarks.bureau import ACTOR, NOW, fill
    from benchmarks.scorecard import contenders, forecast_by_hand

    url = databases.create()
    fill(url, 1400, 2000)
    acts, close = contenders(url)
    for act in acts.values():
        act(0)
    close()
    engine = make_engine(url)
    history = History.of(Period.year(2023), NOW.date())
    assert history is not None
    slots = [Slot("actual_fdi", Filter()), Slot("projects", Filter(stage="signed"))]
    with Session(engine) as session:
        crm = CRM(session, ACTOR, clock=lambda: NOW)
        stood = in_pipeline(session, crm.actor, DEFAULT, slots, history, rates=RatesOfDay({}, None))
        found = [
            session.execute(text(statement)).all()
            for statement in forecast_by_hand(sqlite=engine.dialect.name == "sqlite")
        ]
    for slot, goal, converted, standing in zip(slots, (ARRIVAL, "signed"), found[::2], found[1::2], strict=True):
        assert {row[0]: Conversion(row[1], row[2]) for row in converted} == stood.conversions[goal]
        assert any(row[2] for row in converted)
        assert sum(row[3] for row in standing) == sum(row.leads for row in stood.by_stage(slot, None).values()) > 0
    engine.dispose()
    databases.drop(url)


def test_verifying_is_measured(databases: Databases) -> None:
    """A database is filled that verifies, on both databases; verifying and sealing take time."""
    from benchmarks.auditing import fill, verified

    url = databases.create()
    fill(url, 60)
    found = verified(url)
    assert found.entries > 60
    assert min(found.verify, found.seal) > 0
    databases.drop(url)


@pytest.mark.whole  # it starts processes; the test above runs what else of the benchmark can break
def test_who_writes_without_hashes_writes_the_same(tmp_path: Path) -> None:
    """Switched off in the process of the benchmark alone, hashing leaves entries with an empty hash."""
    from benchmarks.auditing import throughput

    assert set(throughput(SQLiteFiles(tmp_path), rounds=1, acts=1, writers=1)) == {True, False}


@pytest.mark.whole  # it starts a process; tests/cli/kit/test_paging.py tests what it measures
def test_a_list_is_measured(tmp_path: Path) -> None:
    """Its first line comes before its last."""
    from benchmarks.lists import measure as printed

    address = f"sqlite:///{tmp_path / 'crm.db'}"
    seed(address, 3)
    took = printed(address, ("lead", "list", "--json"))
    assert 0 < took.first <= took.whole
    assert (took.memory > 0, took.lines > 3) == (True, True)
