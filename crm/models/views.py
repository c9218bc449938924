"""Views for programs that only read, such as Metabase, Datasette and DuckDB: docs/views.md.

They leave out persons, minutes, confidential leads and what belongs to those leads. They are an interface: a column
that is listed here keeps its name, its meaning and its place; new ones come last. They are made after the revisions and
dropped before a revision runs, as the triggers are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import frozen
from sqlalchemy import Connection, inspect, text


@frozen
class View:
    """A view.

    Attributes:
        meaning: What its rows are.
        columns: By the name of a column, where it comes from and what it is.
        source: The tables, and the condition.
    """

    meaning: str
    columns: Mapping[str, tuple[str, str]]
    source: str

    def query(self, schema: str = "") -> str:
        """Return its SELECT; *schema* is where the tables are, quoted, with a point behind it."""
        columns = ", ".join(f"{expression} AS {name}" for name, (expression, _) in self.columns.items())
        return f"SELECT {columns} FROM {self.source.format(s=schema)}"  # noqa: S608  # our own names


_MINOR = "in the smallest unit of its currency, such as cents; yen have none"
VIEWS: Mapping[str, View] = {
    "crm_reader_lead": View(
        "Leads that are not confidential.",
        {
            "id": ("l.id", "number of the lead"),
            "title": ("l.title", "what the project is called"),
            "investor_id": ("l.investor_id", "the investor"),
            "stage": ("l.stage", "code of the stage"),
            "status": ("l.status", "open, on_hold, lost, abandoned, landed or exited"),
            "received_on": ("l.received_on", "the day it was received"),
            "moved_on": ("l.moved_on", "day of its last move"),
            "entered_on": ("l.entered_on", "day it entered its stage"),
            "landed_on": ("l.landed_on", "day of its landing, or null"),
            "expected_minor": ("l.expected_minor", f"expected amount, {_MINOR}; or null"),
            "expected_currency": ("l.expected_currency", "ISO 4217 currency of the expected amount, or null"),
            "industry": ("l.industry", "GB/T 4754-2017, with its section letter; or null"),
            "foreign_capital": ("l.foreign_capital", "whether it is foreign, or from Hong Kong, Macao or Taiwan"),
            "station": ("s.code", "code of the station, or null"),
            "unit": ("u.code", "code of the responsible unit, or null"),
            "investor": ("i.name", "name of the investor"),
            "country": ("i.country", "country of the investor, ISO 3166-1 alpha-2"),
            "source": ("l.source_kind", "code of the source"),
            "cycle": ("l.cycle", "1, one more each time it was reopened"),
            "carried_over": ("c.id IS NOT NULL", "whether its papers do not support its stage: it is in no figure"),
        },
        "{s}crm_lead l JOIN {s}crm_investor i ON i.id = l.investor_id LEFT JOIN {s}crm_station s ON s.id = l.station_id"
        " LEFT JOIN {s}crm_unit u ON u.id = l.unit_id"
        " LEFT JOIN {s}crm_carried_over c ON c.lead_id = l.id AND c.settled_at IS NULL WHERE NOT l.confidential",
    ),
    "crm_reader_investor": View(
        "Investors, archived and merged ones included.",
        {
            "id": ("i.id", "number of the investor"),
            "name": ("i.name", "the name that is shown"),
            "country": ("i.country", "ISO 3166-1 alpha-2"),
            "kind": ("i.kind", "what it is: company, fund, person and so on"),
            "website": ("i.website", "its website, or null"),
            "archived": ("i.archived_at IS NOT NULL", "whether it is archived, or merged into another"),
        },
        "{s}crm_investor i",
    ),
    "crm_reader_meeting": View(
        "Meetings that are not withdrawn, apart from those about confidential leads.",
        {
            "id": ("m.id", "number of the meeting"),
            "investor_id": ("m.investor_id", "the investor"),
            "lead_id": ("m.lead_id", "the lead it was about, or null"),
            "kind": ("m.kind", "visit, call, message and so on"),
            "met_at": ("m.met_at", "when, in UTC"),
            "zone": ("m.zone", "IANA time zone of the place"),
            "place": ("m.place", "where, or null"),
            "station": ("s.code", "code of the station, or null"),
            "investor": ("i.name", "name of the investor"),
        },
        "{s}crm_meeting m JOIN {s}crm_investor i ON i.id = m.investor_id LEFT JOIN {s}crm_lead l ON l.id = m.lead_id"
        " LEFT JOIN {s}crm_station s ON s.id = m.station_id"
        " WHERE m.withdrawn_at IS NULL AND (l.id IS NULL OR NOT l.confidential)",
    ),
    "crm_reader_arrival": View(
        "Entries of the ledger of capital, apart from those of confidential leads; a reversal is an entry of its own.",
        {
            "id": ("a.id", "number of the entry"),
            "lead_id": ("a.lead_id", "the lead"),
            "kind": ("a.kind", "what sort of capital"),
            "arrived_on": ("a.arrived_on", "the day the money arrived"),
            "amount_minor": ("a.amount_minor", f"amount, {_MINOR}; negative for a reversal"),
            "currency": ("a.currency", "ISO 4217 currency"),
            "state": ("a.state", "reported, verified or confirmed; only confirmed ones count in reports"),
            "immediate_country": ("a.immediate_country", "country it came from, or null"),
            "ultimate_country": ("a.ultimate_country", "country of whoever is behind it, or null"),
            "industry": ("a.industry", "GB/T 4754-2017, with its section letter; or null"),
            "usd_minor": ("a.usd_minor", "value in US cents, fixed when it was confirmed; or null"),
            "cny_minor": ("a.cny_minor", "value in fen, fixed when it was confirmed; or null"),
            "reverses_id": ("a.reverses_id", "the entry it reverses, or null"),
            "unit": ("u.code", "code of the unit it counts for, or null"),
            "investor_id": ("l.investor_id", "the investor of the lead"),
            "investor": ("i.name", "name of that investor"),
            "replaces_id": ("a.replaces_id", "the reversed entry that it corrects, or null"),
        },
        "{s}crm_capital_arrival a JOIN {s}crm_lead l ON l.id = a.lead_id JOIN {s}crm_investor i ON i.id = l.investor_id"
        " LEFT JOIN {s}crm_unit u ON u.id = a.unit_id WHERE NOT l.confidential",
    ),
    "crm_reader_tag": View(
        "Tags of investors, and of leads that are not confidential; a tag that was merged is the other one.",
        {
            "id": ("t.id", "number of the row"),
            "tag": ("t.tag", "the word"),
            "lead_id": ("t.lead_id", "the lead that has it, or null"),
            "investor_id": ("t.investor_id", "the investor that has it, or null"),
        },
        "(SELECT min(g.id) AS id, m.name AS tag, g.lead_id, g.investor_id FROM {s}crm_tagging g"
        " JOIN {s}crm_tag o ON o.id = g.tag_id JOIN {s}crm_tag m ON m.id = coalesce(o.into_id, o.id)"
        " LEFT JOIN {s}crm_lead l ON l.id = g.lead_id"
        " WHERE g.withdrawn_at IS NULL AND (l.id IS NULL OR NOT l.confidential)"
        " GROUP BY m.name, g.lead_id, g.investor_id) t",
    ),
}


def missing_views(connection: Connection) -> tuple[str, ...]:
    """Return the views that are not there."""
    held = set(inspect(connection).get_view_names())
    return tuple(name for name in VIEWS if name not in held)


def put_views(connection: Connection) -> None:
    """Make the views that are not there."""
    for name in missing_views(connection):
        connection.exec_driver_sql(f"CREATE VIEW {name} AS {VIEWS[name].query()}")
        if connection.dialect.name == "postgresql":
            for statement in comments(name):
                connection.exec_driver_sql(statement)


def comments(name: str, schema: str = "") -> Iterator[str]:
    """Yield the statements that describe a view and its columns on PostgreSQL."""
    view = VIEWS[name]
    yield f"COMMENT ON VIEW {schema}{name} IS '{view.meaning}'"
    for column, (_, meaning) in view.columns.items():
        yield f"COMMENT ON COLUMN {schema}{name}.{column} IS '{meaning}'"


def drop_views(connection: Connection) -> None:
    """Drop the views, which would stop a revision that changes what they show."""
    for name in VIEWS:
        connection.execute(text(f"DROP VIEW IF EXISTS {name}"))
