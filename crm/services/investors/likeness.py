"""Likely duplicates: named before an investor is saved, listed for a whole database, declared distinct."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import and_, or_, select

from crm.errors import N_, InvalidInput, Problem, problem
from crm.models import Distinct, Investor
from crm.reads.investors import likeness as reports
from crm.reads.investors.likeness_rows import DuplicateRow, LikelyRow
from crm.reads.names import search as name_search
from crm.rules.access import Right
from crm.rules.investors.likeness import Reason, features
from crm.rules.kernel.checks import Checks
from crm.services.investors.base import survivor_of
from crm.services.investors.identifiers import Identifiers, InvestorIdentifying
from crm.services.kernel.locks import lock_keys, share_rows
from crm.services.kernel.refs import InvestorRef
from crm.services.kernel.twins import refuse_twins
from crm.services.kernel.verbs import reads, writes
from crm.services.kernel.writing import Writing, ensure_all_open, replayed
from crm.values.identifiers import as_country
from crm.values.naming.spelling import query, spell
from crm.values.text import REASON, TITLE


class InvestorLikeness(InvestorIdentifying):
    """The part of the investors' service that compares names. It never merges."""

    @reads(Right.READ)
    def likely(
        self,
        name: str,
        *,
        country: str | None = None,
        aliases: Iterable[str] = (),
        identifiers: Identifiers = (),
        limit: int = 10,
    ) -> tuple[LikelyRow, ...]:
        """Return the likely duplicates of a name, with reason and score, best first.

        Investors that have an identifier, also as their project company's code, come first; those with another one come
        last. One statement, and two more with identifiers.

        Args:
            name: The name of a company that may be on record.
            country: Those of one country.
            aliases: Further names of it.
            identifiers: Its identifiers, as for :meth:`~crm.services.investors.service.Investors.add`.
            limit: The maximum number.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
            AccessDenied: There is no actor.
        """
        context = self._context
        with Checks() as check:
            names = [
                check.text(name, "name", TITLE),
                *(check.text(alias, "aliases", TITLE) for alias in check.items(aliases, "aliases")),
            ]
            land = None if country is None else check.take(lambda: as_country(country))
            numbers = self._read_identifiers(check, identifiers)
            most = check.count(limit, "limit")
        known = [
            features(own_name, spelling.key, spelling.form) for own_name in names if (spelling := spell(own_name)).key
        ]
        rows = reports.likely(context.session, known, country=land, limit=most)
        if not numbers:
            return rows
        first = reports.having(context.session, context.actor, numbers)
        listed = {row.id for row in first}
        others = [row for row in rows if row.id not in listed]
        return (*first, *reports.likely_apart(context.session, others, numbers))[:most]

    @reads(Right.READ)
    def duplicates(
        self, *, limit: int | None = None, min_score: int = 0, reason: Reason | str | None = None
    ) -> tuple[DuplicateRow, ...]:
        """Return the pairs of likely duplicates, best first.

        Pairs with the same key come first, then those with another legal form, then similar names. Archived investors
        and pairs declared distinct are left out. All names are read for similar names.

        Args:
            limit: The maximum number.
            min_score: From this score on, 0 to 100.
            reason: identifier, key, form or near alone.

        Returns:
            Each pair once, with its strongest reason; last those with different identifiers. Five
            statements.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
            AccessDenied: There is no actor.
        """
        context = self._context
        with Checks() as check:
            most = check.count(limit, "limit")
            least = check.count(min_score, "min_score") or 0
            only = None if reason is None else check.choice(Reason, reason, "reason")
            if least > 100:  # noqa: PLR2004 - the whole score
                check.wrong(
                    N_("{field} is a number from 0 to 100, not {value}."),
                    N_("100 is the same key."),
                    field="min_score",
                    code="range",
                    value=least,
                )
        rows: tuple[DuplicateRow, ...] = ()
        if only in {None, Reason.IDENTIFIER}:
            rows = reports.project_companies(context.session, context.actor, most)
        if only in {None, Reason.KEY, Reason.FORM}:
            rows += reports.same_key(context.session, only, most, min_score=least)
        if only in {None, Reason.NEAR}:
            rows += reports.near(context.session, min_score=least)
        once: dict[tuple[int, int], DuplicateRow] = {}
        for row in rows:
            once.setdefault((row.one, row.other), row)
        rows = reports.held_apart(context.session, tuple(once.values()))
        return tuple(row for row in rows if row.score >= least)[:most]

    @writes(Right.INVESTOR_WRITE)
    def distinct(
        self,
        one: InvestorRef,
        other: InvestorRef,
        *,
        reason: str,
        uid: UUID | str | None = None,
    ) -> Distinct:
        """Record that two similar investors are different; the pair is no longer listed.

        If the pair is on record, it is returned.

        Args:
            one: An investor.
            other: The investor that resembles it.
            reason: Why they are different.
            uid: Makes the call safe to repeat.

        Raises:
            InvalidInput: It is one and the same, or the reason is missing.
            AccessDenied: The role may not write investors.
            Archived: One of them is archived.
            NotFound: There is none.
        """
        context = self._context
        with Checks() as check:
            why = check.text(reason, "reason", REASON)
        first, second = sorted((self.get(one), self.get(other)), key=lambda investor: investor.id)
        if first is second:
            raise InvalidInput(
                problem(
                    N_('"{name}" is named twice; name two investors.'),
                    N_("Name a different investor."),
                    field="other",
                    code="same",
                    name=first.name,
                )
            )
        found, identity = replayed(
            context, Distinct, uid, {"one": str(first.uid), "other": str(second.uid), "reason": why}
        )
        if found is not None:
            return found
        known = context.session.scalar(
            select(Distinct).where(Distinct.one_id == first.id, Distinct.other_id == second.id)
        )
        if known is not None:
            return known
        # One of them may have been merged since it was read; both are locked at once, in the order of a merge.
        share_rows(context.session, Investor, [first.id, second.id])
        ensure_all_open(first, second)
        with Writing(context, "investor.distinct", why, whole=bool(identity)) as write:
            record = self._two(first.id, second.id, why, **identity)
            write.add(record)
        return record

    def _survivors(self, numbers: Sequence[int]) -> list[int]:
        """Return the investors with these ids, locked; for a merged one its survivor.

        One statement, none without ids.
        """
        session = self._context.session
        found = share_rows(session, Investor, numbers) if numbers else ()
        return sorted({survivor_of(session, number, keeping=True).id for number in found})

    def _two(self, one: int, other: int, why: str, **identity: object) -> Distinct:
        context = self._context
        return Distinct(
            one_id=min(one, other),
            other_id=max(one, other),
            actor_id=context.acting().id,
            at=context.now(),
            reason=why,
            **identity,
        )

    def _ensure_new(
        self, *names: str, but: int = 0, distinct: str | None = None, archived: bool = False
    ) -> tuple[int, ...]:
        """Return the other investors with one of these names, if *distinct* gives the reason; otherwise refuse.

        A name with another legal form is accepted; :meth:`likely` suggests it. Concurrent additions of the same name
        are serialised: SQLite has one writer, and on PostgreSQL the keys are locked until the transaction ends.

        Args:
            names: The names.
            but: The investor whose names they are.
            distinct: Why it is another one.
            archived: Archived investors count too, as one of them may be back.

        Raises:
            LikelyDuplicate: There are some, and nobody said that they are others.
        """
        session = self._context.session
        queries = [query(name) for name in names]
        lock_keys(session, *(name_query.key for name_query in queries))
        statement = name_search.taken(*queries, archived=archived).where(Investor.id != but)
        if but:
            pair = or_(
                and_(Distinct.one_id == but, Distinct.other_id == Investor.id),
                and_(Distinct.other_id == but, Distinct.one_id == Investor.id),
            )
            statement = statement.outerjoin(Distinct, pair).where(Distinct.id.is_(None))
        twins = session.execute(statement).all()
        if distinct is None:
            refuse_twins((number, name, _known(number, name, gone=since is not None)) for number, name, since in twins)
        return tuple(number for number, _, _ in twins)


def _known(number: int, name: str, *, gone: bool) -> Problem:
    sentence, way_out = (
        N_('"{name}" is already on record, as number {id}.'),
        N_(
            "Use that record, add this name to it (crm investor alias), or say why the companies are different: "
            "--distinct WHY"
        ),
    )
    if gone:
        sentence, way_out = (
            N_('"{name}" is on record as number {id}, archived.'),
            N_(
                "If it is back: crm investor restore {id} --reason WHY. If the companies are different, say why: "
                "--distinct WHY"
            ),
        )
    return problem(sentence, way_out, field="name", code="known", name=name, id=number)
