"""The seals: whether their chain and their content are intact, and how far the log is sealed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from attrs import define
from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from crm.models import Contact, Staff
from crm.models.binding import OURS
from crm.models.sealing import CONVERSION, CONVERTED, ENTRIES, SEALED, SEALS, unsealed
from crm.reads.audit.raw import stream
from crm.reads.audit.replay import Log
from crm.reads.audit.rows import Discrepancy, HeadRow, StandingRow
from crm.rules.audit.anchors import Anchor
from crm.rules.audit.hashes import VERSION, canonical, seal_hash, sealed_line


def log(session: Session) -> Log:
    """Return the entries as the seals list them. Two statements."""
    taken_in = frozenset(session.scalars(select(SEALS.c.number).where(SEALS.c.taken_in), bind_arguments=OURS))
    settled = session.scalar(select(func.max(SEALS.c.settled)), bind_arguments=OURS)
    return Log(taken_in, settled if isinstance(settled, int) else 0)


def broken(session: Session, anchors: Sequence[Anchor]) -> Iterator[Discrepancy]:
    """Yield the seals that are not what they were. Two statements, and one more where there are anchors.

    Args:
        session: Whose transaction is read.
        anchors: What was kept elsewhere.
    """
    contents, highest = _contents(session), 0
    content = next(contents, _NO_CONTENT)
    before: tuple[int, str | None] = (0, None)
    anchored: dict[int, str | None] = dict.fromkeys(anchor.seal for anchor in anchors)
    for seal in stream(session, select(*SEALS.c).order_by(SEALS.c.number)):
        values = dict(zip((column.key for column in SEALS.c), seal, strict=True))
        at = values["number"]
        while content.seal is not None and content.seal < at:
            yield _wrong(content.seal, "entries", content.entries, None)
            content = next(contents, _NO_CONTENT)
        mine = _NO_CONTENT
        if content.seal == at:
            mine, content = content, next(contents, _NO_CONTENT)
        highest = max(highest, mine.last)
        yield from _of_one(values, mine, before, highest)
        if at in anchored:
            anchored[at] = values["hash"]
        before = (at, values["hash"])
    database = _database(session) if anchors else None
    for anchor in anchors:
        yield from _against(anchor, database, anchored[anchor.seal], last=before[0])


def _of_one(
    values: Mapping[str, object], content: Content, before: tuple[int, str | None], highest: int
) -> Iterator[Discrepancy]:
    """Compare a seal with what it lists and with the seal before; *highest* is the last entry sealed until then."""
    at, settled = values["number"], values["settled"]
    if at != before[0] + 1:
        yield _wrong(at, "number", at, before[0] + 1)
    if values["previous"] != before[1]:
        yield _wrong(at, "previous", values["previous"], before[1])
    hashed = {key: value for key, value in values.items() if key not in {"hash", "settled"}}
    if values["hash"] != (wanted := _hash(hashed)):
        yield _wrong(at, "hash", values["hash"], wanted)
    if (content.sum, content.entries) != (values["content"], values["entries"]):
        yield _wrong(at, "content", content.sum, values["content"])
    if settled is not None and not (isinstance(settled, int) and settled <= highest):
        yield _wrong(at, "settled", settled, highest)


def _against(anchor: Anchor, database: str | None, hash_: str | None, *, last: int) -> Iterator[Discrepancy]:
    """Compare the log with an anchor, which is kept outside the database."""
    found = None
    if anchor.database is not None and str(anchor.database) != database:
        found = "database", database, str(anchor.database)
    elif hash_ is None:
        found = "seal", str(last), anchor.hash
    elif hash_ != anchor.hash:
        found = "hash", hash_, anchor.hash
    if found is not None:
        field, stored, derived = found
        yield Discrepancy(
            record="anchor", record_id=anchor.seal, field=field, stored=stored, derived=derived, anchor=anchor.name
        )


def _first() -> Select[UUID]:
    return select(Staff.uid).order_by(Staff.id).limit(1)


def _database(session: Session) -> str | None:
    """Return the uid of the first member of staff, which identifies a database; None before there is one."""
    return next((str(uid) for (uid,) in stream(session, _first())), None)


def head(session: Session) -> HeadRow | None:
    """Return the last seal; None before the first. One statement."""
    entries, database = select(func.sum(SEALS.c.entries)).scalar_subquery(), _first().scalar_subquery()
    last = session.execute(
        select(SEALS.c.number, SEALS.c.hash, SEALS.c.at, entries, database).order_by(SEALS.c.number.desc()).limit(1)
    ).first()
    if last is None:
        return None
    number, hash_, at, sealed, uid = last
    return HeadRow(database=uid, seal=number, hash=hash_, sealed_at=at, entries=sealed)


def _wrong(number: object, field: str, stored: object, derived: object) -> Discrepancy:
    return Discrepancy(
        record="audit_seal",
        record_id=number,
        field=field,
        stored=None if stored is None else str(stored),
        derived=None if derived is None else str(derived),
    )


def _hash(seal_values: Mapping[str, Any]) -> str | None:
    try:
        return seal_hash(**seal_values)
    except (TypeError, ValueError, AttributeError):
        return None


@define
class Content:
    """What is listed in a seal.

    Attributes:
        seal: Which; None where there is none.
        sum: The sum of what is listed; None where nothing is.
        entries: How many entries that are.
        last: The last of them.
    """

    seal: int | None
    sum: str | None
    entries: int = 0
    last: int = 0


_NO_CONTENT = Content(None, None)


def _contents(session: Session) -> Iterator[Content]:
    """Yield for each seal what is listed in it."""
    columns = (SEALED.c.seal_number, SEALED.c.entry_id, SEALED.c.record, SEALED.c.record_id, SEALED.c.hash)
    rows = stream(session, select(*columns).order_by(SEALED.c.seal_number, SEALED.c.entry_id))
    for seal, lines in groupby(rows, key=itemgetter(0)):
        content, sum_ = Content(seal, None), sha256(VERSION)
        for _, entry_id, record, record_id, hash_ in lines:
            line = sealed_line(entry_id, record, record_id, hash_ if isinstance(hash_, bytes) else b"")
            sum_.update(canonical(line) + b"\n")
            content.entries, content.last = content.entries + 1, entry_id
        content.sum = sum_.hexdigest()
        yield content


def vanished(session: Session) -> Iterator[Discrepancy]:
    """Yield the sealed entries that are missing. One statement."""
    statement = (
        select(SEALED.c.record, SEALED.c.record_id, SEALED.c.entry_id)
        .select_from(SEALED.outerjoin(ENTRIES, ENTRIES.c.id == SEALED.c.entry_id))
        .where(ENTRIES.c.id.is_(None))
        .order_by(SEALED.c.entry_id)
    )
    for record, record_id, entry_id in stream(session, statement):
        yield Discrepancy(
            record=str(record), record_id=record_id, field="entry", stored=None, derived=entry_id, entry=entry_id
        )


def strangers(session: Session, known: Collection[str]) -> Iterator[Discrepancy]:
    """Yield the entries whose records are missing. One statement."""
    statement = (
        select(ENTRIES.c.record, ENTRIES.c.record_id, ENTRIES.c.id)
        .where(ENTRIES.c.record.not_in(known))
        .order_by(ENTRIES.c.id)
    )
    for record, record_id, entry_id in stream(session, statement):
        yield Discrepancy(
            record=str(record), record_id=record_id, field="record", stored=str(record), derived=None, entry=entry_id
        )


def converted(session: Session) -> tuple[int, datetime | None]:
    """Return how many entries were converted, and when the first of them were. One statement."""
    since = select(func.min(ENTRIES.c.at)).where(ENTRIES.c.record == CONVERSION).scalar_subquery()
    count, at = session.execute(select(func.count(CONVERTED.c.entry_id.distinct()), since), bind_arguments=OURS).one()
    return count, at


def standing(session: Session) -> StandingRow:
    """Return how far the log is sealed. Five statements."""
    older = func.count(case((ENTRIES.c.hash.is_(None), 1)))
    entries, taken = session.execute(select(func.count(), older).select_from(ENTRIES), bind_arguments=OURS).one()
    waiting, since = session.execute(unsealed(func.count(), func.min(ENTRIES.c.at)), bind_arguments=OURS).one()
    begun = select(func.min(SEALS.c.at)).where(SEALS.c.taken_in).scalar_subquery()
    last = session.execute(
        select(*SEALS.c, begun.label("begun_at")).order_by(SEALS.c.number.desc()).limit(1), bind_arguments=OURS
    ).first()
    count, at = converted(session)
    return StandingRow(
        entries=entries,
        seals=last.number if last else 0,
        head=last.hash if last else None,
        sealed_at=last.at if last else None,
        unsealed=waiting,
        unsealed_since=since,
        taken_in=taken,
        begun_at=last.begun_at if last else None,
        converted=count,
        converted_at=at,
        erased=session.scalar(select(func.count()).where(Contact.erased_at.is_not(None))) or 0,
    )
