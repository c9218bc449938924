"""Many investors from what a person typed, in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from crm.errors import N_, Ambiguous, problem
from crm.models import Investor, InvestorName
from crm.services.checks import TITLE, Checks
from crm.services.finding import containing, missing
from crm.services.investors import InvestorRef, Investors, known_investors
from crm.values.text import comparison_key, text_problem

_KINDS = (Investor, int, str, UUID)
#: So many are listed when several fit.
_LISTED = 10


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
    parts = {ref: comparison_key(str(ref)) for ref in wanted if ref not in found and _is_name(ref)}
    fits = _containing(session, {key for key in parts.values() if key})
    for ref in wanted:
        if ref in found:
            continue
        one = check.take(
            partial(_only, str(ref), fits.get(parts[ref], {})) if ref in parts else partial(investors.get, ref),
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


def _containing(session: Session, keys: set[str]) -> dict[str, dict[int, Investor]]:
    """Return for each key the investors that have a name it is part of; whole names come first. One statement."""
    if not keys:
        return {}
    ordered = sorted(keys)
    rows = session.execute(
        select(InvestorName.key, Investor)
        .join(Investor, Investor.id == InvestorName.investor_id)
        .where(
            or_(*(containing(InvestorName.key, key, whole=False) for key in ordered)), Investor.archived_at.is_(None)
        )
        .order_by(Investor.id)
    ).all()
    fits: dict[str, dict[int, Investor]] = {}
    for key in ordered:
        whole = {each.id: each for name, each in rows if name == key}
        fits[key] = whole or {each.id: each for name, each in rows if key in name}
    return fits


def _only(ref: str, hits: dict[int, Investor]) -> Investor:
    if not hits:
        raise missing("investor", ref.strip())
    if len(hits) == 1:
        return next(iter(hits.values()))
    listed = [(each.id, each.name) for each in hits.values()][:_LISTED]
    raise Ambiguous(
        problem(
            N_('"{text}" fits several: {matches}.'),
            N_("Name it by its number, or type more of the name."),
            field="investor",
            code="ambiguous",
            what="investor",
            text=ref.strip()[:60],
            matches="; ".join(f"{number} {name}" for number, name in listed) + (" …" if len(hits) > _LISTED else ""),
        ),
        matches=listed,
    )
