"""The identifiers of investors: recorded, withdrawn, searched; a number belongs to one company."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.exc import IntegrityError

from crm.errors import N_, Conflict, NotFound, Problem, problem
from crm.models import Investor, InvestorIdentifier
from crm.reads.investors.identifiers import CURRENT, holding
from crm.rules.access import Right
from crm.rules.kernel.checks import Checks
from crm.services.investors.base import InvestorBase
from crm.services.kernel.refs import InvestorRef
from crm.services.kernel.verbs import writes
from crm.services.kernel.writing import Writing, ensure_open, replayed
from crm.values.registers.schemes import SCHEMES, SINGLE, Identifier, IdentifierScheme, as_identifier
from crm.values.text import REASON

#: One identifier: a text ``scheme:number``, a number that says by itself what it is, or a pair.
IdentifierLike = Identifier | str | tuple[str, str]
#: Several: a list of them, or numbers by scheme.
Identifiers = Mapping[str, str] | Iterable[IdentifierLike]

_TABLE = InvestorIdentifier.__tablename__


class InvestorIdentifying(InvestorBase):
    """The part of the investors' service for identifiers."""

    @writes(Right.INVESTOR_WRITE)
    def identify(
        self,
        ref: InvestorRef,
        scheme: IdentifierScheme | str,
        value: str | None = None,
        *,
        replaces: str | None = None,
        uid: UUID | str | None = None,
    ) -> InvestorIdentifier:
        """Record an identifier of an investor; one that it already has is returned.

        Args:
            ref: The investor.
            scheme: uscc, lei, jp_cn, de_hr, kr_brn, eu_vat or hk_brn; or the whole identifier, where *value* is not
                given.
            value: The number, in any spelling.
            replaces: Why the number that it has in this scheme is a former one from now on. A former number still
                finds this investor.
            uid: Makes the call safe to repeat.

        Raises:
            InvalidInput: No such scheme, or a number that does not check, with what is wrong about it.
            AccessDenied: The role may not write investors.
            Archived: The investor is archived.
            Conflict: Another investor has it; or this one has another number in a scheme of which a company has one.
        """
        context = self._context
        investor = self.get(ref, keep=True)
        with Checks() as check:
            identifier = check.take(lambda: as_identifier(scheme if value is None else (scheme, value)))
            why = check.text(replaces, "replaces", REASON, required=False)
        found, identity = replayed(
            context, InvestorIdentifier, uid, {"investor": str(investor.uid), "identifier": str(identifier)}
        )
        if found is not None:
            return found
        ensure_open(investor)
        rows = self._known(investor.id, identifier)
        mine = next((row for row, _ in rows if _is(row, identifier) and row.investor_id == investor.id), None)
        if mine is not None and mine.former_since is None:
            return mine
        problems, former = _clashes(rows, investor, identifier)
        if former and why is None:
            problems.append(_has_one(investor, former[0]))
        if problems:
            raise Conflict(*problems)
        with (
            self._naming_who_has([identifier], investor),
            Writing(context, "investor.identify", why, whole=True) as write,
        ):
            for row in former:
                write.change(row, former_since=context.now())
            if mine is not None:
                write.change(mine, former_since=None)
            else:
                mine = self._recorded(investor, identifier, **identity)
                write.add(mine)
        return mine

    @writes(Right.INVESTOR_WRITE)
    def unidentify(
        self,
        ref: InvestorRef,
        scheme: IdentifierScheme | str,
        value: str | None = None,
        *,
        reason: str,
    ) -> InvestorIdentifier:
        """Withdraw an identifier recorded by mistake, so that another investor can have it.

        Its record stays, with the reason. It can be withdrawn from an archived investor too.

        Args:
            ref: The investor.
            scheme: Its scheme, or the whole identifier, where *value* is not given.
            value: The number, in any spelling.
            reason: Why it is not this investor's.

        Raises:
            InvalidInput: No such scheme, a number that does not check, or no reason.
            AccessDenied: The role may not write investors.
            NotFound: The investor has no such identifier.
            StaleRecord: Somebody else changed it first.
        """
        context = self._context
        investor = self.get(ref, keep=True)
        with Checks() as check:
            identifier = check.take(lambda: as_identifier(scheme if value is None else (scheme, value)))
            why = check.text(reason, "reason", REASON)
        row = context.session.scalar(
            select(InvestorIdentifier).where(holding([identifier]), InvestorIdentifier.investor_id == investor.id)
        )
        if row is None:
            raise NotFound(
                problem(
                    N_('"{name}" has no {scheme} {value}.'),
                    N_("See what it has: crm investor show {id}"),
                    field="identifier",
                    code="not_found",
                    name=investor.name,
                    id=investor.id,
                    scheme=identifier.scheme.value,
                    value=identifier.shown,
                )
            )
        with Writing(context, "investor.unidentify", why) as write:
            write.change(row, withdrawn_at=context.now(), withdrawn_reason=why)
        return row

    def _read_identifiers(self, check: Checks, values: object) -> tuple[Identifier, ...]:
        """Return identifiers, each once; two numbers of a scheme that allows one are refused."""
        listed = tuple(values.items()) if isinstance(values, Mapping) else check.items(values, "identifiers")
        read = [check.take(lambda text=text: as_identifier(text)) for text in listed]  # type: ignore[misc]
        found = tuple(dict.fromkeys(identifier for identifier in read if identifier is not None))
        for scheme in SINGLE:
            several = [identifier.shown for identifier in found if identifier.scheme is scheme]
            if len(several) > 1:
                check.wrong(
                    N_("A company has only one {scheme}, not {values}."),
                    N_("Give the current one."),
                    field="identifiers",
                    code="single",
                    scheme=scheme.value,
                    values=", ".join(several),
                )
        return found

    def _ensure_unused(self, identifiers: Sequence[Identifier]) -> None:
        """Refuse identifiers that other investors have, naming all of them. One statement, none without identifiers.

        Raises:
            Conflict: There are some.
        """
        if identifiers:
            statement = select(InvestorIdentifier, Investor).join(InvestorIdentifier.investor)
            rows = self._context.session.execute(statement.where(holding(identifiers)).order_by(InvestorIdentifier.id))
            problems = _taken([(row, who) for row, who in rows])
            if problems:
                raise Conflict(*problems)

    @contextmanager
    def _naming_who_has(self, identifiers: Sequence[Identifier], investor: Investor | None = None) -> Iterator[None]:
        """Turn the database's refusal of a concurrent duplicate into one that names the other record.

        This is the investor with the identifier, or the other current number of an existing *investor*.
        """
        try:
            yield
        except IntegrityError as error:
            if _TABLE in str(error.orig):
                if investor is None:
                    self._ensure_unused(identifiers)
                else:
                    self._ensure_fits(investor, identifiers[0])
            raise

    def _ensure_fits(self, investor: Investor, identifier: Identifier) -> None:
        """Refuse an identifier of another investor, or a second one in a single scheme. One statement.

        Raises:
            Conflict: It is so.
        """
        problems, former = _clashes(self._known(investor.id, identifier), investor, identifier)
        # Also if the caller replaces a number: they did not see this one.
        problems += [_has_one(investor, row) for row in former]
        if problems:
            raise Conflict(*problems)

    def _recorded(self, investor: Investor, identifier: Identifier, **identity: UUID | str) -> InvestorIdentifier:
        return InvestorIdentifier(investor=investor, scheme=identifier.scheme, value=identifier.value, **identity)

    def _known(self, investor_id: int, identifier: Identifier) -> list[tuple[InvestorIdentifier, Investor]]:
        """Return the rows relevant to recording an identifier: its own, and the current one of a single scheme."""
        condition = holding([identifier])
        if identifier.scheme in SINGLE:
            mine = and_(
                CURRENT, InvestorIdentifier.investor_id == investor_id, InvestorIdentifier.scheme == identifier.scheme
            )
            condition = or_(condition, mine)
        rows = self._context.session.execute(
            select(InvestorIdentifier, Investor).join(InvestorIdentifier.investor).where(condition)
        )
        return [(row, who) for row, who in rows]


