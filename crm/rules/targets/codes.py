"""The stored codes of targets and scorecards, in a file of their own because the tables need nothing else."""

from __future__ import annotations

from enum import StrEnum


class Standing(StrEnum):
    """How far a target is, the worst first."""

    MISSED = "missed"
    BEHIND = "behind"
    ON_TRACK = "on_track"
    REACHED = "reached"
    NOT_BEGUN = "not_begun"
    NOT_AVAILABLE = "not_available"


class Tier(StrEnum):
    """What of it is reached."""

    NONE = "none"
    BASE = "base"
    STRETCH = "stretch"


class Reason(StrEnum):
    """Why a target cannot be judged."""

    NO_BASELINE = "no_baseline"
    NOTHING_TO_SHARE = "nothing_to_share"


class ScopeKind(StrEnum):
    """Of whom it is asked."""

    CITY = "city"
    EACH = "each"
    JOINTLY = "jointly"


class Cadence(StrEnum):
    """How often it is asked within the target's period."""

    WHOLE = "whole"
    HALF = "half"
    QUARTER = "quarter"
    MONTH = "month"


class ThresholdKind(StrEnum):
    """How the threshold is stated."""

    COUNT = "count"
    SUM = "sum"
    SHARE = "share"
    MULTIPLE = "multiple"
