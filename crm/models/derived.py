"""Derived columns, computed from another column of the same row; never entered, never audited.

They are stored for speed. This module computes them for the services and for ``crm db reindex``; the audit and a test
compare the stored values with it.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from crm.models.investor import Contact, InvestorName
from crm.models.lead import Lead
from crm.values.naming.spelling import Spelling, spell
from crm.values.text import comparison_key

#: The column that others are derived from.
SOURCES: Mapping[type[object], str] = {InvestorName: "text", Contact: "name", Lead: "title"}


def derived(model: type[object], source: str) -> dict[str, object]:
    """Return the derived columns of a row for the source column *source*; empty for a model without any."""
    if model is InvestorName:
        return attrs.asdict(spell(source))
    return {"key": comparison_key(source)} if model in SOURCES else {}


def derived_columns(model: type[object]) -> frozenset[str]:
    """Return the names of a model's derived columns."""
    if model is InvestorName:
        return frozenset(attrs.fields_dict(Spelling))
    return frozenset({"key"} if model in SOURCES else ())
