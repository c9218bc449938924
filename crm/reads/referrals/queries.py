"""Referrals as rows, as a tree, and as credit. One statement each, recursive if needed.

A party is one number: an investor's id, or a contact's negative id.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import chain
from typing import Any

from attrs import evolve
from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    SQLColumnExpression,
    String,
    and_,
    case,
    false,
    func,
    literal,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session, aliased

from crm.models import CapitalArrival, Contact, EntryState, Investor, Lead, Referral
from crm.models.binding import OURS
