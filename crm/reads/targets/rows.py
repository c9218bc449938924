"""Targets and frozen scorecards as rows."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from attrs import frozen

from crm.rules.targets.terms import Terms
from crm.values.period import Period


@frozen(kw_only=True)
class TermsRow:
    """The terms of a target, in one version.

    Attributes:
        id: The number of the record.
        number: 1, 2, 3 … for each target.
        terms: What it asks.
        set_by: Who set it.
        set_at: When.
        reason: Of a later version: why.
    """

    id: int
    number: int
    terms: Terms
    set_by: str
    set_at: datetime
    reason: str | None


@frozen(kw_only=True)
class TargetRow:
    """A target with its current terms.

    Attributes:
        id: Its number.
        uid: Its uid.
        code: Short name people type.
        period: When.
        current: What it asks, in the version that holds.
        ended_at: No longer asked since, or None.
        end_reason: Why it is no longer asked.
        version: For optimistic writes.
    """

    id: int
    uid: UUID
    code: str
    period: Period
    current: TermsRow
    ended_at: datetime | None
    end_reason: str | None
    version: int


@frozen(kw_only=True)
class TargetCard:
    """A target with each of its versions, latest first."""

    row: TargetRow
    versions: tuple[TermsRow, ...]


@frozen(kw_only=True)
class LoadedTargets:
    """The result of loading targets: their codes, by what was done with them.

    Attributes:
        added: New ones.
        changed: Those that have a new version.
        unchanged: Those that were there already, word for word.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]


@frozen(kw_only=True)
class FrozenScoreRow:
    """A frozen scorecard.

    Attributes:
        id: The number of the record.
        uid: Its uid.
        period: Of when.
        edition: 1, 2, 3 … for each period.
        as_of: The last day that counts in it.
        method: How it was counted.
        frozen_at: When it was frozen.
        frozen_by: By whom.
        reason: Of a later edition: why there is another.
    """

    id: int
    uid: UUID
    period: Period
    edition: int
    as_of: date
    method: str
    frozen_at: datetime
    frozen_by: str
    reason: str | None
