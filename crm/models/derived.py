"""Derived columns, computed from another column of the same row; never entered, never audited.

They are stored for speed. This module computes them for the services and for ``crm db reindex``; the audit and a test
compare the stored values with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from crm.models.investor import Contact, InvestorName
from crm.models.lead import Evidence, Lead
from crm.models.ledger import CapitalArrival, ContractAmount
from crm.models.saved_view import SavedView
from crm.models.tag import Tag
from crm.values.naming.spelling import Spelling, spell
from crm.values.text import comparison_key, reference_key

#: The columns that others are derived from, each with those, by model.
SOURCES: Mapping[type[object], Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        InvestorName: {"text": tuple(attrs.fields_dict(Spelling))},
        Contact: {"name": ("key",), "other_name": ("other_key",)},
        Lead: {"title": ("key",)},
        **{model: {"reference": ("reference_key",)} for model in (Evidence, CapitalArrival, ContractAmount)},
        **{model: {"name": ("key",)} for model in (SavedView, Tag)},
    }
)


def derived(model: type[object], values: Mapping[str, object]) -> dict[str, object]:
    """Return the derived columns of a row for those of its columns in *values*; empty for a model without any."""
    found: dict[str, object] = {}
    for source, columns in SOURCES.get(model, {}).items():
        if source not in values:
            continue
        text = values[source]
        if not isinstance(text, str):
            found |= dict.fromkeys(columns)
        elif model is InvestorName:
            found |= attrs.asdict(spell(text))
        else:
            key = reference_key if source == "reference" else comparison_key
            found |= dict.fromkeys(columns, key(text))
    return found


def derived_columns(model: type[object]) -> frozenset[str]:
    """Return the names of a model's derived columns."""
    return frozenset(column for columns in SOURCES.get(model, {}).values() for column in columns)
