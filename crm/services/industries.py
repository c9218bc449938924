"""Industries by GB/T 4754-2017: sections and divisions are built in, groups and classes are loaded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any, Unpack

from attrs import frozen

from crm.errors import N_, Conflict, InvalidInput, problem
from crm.models import Industry
from crm.reads import industries as reports
from crm.reads.industries import IndustryRow
from crm.reads.kernel.listing import Known, Listing
from crm.rules.access import Right
from crm.rules.kernel.checks import Checks, capped, in_row
from crm.rules.kernel.paging import Paging
from crm.services.kernel.context import Context
from crm.services.kernel.verbs import lists, writes
from crm.services.kernel.writing import Writing
from crm.values.identifiers import as_industry, several_industries
from crm.values.registers.industries import DIVISION_LENGTH
from crm.values.text import NAME, TITLE, comparison_key

#: A row: code, Chinese name and optional English name.
Row = Sequence[Any]
_WIDTHS = (2, 3)


@frozen(kw_only=True)
class IndustryLoad:
    """The result of a load.

    Attributes:
        added: So many groups and classes are new.
        known: So many were there already, or are shipped.
    """

    added: int
    known: int


class Industries:
    """The industries; handed out by :class:`crm.CRM`."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @writes(Right.INDUSTRY_LOAD)
    def load(self, rows: Iterable[Row]) -> IndustryLoad:
        """Load groups and classes, completely or not at all. Known ones are skipped.

        After that, a code of a division with a list must be on the list.

        Args:
            rows: (code, Chinese name[, English name]); the code with or without its section letter, of four or five
                characters with it. Sections and divisions are skipped: they are included in the library.

        Raises:
            InvalidInput: Invalid rows, with their number.
            AccessDenied: The role may not load industries.
            Conflict: A code is known by another name; both are given.
        """
        context = self._context
        actor = context.acting()
        with Checks() as check:
            read, passed = _read(check, rows)
        held = {row.code: row for row in reports.industries(context.session)}
        other = [
            problem(
                N_('{industry} is "{held}", not "{given}".'),
                N_("The name of a code cannot change: check which is right, and load the others."),
                field="rows",
                code="differs",
                industry=code,
                held=held[code].name,
                given=name,
            )
            for code, (name, _) in read.items()
            if code in held and held[code].name != name
        ]
        if other:
            raise Conflict(*capped(other))
        fresh = [(code, *names) for code, names in read.items() if code not in held]
        with Writing(context, "industry.load") as write:
            write.add(
                *(
                    Industry(code=code, name=name, name_en=name_en, loaded_by_id=actor.id, loaded_at=context.now())
                    for code, name, name_en in fresh
                )
            )
        return IndustryLoad(added=len(fresh), known=len(read) - len(fresh) + passed)

    @lists(Right.READ)
    def list(
        self, within: str | None = None, *, text: str | None = None, **paging: Unpack[Paging]
    ) -> Listing[IndustryRow]:
        """Return industries by code. One statement.

        Args:
            within: Of a section, division or group; by default all.
            text: Whose name contains this.
        """
        with Checks() as check:
            code = "" if within is None else check.take(lambda: as_industry(within))
            part = check.text(text, "text", TITLE, required=False)
        return Known.of(
            self._context.session, reports.industries(self._context.session, within=code, text=part), paging
        )

    @lists(Right.READ)
    def show(self, code: str, **paging: Unpack[Paging]) -> Listing[IndustryRow]:
        """Return an industry with its parents, from the section down. One statement, two for a group or class.

        Args:
            code: Its code in GB/T 4754, such as C36.

        Raises:
            InvalidInput: There is no such industry.
        """
        return Known.of(
            self._context.session, reports.line(self._context.session, known_industry(self._context, code)), paging
        )


def known_industry(context: Context, value: object) -> str:
    """Return a code; a group or class must be on the list of its division, if one is loaded.

    The whole name of an industry will do. One statement for a group or class, none for a section or division.

    Raises:
        InvalidInput: The form is wrong, the division is not in the section, or the list does not have it. Where a part
            of names was written, the codes that fit are named.
    """
    try:
        code = as_industry(value)
    except InvalidInput:
        return _named(context, value)
    if len(code) > DIVISION_LENGTH and not reports.listed(context.session, code):
        raise InvalidInput(
            problem(
                N_("{text} is not one of the groups and classes of {division}."),
                N_("See what there is: crm industry list {division}"),
                field="industry",
                code="industry",
                text=code,
                division=code[:DIVISION_LENGTH],
            )
        )
    return code


def _named(context: Context, value: object) -> str:
    """Return the code of the only industry with this name, among the loaded ones too.

    Raises:
        InvalidInput: There is none, or there are several.
    """
    text = str(value).strip()
    fits = reports.industries(context.session, text=text) if 0 < len(text) <= TITLE else ()
    key = comparison_key(text)
    whole = [row for row in fits if key in {comparison_key(row.name), comparison_key(row.name_en or "")}]
    if len(whole) == 1:
        return whole[0].code
    if fits:
        raise several_industries(text, ((row.code, row.name) for row in whole or fits))
    return as_industry(value)


def _read(check: Checks, rows: object) -> tuple[dict[str, tuple[str, str | None]], int]:
    wrong, read, passed = Checks(), dict[str, tuple[str, str | None]](), 0
    listed = list(rows) if isinstance(rows, Iterator) else rows
    for number, row in enumerate(check.items(listed, "rows"), 1):
        found = wrong.within(in_row(number)).take(partial(_row, row))
        if found is None:
            continue
        code, name, name_en = found
        if len(code) <= DIVISION_LENGTH:
            passed += 1
        elif read.setdefault(code, (name, name_en))[0] != name:
            wrong.wrong(
                N_('Row {row}: {industry} is "{other}" here, and "{name}" in an earlier row.'),
                N_("The name of a code cannot change: check which is right, and load the others."),
                field="rows",
                code="twice",
                industry=code,
                row=number,
                name=read[code][0],
                other=name,
            )
    check.add(*capped(wrong.problems))
    return read, passed


def _row(row: Any) -> tuple[str, str, str | None]:
    if isinstance(row, str | bytes) or not isinstance(row, Sequence) or len(row) not in _WIDTHS:
        raise InvalidInput(
            problem(
                N_("An industry needs a code and a name."),
                N_("Pass (code, name), or (code, name, English name)."),
                field="rows",
                code="type",
            )
        )
    with Checks() as check:
        code = check.take(lambda: as_industry(row[0]))
        name = check.text(row[1], "name", NAME)
        name_en = check.text(row[2], "name_en", TITLE, required=False) if len(row) > _WIDTHS[0] else None
    return code, name, name_en
