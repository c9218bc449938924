"""What every statement that reads withdrawable records has to ask, and which need not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import cast

from sqlalchemy import Table

from crm.models import Base
from crm.models.base import Removable

#: The tables whose rows can be withdrawn.
TABLES = sorted(
    cast("Table", each.local_table).name for each in Base.registry.mappers if issubclass(each.class_, Removable)
)
_READ = re.compile(rf"(?:FROM|JOIN|,)\s+({'|'.join(TABLES)})\b(?!\.)(?: AS (\w+))?")
#: Verbs that look at withdrawn records too, and why.
EVERYTHING = {
    "audit.verify": "every row is held against its entries",
    "contacts.erase": "what was withdrawn is of the person too",
    "contacts.erase_again": "the same",
    "contacts.erase_due": "the same",
    "contacts.restore_employment": "it looks for what was withdrawn",
    "contacts.edit_employment": "a withdrawn one is named in the refusal",
    "contacts.withdraw_employment": "the same",
    "groups.edit": "the same",
    "groups.withdraw": "the same",
    "groups.restore": "it looks for what was withdrawn",
    "contacts.export": "a person gets what was withdrawn too",
    "contacts.mentions": "a withdrawn record still mentions the person",
    "meetings.show": "a withdrawn meeting stays readable, with its follow-ups",
    "calendar.items": "withdrawn ones are cancelled there",
    "exports.all": "the whole database",
    "requests.show": "a withdrawn request stays readable",
    "leads.timeline": "withdrawn records are shown, struck through",
    "meetings.edit": "who is named again comes back into the meeting",
    "meetings.restore": "it looks for what was withdrawn",
    "imports.preview": "what was withdrawn is not made again",
    "imports.apply": "what was withdrawn is not made again",
    "imports.undo": "what was withdrawn since is named",
    "imports.show": "a row made it, withdrawn or not",
    "merges.plan": "withdrawn rows move along",
    "merges.merge": "withdrawn rows move along",
    "merges.undo": "withdrawn rows move back",
    "report.entries": "the records behind a figure, by their numbers",
}
#: What a statement may do without asking: by a pattern of what follows the name of the table, and why.
WITHOUT = {
    r"\s*\n?WHERE crm_\w+\.(?:id|uid) (?:= |IN \((?!SELECT))": "records by their numbers",
    r" ON crm_evidence\.id = \(SELECT": "the agreement that a subselect finds: it asks",
    r" ON crm_meeting\.id = crm_followup\.meeting_id": "only the day of the meeting: whether the follow-up stands is asked",
    r"\s*\n?WHERE crm_planned_visit": "whether a planned visit was made: its meeting stands",
}


def ensure_withdrawn_left_out(name: str, seen: Sequence[str]) -> None:
    """Hold each SELECT of a verb to asking whether what it reads is withdrawn, table by table."""
    if name in EVERYTHING:
        return
    for statement in seen:
        if not statement.lstrip().startswith(("SELECT", "WITH")):
            continue
        for found in _READ.finditer(statement):
            alias = found[2] or found[1]
            asked = f"{alias}.withdrawn_at IS N" in statement
            without = any(re.match(pattern, statement[found.end() :]) for pattern in WITHOUT)
            assert asked or without, f"{name} reads {alias} and does not ask whether it is withdrawn: {statement}"
