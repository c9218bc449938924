"""A bureau of any size, made by SQL: leads with their moves and papers, and a ledger, for the benchmarks of reports."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.resources import files

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from benchmarks.seeding import settle
from crm import CRM, make_engine, schema

#: Who looks at the reports, and on which day.
ACTOR, NOW = "manager.desk", datetime(2023, 11, 30, 2, tzinfo=UTC)
_KINDS = ("district", "district", "zone", "department", "enterprise")
_UNITS, _INVESTORS, _TRIPS = 30, 1_000, 3_000


class Filling:
    """Inserts many rows at once, each a set of expressions of the number ``n``."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.sqlite = connection.dialect.name == "sqlite"
        self.uid = "lower(hex(randomblob(16)))" if self.sqlite else "gen_random_uuid()"
        self.at = "'2019-12-31 00:00:00.000000'" if self.sqlite else "timestamptz '2019-12-31 00:00:00+00'"

    def day(self, number: str) -> str:
        """Return the day that is so many after the first of January 2020."""
        return (
            f"date('2020-01-01', '+' || ({number}) || ' days')"
            if self.sqlite
            else f"(date '2020-01-01' + ({number})::int)"
        )

    def rows(self, table: str, count: int, where: str = "1 = 1", **columns: str) -> None:
        """Insert rows for n from 1 to *count*."""
        numbers = (
            f"WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})"
            if self.sqlite
            else f"WITH numbers AS (SELECT n FROM generate_series(1::bigint, {count}) AS n)"
        )
        names = ", ".join(["uid", *columns])
        values = ", ".join([self.uid, *columns.values()])
        command = f"INSERT INTO {table} ({names}) {numbers} SELECT {values} FROM numbers WHERE {where}"
        if not self.sqlite:
            command = f"{numbers} INSERT INTO {table} ({names}) SELECT {values} FROM numbers WHERE {where}"
        self.connection.execute(text(command.replace(":", r"\:")))


def fill(url: str, leads: int, entries: int) -> None:
    """Fill an empty database with 30 units, the targets of the case, leads, a ledger of four years, delegations and events.

    Half of the leads got to negotiating, a sixth was signed; a third of the ledger comes from home.

    Args:
        url: The address of the database.
        leads: So many leads.
        entries: So many confirmed arrivals.
    """
    engine = make_engine(url)
    schema.upgrade(engine)
    with Session(engine) as session, session.begin():
        first = _found(session)
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            connection.commit()
        else:
            connection.exec_driver_sql("SET session_replication_role = replica")
        _fill(Filling(connection), first, leads, entries)
        connection.commit()
    engine.dispose()
    settle(url)


def _found(session: Session) -> int:
    """Found the bureau; return the number of its first unit, the others follow."""
    then = datetime(2019, 12, 31, tzinfo=UTC)
    CRM(session, None, clock=lambda: then).staff.found("admin", "管理员")
    admin = CRM(session, "admin", clock=lambda: then)
    for name, role in ((ACTOR, "manager"), ("verifier.desk", "verifier"), ("second.verifier", "verifier")):
        admin.staff.add(name, name, role=role, unit="bureau", since="2019-12-31")
    made = [
        admin.units.add(f"u{number}", name=f"单位{number}", name_en=f"Unit {number}", kind=_KINDS[number % len(_KINDS)])
        for number in range(_UNITS)
    ]
    targets = (files("crm.demo") / "data" / "targets.toml").read_text(encoding="utf-8")
    CRM(session, ACTOR, clock=lambda: NOW).targets.load(targets)
    return made[0].id


