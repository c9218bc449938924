"""Filters that several lists have, each declared once."""

from __future__ import annotations

from crm.errors import N_
from crm.rules.kernel.fields import Field, day, positive
from crm.values.identifiers import as_industry

SINCE = Field(N_("Since"), N_("From this day."), read=day, metavar="DAY")
UNTIL = Field(N_("Until"), N_("Until this day."), read=day, metavar="DAY")
MET_SINCE = Field(N_("Met since"), N_("With a visit from this day on."), read=day, metavar="DAY")
MET_UNTIL = Field(N_("Met until"), N_("Without a visit after this day; without any, too."), read=day, metavar="DAY")
INDUSTRY = Field(
    N_("Industry"),
    N_("Filter by industry of GB/T 4754, such as C or C36."),
    read=lambda value, _: as_industry(value),
    metavar="CODE",
)


def bound(side: str, label: str, text: str) -> Field:
    """Return the filter of amounts in one currency: ``least`` from an amount on, ``most`` up to it."""
    way_out = N_("Write an amount with its currency, such as 20000000 USD.")
    return Field(label, text, read=positive(way_out), kept=(f"{side}_minor", f"{side}_currency"), metavar="AMOUNT")
