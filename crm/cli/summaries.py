"""The nouns and what each is for: help of the whole program is printed from here, without loading any of them."""

from __future__ import annotations

from collections.abc import Mapping

from crm.errors import N_

#: Noun or single command: its help.
SUMMARIES: Mapping[str, str] = {
    "init": N_("Set up the database and its first administrator."),
    "demo": N_("Load the demonstration case and print it."),
    "lead": N_("Leads: from first contact to landed."),
    "visit": N_("Visits and other meetings, with their minutes."),
    "todo": N_("Follow-ups: what was promised, by whom, until when."),
    "investor": N_("Investors and their many names."),
    "contact": N_("The people at investors."),
    "referral": N_("Referrals: who brought a lead, and who brought whom."),
    "claim": N_("Claims: which unit has the right to a lead, and the pool of leads that are nobody's."),
    "trip": N_("Delegations: the plan of a journey, and what became of it."),
    "event": N_("Promotion events: planned, held, who came, what they started."),
    "request": N_("Requests of enterprises: accepted, answered, solved."),
    "capital": N_("Capital arrivals: recorded, verified, confirmed, reversed."),
    "contract": N_("Contract amounts: what agreements promise, and what later ones take back."),
    "rate": N_("Rates of exchange, loaded as tables."),
    "industry": N_("Industries by GB/T 4754, sections and divisions to classes."),
    "target": N_("Targets: figures to reach in a period, and scorecards that were frozen."),
    "report": N_("Reports: the year, the funnel, the board, the referrals; printed, drawn, explained."),
    "figure": N_("Figures: what a measure comes to, and the periods whose figures were made public."),
    "benchmark": N_("Figures of the nation and the province, and our own of earlier years."),
    "station": N_("Liaison stations abroad and in other cities."),
    "unit": N_("Districts, functional zones, departments, municipal enterprises."),
    "staff": N_("Who acts, and in which role."),
    "audit": N_("Every change: who, when, what, why."),
    "db": N_("The database itself: upgrade, check, reindex, backup, restore."),
    "completion": N_("Print the script that lets a shell complete commands."),
}

#: Noun or single command: the module that holds its ``command``.
MODULES: Mapping[str, str] = {
    "init": "crm.cli.nouns.init",
    "demo": "crm.cli.nouns.demo",
    "lead": "crm.cli.nouns.lead",
    "visit": "crm.cli.nouns.visit",
    "todo": "crm.cli.nouns.todo",
    "investor": "crm.cli.nouns.investor",
    "contact": "crm.cli.nouns.contact",
    "referral": "crm.cli.nouns.referral",
    "claim": "crm.cli.nouns.claim",
    "trip": "crm.cli.nouns.trip",
    "event": "crm.cli.nouns.event",
    "request": "crm.cli.nouns.request",
    "capital": "crm.cli.nouns.capital",
    "contract": "crm.cli.nouns.contract",
    "rate": "crm.cli.nouns.rate",
    "industry": "crm.cli.nouns.industry",
    "target": "crm.cli.nouns.target",
    "report": "crm.cli.nouns.report",
    "figure": "crm.cli.nouns.figure",
    "benchmark": "crm.cli.nouns.benchmark",
    "station": "crm.cli.nouns.station",
    "unit": "crm.cli.nouns.unit",
    "staff": "crm.cli.nouns.staff",
    "audit": "crm.cli.nouns.audit",
    "db": "crm.cli.nouns.db",
    "completion": "crm.cli.nouns.completion",
}
