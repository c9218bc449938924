"""A hidden lead stays hidden: whatever of it changes, nobody else is answered anything else.

docs/access.md says what is promised, and what is not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from attrs import define
from sqlalchemy import Column, Connection, Table
from sqlalchemy.orm import Session

from crm.db import make_engine
from crm.rules.access import TABLE, Right, Role, Scope
from tests.databases import Databases
from tests.laws.hidden.answers import OUTSIDERS, READS, answers
from tests.laws.hidden.bureau import Bureau, build
from tests.laws.hidden.changing import change, columns, hanging, is_value, take_away, unlocked
from tests.laws.test_statement_counts import TABLE as VERBS
from tests.laws.test_statement_counts import method

#: Lists show a hidden lead under its code name, with its stage, its hands and its days; these may differ with those columns.
#: A station counts the leads that it serves.
MASKED = ("leads.list", "leads.board", "leads.stale", "report.board", "stations.list", "stations.show")
#: Reads that find it by number, and refuse it by its code name.
NAMED = (
    "leads.get", "leads.show", "leads.history", "leads.timeline", "leads.times", "leads.assignments", "leads.evidence", "leads.missing",
    "meetings.resolve", "claims.history", "leads.named", "leads.edit (refused)", "leads.advance (refused)",
    "leads.open (refused)", "meetings.log (refused)", "capital.record (refused)", "referrals.add (refused)",
    "claims.file (refused)", "claims.renew (refused)",
)  # fmt: skip
#: What may tell of a hidden lead: by column, the answers that do, with the reason.
TOLD: Mapping[str, tuple[tuple[str, ...], str]] = {
    **{
        f"crm_lead.{name}": (MASKED, "a hidden lead stands in lists and on the board under its code name")
        for name in (
            "uid", "stage", "status", "cycle", "station_id", "unit_id", "owner_id", "received_on", "entered_on", "moved_on",
            "landed_on", "version", "last_transition",
        )
    },
    "crm_lead.code_name": ((*MASKED, *NAMED), "it is what others call the lead"),
    **{
        f"{table}.{name}": ((f"{verb} (refused)",), "money of one document would count twice")
        for table, verb in (("crm_capital_arrival", "capital.record"), ("crm_contract_amount", "contracts.record"))
        for name in ("reference", "reference_key")
    },
    "crm_enterprise.credit_code": (("leads.register (refused)",), "a code that is in use cannot be given twice"),
}  # fmt: skip
#: Columns that are not changed here, with the reason.
LEFT: Mapping[str, str] = {
    "crm_lead.confidential": "it says that the lead is hidden",
    "crm_lead.investor_id": "an expansion has the investor of its parent, by a key",
    "crm_meeting.investor_id": "the visit that it made has the same investor, by a key",
}
on_sqlite = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@define
class Built:
    """A bureau in a transaction, and what was answered before anything changed, by who asked."""

    connection: Connection
    bureau: Bureau
    hanging: dict[Table, list[int]]
    before: dict[str, dict[str, str]]

    @contextmanager
    def changed(self, chosen: Collection[Column[Any]]) -> Iterator[list[str]]:
        """Change columns for the length of the block; yield those that take no other value."""
        nested = self.connection.begin_nested()
        try:
            yield [
                name
                for table, numbers in self.hanging.items()
                for name in change(
                    self.connection, table, numbers, [column for column in chosen if column.table is table]
                )
            ]
        finally:
            nested.rollback()

    def different(self, actor: str, only: Collection[str] | None = None) -> list[str]:
        """Return the answers that differ from those before."""
        before = self.before[actor]
        return [
            key for key, answer in answers(self.connection, self.bureau, actor, only).items() if answer != before[key]
        ]

    def ask(self, actor: str) -> None:
        """Keep the answers, before anything changes."""
        if actor not in self.before:
            self.before[actor] = answers(self.connection, self.bureau, actor)

    def all_columns(self) -> list[Column[Any]]:
        """Return every column of what hangs on a hidden lead, but those left."""
        found = [column for table in self.hanging for column in columns(table, self.hanging)]
        return [column for column in found if str(column) not in LEFT]

    def causes(self, actor: str, chosen: Collection[Column[Any]], keys: Collection[str]) -> set[tuple[str, str]]:
        """Return which column changes which of some answers, each column changed by itself."""
        found = set()
        for column in chosen:
            with self.changed([column]):
                found |= {(str(column), key) for key in self.different(actor, keys)}
        return found


@pytest.fixture(scope="module")
def built(databases: Databases, template_url: str) -> Iterator[Built]:
    """A bureau on SQLite, where anything can be changed in it."""
    url = databases.create(template_url)
    engine = make_engine(url)
    with engine.connect() as connection:
        transaction = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            bureau = build(session)
            session.commit()
        unlocked(connection)
        yield Built(connection, bureau, hanging(connection, bureau), {})
        transaction.rollback()
    engine.dispose()
    databases.drop(url)


def test_every_read_is_asked() -> None:
    """Each public read that outsiders may do."""
    asked = {name for name in READS if "named" not in name}
    assert asked == {
        name
        for name in VERBS
        if not method(name).verb.writes and method(name).verb.right in {Right.READ, Right.CONTACT_WRITE}
    }


def test_all_others_see_every_lead() -> None:
    """The outsiders have the only roles that do not, or see their own alone."""
    assert {role for role in Role if TABLE[role].get(Right.CONFIDENTIAL_READ, Scope.NONE) is not Scope.ALL} == {
        Role.VIEWER,
        Role.AMBASSADOR,
    }


@on_sqlite
@pytest.mark.whole  # the bureau is built, and asked some hundred times
@pytest.mark.parametrize("actor", OUTSIDERS)
@pytest.mark.parametrize("values", [True, False])
def test_no_attribute_of_a_hidden_lead_shows(built: Built, actor: str, *, values: bool) -> None:
    """Whatever is changed of it and of all that hangs on it, each answer and each refusal to others stays the same."""
    built.ask(actor)
    chosen = [column for column in built.all_columns() if is_value(column) is values and str(column) not in TOLD]
    with built.changed(chosen):
        different = built.different(actor)
    assert sorted(built.causes(actor, chosen, different)) == []
    assert different == []


@on_sqlite
@pytest.mark.whole
def test_what_is_told_is_told_where_it_has_to_be(built: Built) -> None:
    """Attributes that others are shown change the answers that show them alone."""
    built.ask("viewer.desk")
    chosen = [column for column in built.all_columns() if str(column) in TOLD]
    assert {str(column) for column in chosen} == {*TOLD}
    with built.changed(chosen):
        different = {key.split("#")[0] for key in built.different("viewer.desk")}
    assert different <= {name for names, _ in TOLD.values() for name in names}


@on_sqlite
@pytest.mark.whole
def test_whether_something_hangs_on_a_hidden_lead_does_not_show(built: Built) -> None:
    """Not its meetings, documents, entries, claims, requests, referrals and follow-ups, nor what hangs on these."""
    built.ask("viewer.desk")
    nested = built.connection.begin_nested()
    for table, numbers in built.hanging.items():
        if table.name not in {"crm_lead", "crm_enterprise", "crm_transition", "crm_assignment"}:
            take_away(built.connection, table, numbers)
    different = built.different("viewer.desk")
    nested.rollback()
    assert different == []


@on_sqlite
@pytest.mark.whole
def test_what_is_public_is_seen_to_change(built: Built) -> None:
    """The comparison finds what it looks for."""
    built.ask("viewer.desk")
    (leads,) = [table for table in built.hanging if table.name == "crm_lead"]
    nested = built.connection.begin_nested()
    change(built.connection, leads, [built.bureau.ids["public1"]], [leads.c.title])
    different = built.different("viewer.desk", {"leads.list#0", "leads.list#1"})
    nested.rollback()
    assert different == ["leads.list#0"]


@on_sqlite
@pytest.mark.whole
def test_every_column_is_changed(built: Built) -> None:
    """So that a new column is tried; a column that takes no other value is left, with the reason."""
    with built.changed(built.all_columns()) as kept:
        assert kept == []
