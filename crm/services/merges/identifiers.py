"""Identifiers in a merge: if both records have a number in a single scheme, a person chooses.

The other number becomes a former one of the survivor: it finds the survivor, and no other investor may have it. The
merge lists it among its items, so that an undo makes it current again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import cast

from attrs import frozen
from sqlalchemy import Select, Table, and_, insert, select, update

from crm.errors import N_, Problem, problem
from crm.models import Investor, InvestorIdentifier, Merge, MergeItem
from crm.models.binding import OURS
from crm.reads.investors.identifiers import CURRENT
from crm.reads.merges.rows import ChoiceRow
from crm.services.kernel.context import Context
from crm.services.kernel.writing import Writing
from crm.values.plain import plain
from crm.values.registers.schemes import SCHEMES, SINGLE, IdentifierScheme

#: What can be chosen besides the fields.
FIELDS = tuple(scheme.value for scheme in SINGLE)

_ITEMS = cast("Table", MergeItem.__table__)
_NUMBERS = cast("Table", InvestorIdentifier.__table__)
_RECORD, _FIELD = "investor_identifier", "former_since"
_NEVER = datetime.min.replace(tzinfo=UTC)


@frozen
class Rivals:
    """The two numbers in a single scheme: of the surviving record, and of the absorbed one."""

    scheme: IdentifierScheme
    mine: InvestorIdentifier
    theirs: InvestorIdentifier


def rivals(context: Context, stays: Investor, goes: Investor) -> tuple[Rivals, ...]:
    """Return the single schemes in which both have a number. One statement."""
    rows = context.session.scalars(
        select(InvestorIdentifier).where(
            CURRENT,
            InvestorIdentifier.investor_id.in_((stays.id, goes.id)),
            InvestorIdentifier.scheme.in_(SINGLE),
        )
    )
    by_side = {(row.investor_id, row.scheme): row for row in rows}
    return tuple(
        Rivals(scheme, by_side[stays.id, scheme], by_side[goes.id, scheme])
        for scheme in SINGLE
        if stays.id != goes.id and (stays.id, scheme) in by_side and (goes.id, scheme) in by_side
    )


def choices_of(found: tuple[Rivals, ...], chosen: Mapping[str, str]) -> Iterator[ChoiceRow]:
    """Yield the numbers to choose from; the winner is empty without a choice."""
    for pair in found:
        show = SCHEMES[pair.scheme].show
        yield ChoiceRow(
            field=pair.scheme.value,
            survivor=show(pair.mine.value),
            absorbed=show(pair.theirs.value),
            wins=chosen.get(pair.scheme.value, ""),
        )


def unchosen(found: tuple[Rivals, ...], chosen: Mapping[str, str]) -> Iterator[Problem]:
    """Yield the schemes without a choice: different numbers usually mean different companies."""
    for pair in found:
        if pair.scheme.value not in chosen:
            show = SCHEMES[pair.scheme].show
            yield problem(
                N_("They have different numbers, {scheme}: {one} and {other}."),
                N_(
                    "They may be different companies. If not, choose the current number: --take "
                    "{code_of}=survivor or =absorbed"
                ),
                field="choices",
                code="identifier",
                scheme=pair.scheme.value,
                code_of=pair.scheme.value,
                one=show(pair.mine.value),
                other=show(pair.theirs.value),
            )


def give_way(write: Writing, merge: Merge, found: tuple[Rivals, ...], chosen: Mapping[str, str]) -> None:
    """Make the rejected numbers former ones, and list them. Two statements; none without numbers."""
    losing = [pair.theirs if chosen[pair.scheme.value] == "survivor" else pair.mine for pair in found]
    if losing:
        items = [
            {
                "merge_id": merge.id,
                "record": _RECORD,
                "field": _FIELD,
                "record_id": row.id,
                "old_id": 0,
                "new_id": merge.id,
            }
            for row in losing
        ]
        write.session.execute(insert(_ITEMS), items, bind_arguments=OURS)
        _set(write, losing, merge.merged_at)


def come_back(write: Writing, merge: Merge) -> None:
    """Make the rejected numbers of a merge current again. Two statements; one without such numbers."""
    rows = write.session.scalars(
        select(InvestorIdentifier).where(InvestorIdentifier.id.in_(_listed(merge.id, _FIELD)))
    ).all()
    if rows:
        _set(write, rows, None)


def _set(write: Writing, rows: Sequence[InvestorIdentifier], after: datetime | None) -> None:
    for row in rows:
        write.sign(row, version=row.version + 1, former_since=[plain(row.former_since), plain(after)])
    write.session.execute(
        update(_NUMBERS)
        .where(_NUMBERS.c.id.in_([row.id for row in rows]))
        .values(former_since=after, version=_NUMBERS.c.version + 1),
        bind_arguments=OURS,
    )


def changed_since(context: Context, merge: Merge, stays: Investor) -> Problem | None:
    """Return the problem of numbers changed since a merge, which block its undo, or None. Two statements."""
    session = context.session
    items = session.execute(
        select(_ITEMS.c.record_id, _ITEMS.c.field).where(_ITEMS.c.merge_id == merge.id, _ITEMS.c.record == _RECORD),
        bind_arguments=OURS,
    ).all()
    moved, former = ({number for number, field in items if field == name} for name in ("investor_id", _FIELD))
    mine = and_(CURRENT, InvestorIdentifier.investor_id == stays.id)
    rows = session.scalars(
        select(InvestorIdentifier).where(
            InvestorIdentifier.scheme.in_(SINGLE),
            InvestorIdentifier.withdrawn_at.is_(None),
            mine | InvestorIdentifier.id.in_(former | moved),
        )
    ).all()
    wrong = {row.scheme for row in rows if row.id in former and row.former_since is None}
    wrong |= {row.scheme for row in rows if row.id in moved - former and (row.former_since or _NEVER) > merge.merged_at}
    # The surviving record gets its own number back, and must not have another one by then.
    own = {row.scheme for row in rows if row.id in former - moved}
    wrong |= {row.scheme for row in rows if row.id not in former | moved and row.scheme in own}
    if not wrong:
        return None
    return problem(
        N_("Numbers were changed since: {scheme}."),
        N_("Set them back first: crm investor identify {id} NUMBER --replaces WHY, or crm investor unidentify"),
        code="identifier",
        scheme=", ".join(scheme.value for scheme in SINGLE if scheme in wrong),
        id=stays.id,
    )


def _listed(merge_id: int, field: str) -> Select[int]:
    return select(_ITEMS.c.record_id).where(
        _ITEMS.c.merge_id == merge_id, _ITEMS.c.record == _RECORD, _ITEMS.c.field == field
    )
