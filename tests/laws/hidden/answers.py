"""What somebody is answered: every read with several arguments, and what they are refused."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, inspect
from sqlalchemy.orm import Session

from crm import CRM
from crm.errors import CRMError
from crm.models import Base
from crm.values.money import Money
from tests.factories.ledgers import SUM, ledger
from tests.laws.hidden.bureau import Bureau

Call = Callable[[CRM, Bureau], Any]
#: Who may not see the hidden leads: nobody's own station, and a role without the right.
OUTSIDERS = ("frankfurt.desk", "viewer.desk")
_MEASURES = (
    "actual_fdi", "reinvestment", "domestic_capital", "contract_fdi", "new_enterprises", "leads_received",
    "leads_signed", "leads_landed", "requests_solved",
)  # fmt: skip
_PERIODS = ("2023", "2023-02", "2023-02-01..2023-02-17", "2023-02-01..2023-02-18", "2022")


def _each(attribute: str, verbs: Sequence[str], most: int) -> dict[str, Sequence[Call]]:
    """Return the reads of a noun that take a number, for each number."""

    def call(verb: str, number: int) -> Call:
        return lambda door, _: getattr(getattr(door, attribute), verb)(number)

    return {f"{attribute}.{verb}": [call(verb, number) for number in range(1, most)] for verb in verbs}


def _counts() -> Sequence[Call]:
    def call(measure: str, period: str, **more: Any) -> Call:
        return lambda door, _: door.figures.count(measure, period, **more)

    return [
        *(call(measure, period) for measure in _MEASURES for period in _PERIODS),
        *(call(measure, "2023", by=["country", "unit"]) for measure in _MEASURES),
        call("actual_fdi", "2023", by=["group", "section", "division"]),
        call("actual_fdi", "2023", only={"country": "JP"}),
        call("actual_fdi", "2023", only={"section": "C"}),
        call("leads_received", "2023", only={"kind": "event"}),
    ]


def _narrowed(attribute: str, verbs: Sequence[str], filters: Mapping[str, Any]) -> Sequence[Call]:
    """Return lists and sums of a noun, narrowed to one thing each."""

    def call(verb: str, narrowing: Mapping[str, Any]) -> Call:
        return lambda door, _: getattr(getattr(door, attribute), verb)(**narrowing)

    return [call(verb, {name: value}) for verb in verbs for name, value in filters.items()]


_OF_LEADS = {
    "country": "JP", "industry": "C", "source": "event", "at_least": "1 USD", "at_most": "900000000 USD",
    "met_since": "2023-01-01", "met_until": "2023-02-16", "stage": "landed", "status": "on_hold", "unit": "hitech",
    "owner": "tokyo.desk", "confidential": True, "mine": True, "sort": "title",
}  # fmt: skip
_OF_ENTRIES = {
    "state": "confirmed", "country": "JP", "unit": "hitech", "industry": "C", "since": "2023-02-10", "until": "2023-02-17",
}  # fmt: skip

READS: Mapping[str, Sequence[Call]] = {
    **_each("stations", ("get", "show"), 5),
    **_each("units", ("get",), 4),
    **_each("staff", ("get", "show"), 9),
    **_each("investors", ("get", "show", "exactly"), 9),
    **_each("contacts", ("get", "show", "card", "exactly", "export"), 9),
    **_each("leads", ("get", "show", "history", "timeline", "times", "assignments", "evidence", "missing"), 11),
    **_each("leads", ("evidence_file",), 6),
    **_each("trips", ("get", "show"), 3),
    **_each("meetings", ("show", "resolve"), 11),
    **_each("followups", ("get",), 6),
    **_each("capital", ("get", "show"), 16),
    **_each("contracts", ("get", "show"), 8),
    **_each("events", ("get", "show"), 3),
    **_each("requests", ("get", "show"), 4),
    **_each("referrals", ("get",), 3),
    **_each("claims", ("show", "history"), 9),
    **_each("targets", ("get", "show"), 8),
    **_each("imports", ("show",), 3),
    "imports.list": [lambda c, _: c.imports.list()],
    "imports.preview": [lambda c, _: c.imports.preview(ledger(2, investor="丸目商事株式会社", title="猎鹰冷链工厂"), checksum=SUM)],
    "stations.list": [lambda c, _: c.stations.list()],
    "stations.month": [lambda c, _: c.stations.month("tokyo", "2023-02")],
    "stations.months": [lambda c, _: c.stations.months("2023-02")],
    "units.list": [lambda c, _: c.units.list()],
    "staff.list": [lambda c, _: c.staff.list()],
    "staff.ambassadors": [lambda c, _: c.staff.ambassadors(2023)],
    "investors.find": [
        lambda c, _: c.investors.find("丸目"), lambda c, _: c.investors.find("项目公司"), lambda c, _: c.investors.find("猎鹰"),
    ],
    "investors.list": [
        lambda c, _: c.investors.list(),
        *_narrowed("investors", ["list"], {"tag": ["公用"], "met_since": "2023-02-01", "met_until": "2023-02-17"}),
    ],
    "investors.likely": [lambda c, _: c.investors.likely("项目公司"), lambda c, _: c.investors.likely("丸目商事")],
    "investors.duplicates": [lambda c, _: c.investors.duplicates()],
    "contacts.list": [lambda c, b: c.contacts.list(b.ids["investor"])],
    "contacts.duplicates": [lambda c, _: c.contacts.duplicates()],
    "contacts.erased": [lambda c, _: c.contacts.erased()],
    "leads.list": [
        lambda c, _: c.leads.list(), lambda c, _: c.leads.list(text="猎鹰"), lambda c, b: c.leads.list(investor=b.ids["investor"]),
        lambda c, _: c.leads.list(station="tokyo"), lambda c, _: c.leads.list(text="丸目"), lambda c, _: c.leads.list(limit=2),
        *_narrowed("leads", ["list"], _OF_LEADS), *_narrowed("leads", ["list"], {"sort": "entered"}),
        lambda c, _: c.leads.list(tag=["公用"]), lambda c, _: c.leads.list(tag=["猎鹰计划"]),
    ],
    "views.list": [lambda c, _: c.views.list()],
    "views.get": [lambda c, _: c.views.get("leads.list", "周会")],
    "tags.list": [lambda c, _: c.tags.list(), lambda c, _: c.tags.list("猎")],
    "leads.board": [lambda c, _: c.leads.board(tag=["公用"]), lambda c, _: c.leads.board(), lambda c, _: c.leads.board(closed=True)],
    "leads.stale": [lambda c, _: c.leads.stale(today=date(2023, 4, 1)), lambda c, _: c.leads.stale(today=date(2023, 3, 10))],
    "trips.list": [lambda c, _: c.trips.list()],
    "trips.figures": [lambda c, _: c.trips.figures(2023)],
    "trips.by_unit": [lambda c, _: c.trips.by_unit(2023)],
    "trips.open_trip": [lambda c, b: c.trips.open_trip(b.ids["trip"], date(2023, 2, 16))],
    "meetings.list": [
        lambda c, _: c.meetings.list(withdrawn=True), lambda c, b: c.meetings.list(trip=b.ids["trip"]),
        lambda c, _: c.meetings.list(kind="visit"),
    ],
    "meetings.named": [lambda c, _: c.meetings.resolve("丸目商事株式会社"), lambda c, _: c.meetings.resolve("猎鹰冷链工厂")],
    "leads.named": [lambda c, _: c.leads.get("项目公司"), lambda c, _: c.leads.get("丸目"), lambda c, _: c.leads.get("猎鹰")],
    "followups.list": [
        lambda c, _: c.followups.list(open_only=False, withdrawn=True),
        lambda c, b: c.followups.list(open_only=False, investor=b.ids["investor"]),
    ],
    "followups.due": [lambda c, _: c.followups.due(until="2024-01-01")],
    "industries.list": [lambda c, _: c.industries.list("C")],
    "industries.show": [lambda c, _: c.industries.show("C36")],
    "rates.list": [lambda c, _: c.rates.list(limit=2)],
    "rates.tables": [lambda c, _: c.rates.tables()],
    "rates.convert": [lambda c, _: c.rates.convert("5 JPY", "USD", on="2023-02-17")],
    "rates.worth": [lambda c, _: c.rates.worth(Money(5, "JPY"), ["USD"], c.policy.capital, date(2023, 2, 17))],
    "capital.list": [lambda c, _: c.capital.list(), *_narrowed("capital", ["list"], {**_OF_ENTRIES, "waiting": "confirm"})],
    "capital.sums": [lambda c, _: c.capital.sums(), *_narrowed("capital", ["sums"], {**_OF_ENTRIES, "kind": "reinvestment"})],
    "contracts.list": [lambda c, _: c.contracts.list(), *_narrowed("contracts", ["list"], _OF_ENTRIES)],
    "contracts.sums": [lambda c, _: c.contracts.sums(), *_narrowed("contracts", ["sums"], _OF_ENTRIES)],
    "events.list": [lambda c, _: c.events.list()],
    "events.figures": [lambda c, _: c.events.figures(2023)],
    "requests.list": [lambda c, _: c.requests.list(open_only=False)],
    "requests.figures": [lambda c, _: c.requests.figures(2023)],
    "requests.reinvestments": [lambda c, _: c.requests.reinvestments()],
    "referrals.list": [lambda c, _: c.referrals.list()],
    "referrals.tree": [lambda c, b: c.referrals.tree(b.ids["snow"]), lambda c, b: c.referrals.tree(b.ids["investor"])],
    "referrals.credit": [lambda c, _: c.referrals.credit(2023)],
    "groups.tree": [lambda c, b: c.groups.tree(b.ids["investor"])],
    "groups.memberships": [lambda c, b: c.groups.memberships(b.ids["investor"], withdrawn=True)],
    "merges.list": [lambda c, _: c.merges.list()],
    "claims.standing": [lambda c, b: c.claims.standing(b.ids["investor"])],
    "claims.list": [lambda c, _: c.claims.list(), lambda c, _: c.claims.list(unit="west")],
    "claims.pool": [lambda c, _: c.claims.pool()],
    "figures.count": _counts(),
    "figures.closings": [lambda c, _: c.figures.closings()],
    "figures.entries": [
        lambda c, _: c.figures.entries("actual_fdi", 2023), lambda c, _: c.figures.entries("actual_fdi:unit=hitech", 2023),
        lambda c, _: c.figures.entries("new_enterprises", 2023),
    ],
    "benchmarks.list": [lambda c, _: c.benchmarks.list()],
    "targets.list": [lambda c, _: c.targets.list()],
    "targets.score": [lambda c, _: c.targets.score(2023, forecast=True)],
    "targets.editions": [lambda c, _: c.targets.editions()],
    "targets.frozen": [lambda c, _: c.targets.frozen(2023)],
    "report.year": [lambda c, _: c.report.year(2023, explain=True)],
    "report.restatement": [lambda c, _: c.report.restatement("2023-01", explain=True)],
    "report.scorecard": [
        lambda c, _: c.report.scorecard(2023, explain=True), lambda c, _: c.report.scorecard(2023, frozen=True),
    ],
    "report.funnel": [lambda c, _: c.report.funnel(2023, each="month", by="unit", explain=True)],
    "report.board": [lambda c, _: c.report.board(explain=True)],
    "report.referrals": [lambda c, _: c.report.referrals(2023, explain=True)],
    "report.ambassadors": [lambda c, _: c.report.ambassadors(2023, explain=True)],
    "calendar.items": [
        lambda c, _: c.calendar.items(station="tokyo", since="2022-01-01"),
        lambda c, _: c.calendar.items(unit="hitech", since="2022-01-01"),
        lambda c, _: c.calendar.items(person="tokyo.desk", since="2022-01-01"),
    ],
    "report.digest": [
        lambda c, _: c.report.digest(station="tokyo"),
        lambda c, _: c.report.digest(unit="hitech"),
        lambda c, _: c.report.digest(person="tokyo.desk"),
    ],
    "report.weekly": [
        lambda c, _: c.report.weekly("tokyo", "2023-02", explain=True),
        lambda c, _: c.report.weekly("hitech", "2023-02", explain=True),
    ],
    "report.station": [lambda c, _: c.report.station("tokyo", "2023-02", explain=True)],
    "report.trip": [lambda c, b: c.report.trip(b.ids["trip"], explain=True)],
    "report.entries": [
        lambda c, _: c.report.entries(c.report.funnel(2023, explain=True)), lambda c, _: c.report.entries(c.report.year(2023, explain=True)),
    ],
}  # fmt: skip

#: Writes that are refused, because the record is hidden or because of what a hidden record says.
WRITES: Mapping[str, Sequence[Call]] = {
    "leads.tag": [lambda c, b: c.leads.tag(b.hidden[0], ["x"]), lambda c, b: c.leads.tag(b.hidden[0], remove=["x"])],
    "leads.edit": [lambda c, b: c.leads.edit(b.hidden[0], note="n")],
    "bulk.advance": [lambda c, b: c.bulk.advance([b.hidden[0]]), lambda c, b: c.bulk.advance(b.hidden[:2], those_that_may=True)],
    "bulk.tag": [lambda c, b: c.bulk.tag([b.hidden[0]], ["x"]), lambda c, _: c.bulk.tag({"status": "active"}, ["x"], preview=True)],
    "leads.advance": [lambda c, b: c.leads.advance(b.hidden[1])],
    "leads.open": [
        lambda c, b: c.leads.open(b.ids["investor"], title="t", parent=b.hidden[0]),
        lambda c, b: c.leads.open(b.ids["investor"], title="t", confidential=True, code_name="Falcon"),
    ],
    "leads.register": [lambda c, b: c.leads.register(b.ids["frankfurts"], name="N", licensed="2023-02-30")],
    "leads.confirm": [lambda c, b: c.leads.confirm(b.hidden_ids["evidence"])],
    "leads.edit_evidence": [lambda c, b: c.leads.edit_evidence(b.hidden_ids["evidence"], reference="r")],
    "meetings.log": [lambda c, b: c.meetings.log(b.hidden[0], summary="s")],
    "meetings.edit": [lambda c, b: c.meetings.edit(b.hidden_ids["meeting"], summary="s")],
    "followups.done": [lambda c, b: c.followups.done(b.hidden_ids["followup"], result="r")],
    "followups.edit": [lambda c, b: c.followups.edit(b.hidden_ids["followup"], text="t")],
    "capital.record": [
        lambda c, b: c.capital.record(b.ids["frankfurts"], "1 USD", arrived="2023-02-01", reference="r", evidence=b.hidden_ids["evidence"]),
        lambda c, b: c.capital.record(b.hidden[0], "1 USD", arrived="2023-02-01", reference="r"),
        lambda c, b: c.capital.record(b.ids["frankfurts"], "1 USD", arrived="2023-02-01", reference="秘密到资"),
    ],
    "contracts.record": [
        lambda c, b: c.contracts.record(b.ids["frankfurts"], "1 USD", agreed="2023-02-01", reference="r", evidence=b.hidden_ids["evidence"]),
        lambda c, b: c.contracts.record(b.ids["frankfurts"], "1 USD", agreed="2023-02-01", reference="秘密合同"),
    ],
    "capital.reverse": [lambda c, b: c.capital.reverse(b.hidden_ids["capital"], reason="r")],
    "capital.correct": [lambda c, b: c.capital.correct(b.hidden_ids["capital"], amount="1 USD", reason="r")],
    "requests.answer": [lambda c, b: c.requests.answer(b.hidden_ids["request"], "a")],
    "requests.assign": [lambda c, b: c.requests.assign(b.hidden_ids["request"], unit="west")],
    "referrals.add": [lambda c, b: c.referrals.add(b.hidden[1], b.ids["snow"])],
    "referrals.withdraw": [lambda c, b: c.referrals.withdraw(b.hidden_ids["referral"], reason="r")],
    "referrals.edit": [lambda c, b: c.referrals.edit(b.hidden_ids["referral"], note="n", reason="r")],
    "claims.edit": [lambda c, b: c.claims.edit(b.hidden_ids["claim"], note="n", reason="r")],
    "claims.file": [lambda c, b: c.claims.file(b.hidden[1], unit="west")],
    "claims.renew": [lambda c, b: c.claims.renew(b.hidden[1])],
    "investors.archive": [lambda c, b: c.investors.archive(b.ids["investor"], reason="r")],
    "investors.add": [lambda c, _: c.investors.add("项目公司", country="CN")],
    "contacts.archive": [lambda c, b: c.contacts.archive(b.ids["person"], reason="r")],
    "trips.cancel_visit": [lambda c, b: c.trips.cancel_visit((b.ids["trip"], 1), reason="r")],
}  # fmt: skip


def told(value: object) -> str:
    """Return everything that an answer says, as text."""
    if isinstance(value, Base):
        return str({column.key: getattr(value, column.key) for column in inspect(type(value)).column_attrs})
    if isinstance(value, list | tuple):
        return "\n".join(told(part) for part in value)
    return repr(value)


def answers(connection: Connection, bureau: Bureau, actor: str, only: Collection[str] | None = None) -> dict[str, str]:
    """Return each answer, and each refusal, by its name and number; *only* some of them. Nothing stays written."""
    found = {}
    for name, calls in [*READS.items(), *((f"{name} (refused)", calls) for name, calls in WRITES.items())]:
        for number, call in enumerate(calls):
            if only is not None and f"{name}#{number}" not in only:
                continue
            with Session(connection, join_transaction_mode="create_savepoint") as session:
                door = CRM(session, actor, clock=bureau.clock)
                try:
                    value = call(door, bureau)
                    # What is written has a uid and a time of its own.
                    found[f"{name}#{number}"] = told(value) if name in READS else "done"
                except CRMError as error:
                    found[f"{name}#{number}"] = f"{type(error).__name__}: {error}"
                session.rollback()
    return found
