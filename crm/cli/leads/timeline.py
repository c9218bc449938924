"""The columns of what happened to a lead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from crm.cli.printing.audited import verb_word
from crm.cli.printing.fields import WITHDRAWN, date_of, field, money_of
from crm.cli.printing.reader import Reader
from crm.cli.printing.tables import Column, bracketed
from crm.errors import N_
from crm.values.numbers import lettered

if TYPE_CHECKING:
    from crm.reads.leads.timeline import TimelineRow

#: Of what happened to a lead: the noun of its number, and the context of the words for its kind.
_HAPPENED: Mapping[str, tuple[str, str]] = {
    "transition": ("", "move"),
    "meeting": ("meeting", "meeting"),
    "evidence": ("evidence", "evidence"),
    "capital_arrival": ("arrival", "arrival"),
    "contract_amount": ("contract amount", "contract"),
    "followup": ("follow-up", ""),
    "assignment": ("", ""),
}


def _happened(reader: Reader, row: TimelineRow) -> str:
    if row.record == "correction":
        return verb_word(reader.language, row.kind or "")
    noun, context = _HAPPENED[row.record]
    number = lettered(noun, row.id) if noun and row.id is not None else ""
    what = reader.word(context, row.kind) if context and row.kind else reader.word("record", row.record)
    if row.record == "followup" and row.kind == "done":
        what += bracketed(reader, reader.say("done"))
    return " ".join(filter(None, [what, number]))


def _about(reader: Reader, row: TimelineRow) -> str:
    if row.stages is not None:
        before, after = row.stages
        return " → ".join(reader.word("stage", stage) for stage in (before, after) if stage)
    if row.record == "correction":
        record, _, number = (row.text or "").rpartition(" ")
        noun = _HAPPENED[record][0]
        return f"{reader.word('record', record)} {lettered(noun, int(number))}"
    return row.text or ""


TIMELINE = (
    date_of("on", N_("Day")),
    Column(N_("What"), _happened, least=12),
    Column(N_("About"), _about, least=16),
    money_of("amount", N_("Amount"), drops=3),
    field("by", N_("By"), drops=1),
    field("reason", N_("Why"), drops=2, least=12),
    WITHDRAWN,
)
