"""The stored codes of targets and scorecards, in a file of their own because the tables need nothing else."""

from __future__ import annotations

from enum import StrEnum


class Standing(StrEnum):
    """The standing of a target, worst first."""

    MISSED = "missed"
    BEHIND = "behind"
    ON_TRACK = "on_track"
    REACHED = "reached"
    NOT_BEGUN = "not_begun"
    NOT_AVAILABLE = "not_available"


class Tier(StrEnum):
    """The reached tier."""

    NONE = "none"
    BASE = "base"
    STRETCH = "stretch"


class Reason(StrEnum):
    """Why a target has no standing."""

    NO_BASELINE = "no_baseline"
    NOTHING_TO_SHARE = "nothing_to_share"


class ScopeKind(StrEnum):
    """The scope of a target."""

    CITY = "city"
    EACH = "each"
    JOINTLY = "jointly"


class Cadence(StrEnum):
    """The cadence within the target's period."""

    WHOLE = "whole"
    HALF = "half"
    QUARTER = "quarter"
    MONTH = "month"


class ThresholdKind(StrEnum):
    """The kind of threshold."""

    COUNT = "count"
    SUM = "sum"
    SHARE = "share"
    MULTIPLE = "multiple"
