"""The nouns and their summaries, from which the program's help is printed without loading any noun."""

from __future__ import annotations

from collections.abc import Mapping

from crm.errors import N_

#: Noun or single command: its help.
SUMMARIES: Mapping[str, str] = {
    "init": N_("Set up the database and its first administrator."),
    "demo": N_("Load the demonstration case and print it."),
    "lead": N_("Leads: from first contact to landed."),
    "visit": N_("Visits and other meetings, with their minutes."),
    "todo": N_("Follow-ups: task, owner, due day."),
    "investor": N_("Investors and their many names."),
    "contact": N_("Contacts at investors."),
    "import": N_("Lists in files become records: previewed first, then applied."),
    "tag": N_("Tags of leads and investors: how often each is used, renamed, merged."),
    "referral": N_("Referrals: who referred a lead, and the tree of referrals."),
    "claim": N_("Claims: which unit has the right to a lead, and the pool of unclaimed leads."),
    "trip": N_("Trips: plan, visits, costs and outcome."),
    "event": N_("Promotion events: plan, attendance, and the leads they started."),
    "request": N_("Requests of enterprises: accepted, answered, solved."),
    "capital": N_("Capital arrivals: recorded, verified, confirmed, reversed."),
    "contract": N_("Contract amounts, and their decreases."),
    "rate": N_("Exchange rates, loaded as tables."),
    "industry": N_("Industries by GB/T 4754, sections and divisions to classes."),
    "target": N_("Targets: figures to reach in a period, and frozen scorecards."),
    "digest": N_("What is overdue, due soon, stale and has arrived."),
    "calendar": N_("A calendar of a person, a station or a unit, as iCalendar."),
    "report": N_("Reports: year, funnel, board, scorecard, referrals; as table, file or chart."),
    "figure": N_("Figures of a measure, and closed periods."),
    "benchmark": N_("Benchmarks: figures of the nation and the province, and our own of earlier years."),
    "station": N_("Liaison stations abroad and in other cities."),
    "unit": N_("Districts, functional zones, departments, municipal enterprises."),
    "staff": N_("Staff and their roles."),
    "audit": N_("Every change: who, when, what, why."),
    "export": N_("The whole database as one file."),
    "mcp": N_("Serve an agent: its tools are the methods of the library."),
    "db": N_("The database itself: upgrade, check, reindex, backup, restore, load."),
    "completion": N_("Print the script that lets a shell complete commands."),
}

#: Noun or single command: the module that holds its ``command``.
MODULES: Mapping[str, str] = {
    "init": "crm.cli.admin.init",
    "demo": "crm.cli.admin.demo",
    "lead": "crm.cli.leads.lead",
    "visit": "crm.cli.meetings.visit",
    "todo": "crm.cli.meetings.todo",
    "investor": "crm.cli.investors.investor",
    "contact": "crm.cli.investors.contact",
    "import": "crm.cli.imports.importing",
    "tag": "crm.cli.tags.tag",
    "referral": "crm.cli.referrals.referral",
    "claim": "crm.cli.claims.claim",
    "trip": "crm.cli.trips.trip",
    "event": "crm.cli.events.event",
    "request": "crm.cli.requests.request",
    "capital": "crm.cli.ledgers.capital",
    "contract": "crm.cli.ledgers.contract",
    "rate": "crm.cli.ledgers.rate",
    "industry": "crm.cli.ledgers.industry",
    "target": "crm.cli.targets.target",
    "digest": "crm.cli.digest",
    "calendar": "crm.cli.calendar",
    "report": "crm.cli.reports.report",
    "figure": "crm.cli.figures.figure",
    "benchmark": "crm.cli.figures.benchmark",
    "station": "crm.cli.places.station",
    "unit": "crm.cli.places.unit",
    "staff": "crm.cli.places.staff",
    "audit": "crm.cli.admin.audit",
    "export": "crm.cli.admin.export",
    "mcp": "crm.cli.agents.command",
    "db": "crm.cli.admin.db",
    "completion": "crm.cli.admin.completion",
}