def _is(row: InvestorIdentifier, identifier: Identifier) -> bool:
    return (row.scheme, row.value) == (identifier.scheme, identifier.value)


def _clashes(
    rows: Sequence[tuple[InvestorIdentifier, Investor]], investor: Investor, identifier: Identifier
) -> tuple[list[Problem], list[InvestorIdentifier]]:
    """Return the other investors with an identifier, and the investor's own numbers that conflict with it."""
    others = _taken((row, who) for row, who in rows if row.investor_id != investor.id)
    return others, [row for row, _ in rows if row.investor_id == investor.id and not _is(row, identifier)]


def _taken(rows: Iterable[tuple[InvestorIdentifier, Investor]]) -> list[Problem]:
    use_it = N_("Use that record. If the number is wrong there: crm investor unidentify {id} {identifier} --reason …")
    restore_it = N_(
        "It is archived. If it is back: crm investor restore {id} --reason WHY. If the number is wrong there: "
        "crm investor unidentify {id} {identifier} --reason …"
    )
    return [
        problem(
            N_('"{name}", number {id}, has the {scheme} {value}.'),
            use_it if who.archived_at is None else restore_it,
            field="identifier",
            code="identifier",
            name=who.name,
            id=who.id,
            scheme=row.scheme.value,
            value=SCHEMES[row.scheme].show(row.value),
            identifier=f'"{Identifier(row.scheme, row.value)}"',
        )
        for row, who in rows
    ]


def _has_one(investor: Investor, row: InvestorIdentifier) -> Problem:
    return problem(
        N_('"{name}" already has another {scheme}: {value}.'),
        N_(
            "If it has changed, give the reason: --replaces WHY; if it was wrong: crm investor "
            "unidentify {id} {identifier} --reason …"
        ),
        field="identifier",
        code="single",
        name=investor.name,
        id=investor.id,
        scheme=row.scheme.value,
        value=SCHEMES[row.scheme].show(row.value),
        identifier=f'"{Identifier(row.scheme, row.value)}"',
    )
