"""Finds many investors by given references, in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.errors import Ambiguous
from crm.models import Investor, InvestorName
from crm.reads.names.matching import match_names
from crm.refusals import ambiguous
from crm.rules.investors.likeness import forms_agree
from crm.rules.kernel.checks import Checks
from crm.services.investors.base import InvestorBase
from crm.services.kernel.finding import LISTED, missing, several
from crm.services.kernel.refs import InvestorRef
from crm.values.naming.spelling import Query, query
from crm.values.numbers import number_of
from crm.values.text import TITLE, text_problem

_KINDS = (Investor, int, str, UUID)


def match_investors(
    session: Session, check: Checks, investors: InvestorBase, refs: Iterable[InvestorRef]
) -> dict[InvestorRef, Investor]:
    """Return the investors that *refs* name, by reference; unknown and ambiguous ones are noted.

    At most five statements: by id, by whole name, by uid, and two by part of a name. A merged investor is looked up
    separately, and so is an unknown number. Invalid references are skipped.
    """
    # In Python True equals 1, and would be taken for that number.
    wanted = list(dict.fromkeys(ref for ref in refs if not isinstance(ref, bool) and isinstance(ref, _KINDS)))
    found: dict[InvestorRef, Investor] = dict(_known(session, wanted))
    uids = [ref for ref in wanted if isinstance(ref, UUID)]
    if uids:
        rows = session.scalars(select(Investor).where(Investor.uid.in_(uids), Investor.archived_at.is_(None)))
        found |= {row.uid: row for row in rows}
    fits = _fitting(session, {ref: query(str(ref)) for ref in wanted if ref not in found and _is_name(ref)})
    for ref in wanted:
        if ref in found:
            continue
        one = check.take(
            partial(_only, str(ref), fits[ref]) if ref in fits else partial(investors.get, ref),
            "investor",
        )
        if one is not None:
            found[ref] = one
    return found


def _known(session: Session, refs: Iterable[object]) -> dict[InvestorRef, Investor]:
    """Return the investors with these ids, numbers as text and whole names, by reference. At most two statements.

    Other references - a part of a name, an ambiguous name - are looked up separately, with their own refusals.
    """
    usable = [ref for ref in refs if isinstance(ref, int | str) and not isinstance(ref, bool)]
    numbers = {ref: ref for ref in usable if isinstance(ref, int) and 0 < ref < 2**63}
    queries = {ref: query(ref) for ref in usable if isinstance(ref, str) and not text_problem(ref, "name", limit=TITLE)}
    found: dict[InvestorRef, Investor] = {}
    if numbers:
        by_id = {
            investor.id: investor
            for investor in session.scalars(select(Investor).where(Investor.id.in_(numbers.values())))
        }
        # Merged investors are looked up separately, to find the surviving one.
        by_id = {number: investor for number, investor in by_id.items() if investor.archived_at is None}
        found |= {ref: by_id[number] for ref, number in numbers.items() if number in by_id}
    names = {ref: name for ref, name in queries.items() if name.key and number_of("investor", ref) is None}
    if names:
        by_key: dict[str, list[tuple[str | None, str, Investor]]] = {}
        for key, form, written, investor in session.execute(
            select(InvestorName.key, InvestorName.form, InvestorName.text, Investor)
            .join(Investor, Investor.id == InvestorName.investor_id)
            .where(InvestorName.key.in_({name.key for name in names.values()}), Investor.archived_at.is_(None))
        ):
            by_key.setdefault(key, []).append((form, written, investor))
        for ref, name in names.items():
            fitting = [row for row in by_key.get(name.key, ()) if forms_agree(name.form, row[0])]
            # Of several names that are read as one, the one that is written exactly so is meant.
            exact = {investor for _, written, investor in fitting if written == ref.strip()}
            meant = exact if len(exact) == 1 else {investor for _, _, investor in fitting}
            if len(meant) == 1:
                found[ref] = meant.pop()
    return found


def _is_name(ref: object) -> bool:
    """Return whether a text can only be a name: not a number, not a uid, and valid for the database."""
    if not isinstance(ref, str) or text_problem(ref, "name", limit=TITLE):
        return False
    return number_of("investor", ref) is None and len(ref.strip().replace("-", "")) != 32  # noqa: PLR2004 - the digits of a UUID


def _fitting(session: Session, queries: Mapping[InvestorRef, Query]) -> dict[InvestorRef, list[Investor]]:
    """Return for each text the investors with this name, or else with a name that contains it, best first.

    At most one more than are listed. Two statements.
    """
    if not queries:
        return {}
    numbers = match_names(session, list(queries.values()), LISTED + 1)
    wanted = {number for group in numbers for number in group}
    known = {investor.id: investor for investor in session.scalars(select(Investor).where(Investor.id.in_(wanted)))}
    return {ref: [known[number] for number in group] for ref, group in zip(queries, numbers, strict=True)}


def _only(ref: str, hits: Sequence[Investor]) -> Investor:
    if not hits:
        raise missing("investor", ref.strip())
    if len(hits) == 1:
        return hits[0]
    listed = [(hit.id, hit.name) for hit in hits[:LISTED]]
    raise Ambiguous(
        ambiguous(
            ref.strip()[:60],
            several("investor", [(hit.id, hit.name) for hit in hits]),
            "investor",
            what="investor",
        ),
        matches=listed,
    )
