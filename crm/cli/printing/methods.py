"""The method of the library behind each command, so that a refusal can also say what a program calls."""

from __future__ import annotations

import re
from collections.abc import Mapping

from crm.cli.printing.language import PROGRAM

#: Noun: the attribute of :class:`crm.CRM` that has its methods. A verb is named as its method is, with hyphens.
SERVICES: Mapping[str, str] = {
    "lead": "leads",
    "visit": "meetings",
    "todo": "followups",
    "investor": "investors",
    "contact": "contacts",
    "import": "imports",
    "referral": "referrals",
    "claim": "claims",
    "trip": "trips",
    "event": "events",
    "request": "requests",
    "capital": "capital",
    "contract": "contracts",
    "rate": "rates",
    "industry": "industries",
    "tag": "tags",
    "view": "views",
    "bulk": "bulk",
    "target": "targets",
    "report": "report",
    "figure": "figures",
    "benchmark": "benchmarks",
    "station": "stations",
    "unit": "units",
    "staff": "staff",
    "audit": "audit",
}
#: Command: its method, where the names differ.
OTHERWISE: Mapping[str, str] = {
    "calendar": "calendar.items",
    "changes": "audit.changes",
    "contact merge": "merges.merge",
    "contact merges": "merges.list",
    "contact show": "contacts.card",
    "contact unmerge": "merges.undo",
    "digest": "report.digest",
    "investor edit-group": "groups.edit",
    "investor group": "groups.tree",
    "investor join-group": "groups.join",
    "investor leave-group": "groups.leave",
    "investor memberships": "groups.memberships",
    "investor merge": "merges.merge",
    "investor merges": "merges.list",
    "investor restore-group": "groups.restore",
    "investor unmerge": "merges.undo",
    "investor withdraw-group": "groups.withdraw",
    "lead evidence": "leads.add_evidence",
    "lead save-evidence": "leads.evidence_file",
    "request reinvested": "requests.reinvestments",
    "audit show": "audit.list",
    "station status": "stations.set_status",
    "trip cost": "trips.add_cost",
    "trip leg": "trips.add_leg",
    "trip member": "trips.add_member",
    "trip plan": "trips.open_trip",
    "trip unit": "trips.set_unit",
    "trip units": "trips.by_unit",
    "trip visit": "trips.add_visit",
    "visit plan": "followups.add",
}
#: Commands without a method of a service: what they do belongs to the engine, the file or the terminal.
WITHOUT = frozenset(
    {
        "audit anchor",
        "audit key",
        "completion",
        "contact vcard",
        "demo",
        "export all",
        "import fields",
        "import file",
        "init",
        "investor schemes",
        "mcp",
    }
)
#: What follows the verb, in the English sentences and in those of the catalogues.
_ARGUMENTS = (
    r"--[\w-]+(?: (?:[a-z_0-9]+|[一-鿿]+|\"[^\"]*\"))?",
    r"'[^']*'",
    r"[A-Z][\w=]*|[一-鿿]+=[一-鿿]+|…",
    r"\{\w+\}(?: [a-z]+(?=$|[;.,；，。]))?",
    r"\d+",
)
#: A command in a sentence, with its noun, its verb and what follows.
_COMMAND = re.compile(
    rf"`?(?<![\w./-]){PROGRAM} (?P<noun>[a-z]+)(?: (?P<verb>[a-z]+(?:-[a-z]+)*))?(?: (?:{'|'.join(_ARGUMENTS)}))*`?",
    re.ASCII,
)


def method_of(noun: str, verb: str | None = None) -> str | None:
    """Return the method behind a command, such as ``leads.advance``; None where no service has one.

    Args:
        noun: The noun, or a single command.
        verb: Its verb.
    """
    command = noun if verb is None else f"{noun} {verb}"
    if command in OTHERWISE:
        return OTHERWISE[command]
    if verb is None or command in WITHOUT or noun not in SERVICES:
        return None
    return f"{SERVICES[noun]}.{verb.replace('-', '_')}"


def in_python(text: str) -> str:
    """Return a sentence with methods in place of commands, for who calls the library.

    >>> in_python("Reopen it first: crm lead reopen LEAD --reason …")
    'Reopen it first: crm.leads.reopen(…)'
    """
    return _COMMAND.sub(_as_method, text)


def _as_method(found: re.Match[str]) -> str:
    method = method_of(found["noun"], found["verb"])
    return found[0] if method is None else f"{PROGRAM}.{method}(…)"
