"""Columns that are worked out from another column of the same row: kept for speed, never typed, never audited.

One place says how; the services write by it, ``crm db reindex`` writes by it again, the audit and a test hold what is
stored against it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from crm.models.investor import Contact, InvestorName
from crm.models.lead import Lead
from crm.values.naming.spelling import Spelling, spell
from crm.values.text import comparison_key

#: The column that others are derived from.
SOURCES: Mapping[type[Any], str] = {InvestorName: "text", Contact: "name", Lead: "title"}


def derived(model: type[Any], source: str) -> dict[str, Any]:
    """Return the derived columns of a row whose source column is *source*; empty for a model that has none."""
    if model is InvestorName:
        return attrs.asdict(spell(source))
    return {"key": comparison_key(source)} if model in SOURCES else {}


def derived_columns(model: type[Any]) -> frozenset[str]:
    """Return the names of a model's derived columns."""
    if model is InvestorName:
        return frozenset(attrs.fields_dict(Spelling))
    return frozenset({"key"} if model in SOURCES else ())
