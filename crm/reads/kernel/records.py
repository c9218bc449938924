"""The records behind a figure."""

from __future__ import annotations

from attrs import frozen


@frozen
class Entries:
    """Records behind a figure.

    Attributes:
        record: What they are, as the audit calls them: lead, transition, capital_arrival, meeting …
        ids: Their numbers.
    """

    record: str
    ids: tuple[int, ...]
