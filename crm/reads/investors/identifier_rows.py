"""The rows of identifiers."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen


@frozen(kw_only=True)
class IdentifierRow:
    """An identifier of an investor.

    Attributes:
        scheme: The code of its scheme.
        value: The number, compact.
        shown: As people print it.
        country: Where the scheme is assigned, ISO 3166-1 alpha-2, or None.
        former_since: Another took its place since, or None.
    """

    scheme: str
    value: str
    shown: str
    country: str | None
    former_since: datetime | None
