"""Conditions on trips, for lists, figures and targets."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, exists

from crm.models import Leg, Trip


def abroad(home: Collection[str]) -> ColumnElement[bool]:
    """Return the condition that a trip has a stay abroad."""
    return exists().where(Leg.delegation_id == Trip.id, Leg.country.not_in(home)).correlate(Trip)


def placed() -> ColumnElement[bool]:
    """Return the condition that a country is known of a trip's stays."""
    return exists().where(Leg.delegation_id == Trip.id, Leg.country.is_not(None)).correlate(Trip)


def late() -> ColumnElement[bool]:
    """Return the condition that a trip was announced late."""
    return Trip.announced_on > Trip.notice_due_on
