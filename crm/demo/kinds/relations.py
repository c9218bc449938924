"""Groups, merges and pairs declared distinct: the records of their file, and how each is written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from attrs import frozen

from crm.demo.book import Act, Book
from crm.demo.kinds.nouns import Sourced
from crm.demo.marks import mark, uid


@frozen(kw_only=True)
class Pair(Sourced):
    """Two investors and their relation.

    Attributes:
        key: Tells it apart.
        at: When it is written down.
        by: The desk that says it.
        one: The parent, the one that stays, or the one of two.
        other: The subsidiary, the one taken in, or the other of two.
        reason: Why.
    """

    key: str
    at: datetime
    by: str
    one: str
    other: str
    reason: str

    def facts(self) -> Iterator[tuple[datetime, str, Act]]:
        """Yield what happened: moment, text, and the act that writes it."""
        yield self.at, self.reason, self._write

    def references(self) -> Iterator[tuple[str, str, str | None]]:
        """Yield the records it names: where, kind, key."""
        yield from ((self.key, "staff", self.by), (self.key, "investor", self.one), (self.key, "investor", self.other))

    def _write(self, book: Book) -> None:
        raise NotImplementedError


@frozen(kw_only=True)
class Family(Pair):
    """A subsidiary under its parent."""

    def _write(self, book: Book) -> None:
        book.crm(self.by).groups.join(
            book.get("investor", self.other), book.get("investor", self.one), uid=uid("family", self.key)
        )


@frozen(kw_only=True)
class Two(Pair):
    """Two similar investors that are different."""

    def _write(self, book: Book) -> None:
        book.crm(self.by).investors.distinct(
            book.get("investor", self.one),
            book.get("investor", self.other),
            reason=mark(self.reason),
            uid=uid("two", self.key),
        )


@frozen(kw_only=True)
class Same(Pair):
    """Two records of one company, merged."""

    def _write(self, book: Book) -> None:
        book.crm(self.by).merges.merge(
            book.get("investor", self.one),
            book.get("investor", self.other),
            reason=mark(self.reason),
            uid=uid("same", self.key),
        )
