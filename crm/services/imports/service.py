"""Imports: previewed, applied as they were previewed, listed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, Unpack
from uuid import UUID

from attrs import frozen

from crm.errors import N_, Conflict, InvalidInput, problem
from crm.models import Contact, Import, Investor, InvestorName, Lead, Meeting, Referral
from crm.reads.imports import queries as reports
from crm.reads.imports.rows import ImportCard, ImportListRow
from crm.reads.kernel.listing import Listing
from crm.refusals import not_as_previewed, wrong_type
from crm.rules.access import Right
from crm.rules.imports.fields import IMPORTABLE
from crm.rules.imports.rows import Cell, SourceRow
from crm.rules.imports.verdicts import Conflicts, Likely, Preview, Verdict
from crm.rules.kernel.checks import Checks, capped
from crm.rules.kernel.paging import Paging
from crm.services.imports.planning import Plan
from crm.services.imports.reading import RowReader
from crm.services.imports.recording import Recorder
from crm.services.imports.undoing import Left, Undoer
from crm.services.investors.base import InvestorBase
from crm.services.kernel.context import Context
from crm.services.kernel.corrections import correcting
from crm.services.kernel.finding import find
from crm.services.kernel.locks import lock_every_key, lock_tables
from crm.services.kernel.refs import InvestorRef
from crm.services.kernel.verbs import lists, reads, writes
from crm.services.kernel.writing import Writing
from crm.values.identifiers import as_sha256
from crm.values.text import NAME, REASON, TITLE, as_kind

ImportRef = Import | int | UUID | str
#: By path, the codes of words in lower case.
Words = Mapping[str, Mapping[str, str]]


#: The tables whose rows an import looks for before it writes.
_LOCKED = (Contact, Import, InvestorName, Lead, Meeting, Referral)


@frozen
class Undone:
    """What the undoing of an import did.

    Attributes:
        batch: The import.
        undone: How many records were taken back, by what they are.
        left: The records that stay, each with the reason.
    """

    batch: Import
    undone: Mapping[str, int]
    left: tuple[Left, ...]


@frozen
class Applied:
    """What an import did.

    Attributes:
        batch: The import; None where everything was on record already.
        preview: What became of the rows; those that were not written are all among them.
    """

    batch: Import | None
    preview: Preview


class Imports:
    """Imports of files; handed out by :class:`crm.CRM`."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @reads(Right.READ)
    def preview(
        self,
        rows: Iterable[SourceRow],
        *,
        checksum: str,
        file: str = "",
        defaults: Mapping[str, Cell] | None = None,
        words: Words | None = None,
        same: Mapping[int, InvestorRef] | None = None,
        likely: Likely | str = Likely.ASK,
        conflicts: Conflicts | str = Conflicts.ASK,
        clear: bool = False,
        most: int | None = None,
    ) -> Preview:
        """Return what an import of rows would do; nothing is written.

        Each row may hold an investor, a contact who works there, a lead, a meeting, a follow-up, an arrival of capital,
        a request and a referral. An investor is found by its uid, by an identifier, or by its name; an arrival by its
        bank advice; the others among those of the investor.

        Args:
            rows: The rows of a file, read once.
            checksum: The SHA-256 of the file, 64 hex digits.
            file: Its name.
            defaults: Values of paths for rows whose cell is empty: :data:`crm.rules.imports.fields.IMPORTABLE`.
            words: By path, the codes of words in lower case, such as the names of stages.
            same: By the number of a row, the investor on record that its company is. The name of the row becomes a
                further name.
            likely: Whether rows that are likely duplicates are left to be decided, or treated as new.
            conflicts: Whether values that people changed here since the last import are asked about, taken from the
                file (theirs), or kept (ours).
            clear: Empty cells clear fields that may be empty.
            most: The maximum number of rows of each verdict; None: all.

        Returns:
            The verdicts, their totals, and the token for :meth:`apply`.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
            AccessDenied: There is no actor.
        """
        with Checks() as check:
            shown = check.count(most, "most")
        name, sum_ = self._named(checksum, file)
        return self._plan(rows, defaults, words, same, likely, conflicts, clear=clear).preview(name, sum_, shown)

    @writes(Right.INVESTOR_WRITE)
    def apply(
        self,
        rows: Iterable[SourceRow],
        *,
        token: str,
        checksum: str,
        file: str = "",
        defaults: Mapping[str, Cell] | None = None,
        words: Words | None = None,
        same: Mapping[int, InvestorRef] | None = None,
        likely: Likely | str = Likely.ASK,
        conflicts: Conflicts | str = Conflicts.ASK,
        clear: bool = False,
        skip_refused: bool = False,
    ) -> Applied:
        """Write what was previewed: all rows or none, unless the refused ones are skipped.

        Args:
            rows: The same rows.
            token: That of the preview. It stands for the file, the arguments, what becomes of each row, and the
                versions of the records that are touched.
            checksum: As for :meth:`preview`.
            file: As for :meth:`preview`.
            defaults: As for :meth:`preview`.
            words: As for :meth:`preview`.
            same: As for :meth:`preview`.
            likely: As for :meth:`preview`.
            conflicts: As for :meth:`preview`.
            clear: As for :meth:`preview`.
            skip_refused: Leave out the rows that are refused or likely duplicates.

        Returns:
            The import and the rows that were left out. There is no import where nothing was to be written.

        Raises:
            InvalidInput: Rows are refused, all of them named.
            Conflict: Something has changed since the preview.
            AccessDenied: The role may not write investors.
        """
        context = self._context
        with Checks() as check:
            seen = check.text(token, "token", NAME)
            skips = check.flag(skip_refused, "skip_refused")
        name, sum_ = self._named(checksum, file)
        lock_every_key(context.session)
        lock_tables(context.session, *_LOCKED)
        plan = self._plan(rows, defaults, words, same, likely, conflicts, clear=clear)
        preview = plan.preview(name, sum_, None)
        if preview.token != seen:
            raise Conflict(not_as_previewed())
        left = [row for row in preview.verdicts if row.verdict in {Verdict.REFUSED, Verdict.LIKELY}]
        if left and not skips:
            raise InvalidInput(
                *capped(
                    problem(
                        N_("Row {row} is not imported: {verdict}."),
                        N_("Correct it and preview again, or leave such rows out: --skip-refused"),
                        field="rows",
                        code=row.verdict.value,
                        row=row.row,
                        verdict=row.verdict.value,
                    )
                    for row in left
                )
            )
        if not any(planned.writes for planned in plan.rows):
            return Applied(None, preview)
        with Writing(context, "import.apply", name or None, whole=True) as write:
            recorder = Recorder(context, write)
            recorder.record(
                planned for planned in plan.rows if planned.verdict not in {Verdict.REFUSED, Verdict.LIKELY}
            )
            batch = recorder.batch(name, sum_, preview.rows, len(left))
        return Applied(batch, preview)

    @writes(Right.RECORD_CORRECT, by_record=True)
    def undo(self, ref: ImportRef, *, reason: str) -> Undone:
        """Undo an import, but for records that were changed or used since.

        Arrivals are reversed; referrals, requests, follow-ups and meetings withdrawn; leads abandoned; contacts and
        investors archived, the identifiers of these withdrawn. What was changed since, what other records belong to,
        and what the import only changed stays and is named. The file can be imported again.

        Args:
            ref: The import.
            reason: Why.

        Raises:
            InvalidInput: The reason is missing.
            NotFound: There is none.
            AccessDenied: Another imported it, or too long ago.
            Conflict: It is undone already.
        """
        context = self._context
        batch = find(context.session, Import, ref, what="import")
        with Checks() as check:
            why = check.text(reason, "reason", REASON)
        correcting(context, batch, why)
        lock_tables(context.session, *_LOCKED)
        if batch.undone_at is not None:
            raise Conflict(
                problem(
                    N_("Import {id} is undone already."),
                    N_("See what stayed: crm import show {id}"),
                    code="undone",
                    id=batch.id,
                )
            )
        undoer = Undoer(context, batch, why)
        undoer.hold()
        with Writing(context, "import.undo", why, whole=True) as write:
            write.change(batch, undone_at=context.now(), undone_by_id=context.acting().id, undone_reason=why)
            done = undoer.undo(write)
        return Undone(batch, done, tuple(undoer.left))

    @lists(Right.READ)
    def list(self, **paging: Unpack[Paging]) -> Listing[ImportListRow]:
        """Return the imports, latest first. One statement."""
        with Checks() as check:
            window = check.window(paging)
        return reports.imports(self._context.session).within(window)

    @reads(Right.READ)
    def show(self, ref: ImportRef) -> ImportCard:
        """Return an import with the records that it made and changed, as far as the actor may see them.

        Args:
            ref: The import: its id or uid.

        Raises:
            NotFound: There is none.
        """
        batch = find(self._context.session, Import, ref, what="import")
        return reports.card(self._context.session, self._context.actor, batch.id)

    def _named(self, checksum: str, file: str) -> tuple[str, str]:
        with Checks() as check:
            name = check.text(file, "file", TITLE, required=False)
            sum_ = check.take(lambda: as_sha256(checksum), "checksum", renamed=True)
        return name or "", str(sum_)

    def _plan(
        self,
        rows: Iterable[SourceRow],
        defaults: Mapping[str, Cell] | None,
        words: Words | None,
        same: Mapping[int, InvestorRef] | None,
        likely: Likely | str,
        conflicts: Conflicts | str,
        *,
        clear: bool,
    ) -> Plan:
        with Checks() as check:
            given = _cells(check, {} if defaults is None else defaults)
            coded = _words(check, {} if words is None else words)
            known = _same(self._context, check, {} if same is None else same)
            held = check.take(lambda: _rows(rows), "rows")
            twins = check.choice(Likely, likely, "likely")
            values = check.choice(Conflicts, conflicts, "conflicts")
            empty = check.flag(clear, "clear")
        plan = Plan(self._context, RowReader(self._context, given, coded, clear=empty), twins, values, known)
        plan.make(held)
        if known and (missing := sorted(known.keys() - {planned.reading.row.number for planned in plan.rows})):
            raise InvalidInput(
                problem(
                    N_("The file has no row {row}."),
                    N_("See the numbers of the rows in the preview."),
                    field="same",
                    code="row",
                    row=missing[0],
                )
            )
        return plan


