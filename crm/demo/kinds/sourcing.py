"""Steps of a lead about referrals and claims."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from crm.demo.book import ADMIN, Book
from crm.demo.kinds import steps
from crm.demo.kinds.steps import Step
from crm.demo.marks import mark, uid
from crm.errors import N_, Problem, problem


@frozen(kw_only=True)
class Refer(Step):
    """Record the referrer of the lead."""

    referrer: str
    credit: str | None = None
    channel: str | None = None
    strength: str = "medium"

    def act(self, book: Book, lead: str, number: int) -> None:
        """Record it once."""
        book.crm(self.by).referrals.add(
            book.get("lead", lead),
            book.get("investor", self.referrer),
            channel=self.channel,
            introduced=self.day,
            strength=self.strength,
            credit=self.credit,
            uid=uid("referral", lead, number),
        )


@frozen(kw_only=True)
class Brought(Step):
    """The referred party confirms the referrals of the lead; recorded by a desk that recorded none of them."""

    contact: str

    def act(self, book: Book, lead: str, number: int) -> None:  # noqa: ARG002 - every step takes its number
        """Confirm those that are not confirmed."""
        referrals = book.crm(self.by).referrals
        for row in referrals.list(lead=book.get("lead", lead)):
            if row.state == "recorded":
                referrals.confirm(row.id, book.get("contact", self.contact), on=self.day)


@frozen(kw_only=True)
class Claim(Step):
    """File the claim of the desk's own unit."""

    note: str

    def act(self, book: Book, lead: str, number: int) -> None:
        """File it once."""
        book.crm(self.by).claims.file(book.get("lead", lead), note=mark(self.note), uid=uid("claim", lead, number))


@frozen(kw_only=True)
class Rule(Step):
    """Decide a contested lead; *shares* as on the command line, such as ``lixia=60 gaoxin=40``."""

    shares: str
    reason: str

    def act(self, book: Book, lead: str, number: int) -> None:
        """Rule once."""
        parts = dict(word.split("=", 1) for word in self.shares.split())
        # Whoever is admin rules: in a database with staff of its own that is not the desk of the file.
        book.crm(ADMIN).claims.rule(
            book.get("lead", lead), parts, reason=mark(self.reason), uid=uid("rule", lead, number)
        )


KINDS: Mapping[str, type[Step]] = {**steps.KINDS, "refer": Refer, "brought": Brought, "claim": Claim, "rule": Rule}


def choose(table: Mapping[str, object]) -> type[Step] | Problem:
    """Return the class of a step by its ``do``."""
    kind = KINDS.get(str(table.get("do")))
    if kind is None:
        return problem(
            N_('{where}: "{do}" is not a step.'),
            N_("Steps: {known}."),
            code="step",
            do=str(table.get("do")),
            known=", ".join(KINDS),
        )
    return kind