def _fill(put: Filling, first: int, leads: int, entries: int) -> None:
    unit, investor = f"{first} + n % {_UNITS}", f"1 + n % {_INVESTORS}"
    received = "n % 1400"
    put.rows(
        "crm_investor", _INVESTORS, id="n", name="'投资方' || n", country="CASE n % 3 WHEN 0 THEN 'CN' WHEN 1 THEN 'JP' ELSE 'DE' END",
        kind="'enterprise'", created_at=put.at, version="1",
    )  # fmt: skip
    stage = "CASE WHEN n % 6 = 0 THEN 'signed' WHEN n % 2 = 0 THEN 'negotiating' ELSE 'contact' END"
    put.rows(
        "crm_lead", leads, id="n", version="1", title="'项目' || n", key="'项目' || n", investor_id=investor, source_kind="'unit'",
        source_unit_id=unit, received_on=put.day(received), recorded_on=put.day(received), expected_minor="1000000000 + n % 1000",
        expected_currency="CASE WHEN n % 3 = 0 THEN 'CNY' ELSE 'USD' END", industry="CASE WHEN n % 4 = 0 THEN 'C36' ELSE 'J66' END",
        foreign_capital="(n % 3 <> 0)", unit_id=unit, confidential="(n % 50 = 7)", code_name="CASE WHEN n % 50 = 7 THEN '代号' || n END",
        stage=stage, status="'active'", cycle="1", last_transition="CASE WHEN n % 6 = 0 THEN 3 WHEN n % 2 = 0 THEN 2 ELSE 1 END",
        moved_on=put.day(received), entered_on=put.day(received),
    )  # fmt: skip
    _moves(put, leads)
    put.rows(
        "crm_assignment", leads, lead_id="n", number="1", unit_id=unit, assigned_at=put.at, actor_id="1",
    )  # fmt: skip
    put.rows(
        "crm_evidence", leads, "n % 6 = 0", version="1", lead_id="n", kind="'agreement'", dated_on=put.day("n % 1400 + 30"), reference="'协议'",
        amount_minor="500000000 + (n % 1000) * 1000000000", amount_currency="CASE WHEN n % 3 = 0 THEN 'CNY' ELSE 'USD' END",
        submitted_by_id="1", recorded_on=put.day("n % 1400 + 30"),
    )  # fmt: skip
    put.rows(
        "crm_capital_arrival", entries, version="1", lead_id=f"1 + n % {leads}", unit_id=unit, amount_minor="100000 + n % 900000",
        currency="'USD'", immediate_country="CASE n % 3 WHEN 0 THEN 'CN' WHEN 1 THEN 'JP' ELSE 'DE' END", ultimate_country="'JP'",
        industry="CASE WHEN n % 4 = 0 THEN 'C36' ELSE 'J66' END", method="'default'", reference="'凭证'", state="'confirmed'",
        submitted_by_id="1", verified_by_id="2", verified_at=put.at, confirmed_by_id="3", confirmed_at=put.at,
        usd_minor="100000 + n % 900000", cny_minor="700000 + n % 900000", usd_rate="10000000000", cny_rate="70000000000",
        rate_source="'safe'", rate_on=put.day("n % 1430"), recorded_on=put.day("(n + 20) % 1430"), recorded_at=put.at,
        kind="CASE WHEN n % 5 = 0 THEN 'reinvestment' ELSE 'new' END", arrived_on=put.day("(n + 20) % 1430"),
    )  # fmt: skip
    _trips(put, unit)


def _moves(put: Filling, leads: int) -> None:
    common = {
        "lead_id": "n",
        "policy": "'default'",
        "last_position": "5",
        "cycle": "1",
        "actor_id": "1",
        "to_status": "'active'",
    }
    for number, kind, to, position, days, where in (
        (1, "open", "contact", 0, 0, "1 = 1"), (2, "advance", "negotiating", 1, 15, "n % 2 = 0"), (3, "advance", "signed", 2, 30, "n % 6 = 0"),
    ):  # fmt: skip
        came = ("NULL", "NULL", "NULL", "NULL")
        if number > 1:
            came = (str(number - 1), "'contact'" if number == 2 else "'negotiating'", "'active'", str(position - 1))  # noqa: PLR2004 - the second
        on = put.day(f"n % 1400 + {days}")
        put.rows(
            "crm_transition", leads, where, **common, number=str(number), previous=came[0], kind=f"'{kind}'", from_stage=came[1],
            to_stage=f"'{to}'", from_status=came[2], from_position=came[3], to_position=str(position), occurred_on=on, recorded_on=on,
            recorded_at=put.at.replace("2019-12-31", "2023-11-29"),
        )  # fmt: skip


def _trips(put: Filling, unit: str) -> None:
    on = put.day("n % 1430")
    put.rows(
        "crm_delegation", _TRIPS, id="n", version="1", code="'t' || n", title="'团组'", leader="'L'",
        rank="CASE WHEN n % 2 = 0 THEN 'first' ELSE 'deputy' END", unit_id=unit, starts_on=on, ends_on=on,
    )  # fmt: skip
    put.rows(
        "crm_delegation_leg", _TRIPS, delegation_id="n", number="1", place="'P'", zone="'Asia/Shanghai'", arrives_on=on, leaves_on=on,
        country="CASE WHEN n % 3 = 0 THEN 'JP' ELSE 'CN' END",
    )  # fmt: skip
    put.rows(
        "crm_event", _TRIPS, version="1", code="'e' || n", title="'推介会'", kind="'meeting'", place="'P'", country="'CN'",
        zone="'Asia/Shanghai'", starts_on=on, ends_on=on, state="'held'",
    )  # fmt: skip