def _same(context: Context, check: Checks, same: object) -> dict[int, Investor]:
    """Return the investors that the companies of rows are, by the number of the row; what is wrong is noted."""
    held: Mapping[Any, Any] | None = check.take(lambda: as_kind(dict, same, "same"))
    known = InvestorBase(context)
    found: dict[int, Investor] = {}
    for row, ref in (held or {}).items():
        number = check.count(row, "same")
        investor = check.take(partial(known.get, ref), "same", renamed=True)
        if number is not None and investor is not None:
            found[number] = investor
    return found


def _rows(rows: object) -> Iterator[SourceRow]:
    """Return rows that are refused as they are read, where they are none.

    Raises:
        InvalidInput: They are none at all.
    """
    if not isinstance(rows, Iterable) or isinstance(rows, str | bytes | Mapping):
        raise InvalidInput(
            wrong_type(N_("{field} must be a list, not {kind}."), rows, N_("Pass a list or a tuple."), "rows")
        )
    return (as_kind(SourceRow, row, "rows") for row in rows)


def _cells(check: Checks, defaults: object) -> dict[str, Cell]:
    """Return the values of paths; what is no path or no value is noted."""
    held: Mapping[Any, Any] | None = check.take(lambda: as_kind(dict, defaults, "defaults"))
    for path, cell in (held or {}).items():
        if path not in IMPORTABLE:
            check.wrong(
                N_('"{path}" is no field of an import.'),
                N_("Write noun and field, such as investor.country."),
                field="defaults",
                code="path",
                path=str(path)[:60],
            )
        elif not isinstance(cell, str | int | Decimal | date | None):
            check.take(lambda cell=cell: as_kind(str, cell, "defaults"))  # type: ignore[misc]
    return dict(held or {})


def _words(check: Checks, words: object) -> dict[str, Mapping[str, str]]:
    """Return the codes of words by path; what is none is noted."""
    held: Mapping[Any, Any] | None = check.take(lambda: as_kind(dict, words, "words"))
    for codes in (held or {}).values():
        check.take(lambda codes=codes: as_kind(dict, codes, "words"))  # type: ignore[misc]
    return dict(held or {})
