"""Many investors from what a person typed, in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.errors import N_, Ambiguous, problem
from crm.models import Investor, InvestorName
from crm.reports import name_search
from crm.rules.likeness import forms_agree
from crm.services.checks import TITLE, Checks
from crm.services.finding import LISTED, missing
from crm.services.investors import InvestorRef, Investors, known_investors
from crm.values.names import Query, query
from crm.values.text import text_problem

_KINDS = (Investor, int, str, UUID)


def match_investors(
    session: Session, check: Checks, investors: Investors, refs: Iterable[InvestorRef]
) -> dict[Any, Investor]:
    """Return the investors that *refs* mean, by what was typed; what means none, or several, is noted.

    Four statements at most: by id, by whole name, by uid, and by part of a name. An investor that was merged since is
    looked up by itself, and so is a number that means none. What is no reference at all is passed over.
    """
    # In Python True equals 1, and would be taken for that number.
    wanted = list(dict.fromkeys(ref for ref in refs if not isinstance(ref, bool) and isinstance(ref, _KINDS)))
    found: dict[Any, Investor] = dict(known_investors(session, wanted))
    uids = [ref for ref in wanted if isinstance(ref, UUID)]
    if uids:
        rows = session.scalars(select(Investor).where(Investor.uid.in_(uids), Investor.archived_at.is_(None)))
        found |= {each.uid: each for each in rows}
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


def _is_name(ref: object) -> bool:
    """Say whether a text can only be a name: no number, no uid, nothing that a database does not take."""
    if not isinstance(ref, str) or text_problem(ref, "name", limit=TITLE):
        return False
    text = ref.strip().removeprefix("#")
    return not text.isdecimal() and len(text.replace("-", "")) != 32  # noqa: PLR2004 - the digits of a UUID


def _fitting(session: Session, typed: Mapping[Any, Query]) -> dict[Any, dict[int, Investor]]:
    """Return for each thing typed the investors that it is the name of, or else a part of the name of. One statement."""
    if not typed:
        return {}
    rows = session.execute(
        select(InvestorName.key, InvestorName.form, InvestorName.tokens, Investor)
        .join(Investor, Investor.id == InvestorName.investor_id)
        .where(name_search.named(session.get_bind().dialect.name, *typed.values()), Investor.archived_at.is_(None))
        .order_by(Investor.id)
    ).all()
    fits: dict[Any, dict[int, Investor]] = {}
    for ref, name in typed.items():
        meant = [row for row in rows if name.fits(row.key, row.tokens) and forms_agree(name.form, row.form)]
        whole = {row.Investor.id: row.Investor for row in meant if row.key == name.key}
        fits[ref] = whole or {row.Investor.id: row.Investor for row in meant}
    return fits


def _only(ref: str, hits: dict[int, Investor]) -> Investor:
    if not hits:
        raise missing("investor", ref.strip())
    if len(hits) == 1:
        return next(iter(hits.values()))
    listed = [(each.id, each.name) for each in hits.values()][:LISTED]
    raise Ambiguous(
        problem(
            N_('"{text}" fits several: {matches}.'),
            N_("Name it by its number, or type more of the name."),
            field="investor",
            code="ambiguous",
            what="investor",
            text=ref.strip()[:60],
            matches="; ".join(f"{number} {name}" for number, name in listed) + (" …" if len(hits) > LISTED else ""),
        ),
        matches=listed,
    )
