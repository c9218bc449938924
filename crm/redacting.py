"""Removes earlier wordings of free texts from the audit, for the owner of the database: docs/personal-data.md.

A text that mentions a person is redacted by hand first. Then whatever it was before is taken out of the wordings, with
its keys. Entries, seals and anchors stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.errors import N_, AccessDenied, NotFound, problem
from crm.models.audited import audited_models, record_name
from crm.models.base import Identified
from crm.models.binding import on_postgres
from crm.models.wordings import free_texts
from crm.reads.investors.mentions import PART_OF
from crm.refusals import not_found
from crm.rules.access import Right
from crm.rules.kernel.checks import Checks
from crm.services.kernel.auditing.emptying import empty_earlier
from crm.services.kernel.context import Context
from crm.services.kernel.verbs import begin
from crm.services.kernel.writing import Writing
from crm.services.places import recovery
from crm.values.numbers import read_number
from crm.values.text import REASON

#: What nouns are called in the audit, where that is not their name.
_CALLED = {"follow-up": "followup", "arrival": "capital_arrival", "contract amount": "contract_amount"}


def redact(context: Context, refs: Iterable[str], *, reason: str) -> int:
    """Take the earlier wordings of records, and of their parts, out of the audit. The present ones stay: redact before.

    Args:
        context: Of an actor who may erase persons, as the owner of the database. For a file the caller has checked that.
        refs: Numbers with the letter of their noun, such as V12, T7 or L3.
        reason: Why; the audit tells it.

    Returns:
        How many entries were changed.

    Raises:
        AccessDenied: The actor may not erase, or does not own the database.
        InvalidInput: A number has no letter, or there is no reason.
        NotFound: There is no such record.
    """
    session = context.session
    begin(session)
    context.require(Right.CONTACT_ERASE)
    if on_postgres(session) and not session.scalar(recovery.OWNS):
        raise AccessDenied(recovery.not_the_owner())
    with Checks() as check:
        why = check.text(reason, "reason", REASON)
        named = [_named(check, ref) for ref in refs]
    records = {
        (record_name(type(record)), record.id)
        for name, number in filter(None, named)
        for record in _with_parts(session, name, number)
    }
    with Writing(context, "audit.redact", why) as write:
        emptied = empty_earlier(session, records)
        write.sign_rows(emptied.signed)
    return emptied.entries


def _named(check: Checks, ref: str) -> tuple[str, int] | None:
    """Return the named record, as in the audit."""
    noun, number = read_number(ref) or (None, 0)
    name = _CALLED.get(noun or "", noun or "")
    if name in {record for record, _ in free_texts()}:
        return name, number
    check.add(
        problem(
            N_("{text} is no record with a free text."),
            N_("Write the letter and the number that the list of mentions has, such as V12 or T7."),
            field="refs",
            code="format",
            text=ref[:60],
        )
    )
    return None


def _with_parts(session: Session, name: str, number: int) -> Iterator[Identified]:
    """Yield a record and its parts."""
    models = {record_name(model): model for model in audited_models()}
    record = session.get(models[name], number)
    if record is None:
        raise NotFound(not_found(name, str(number), N_("Check the spelling, or list what there is."), name))
    yield record
    for part, (whole, link) in PART_OF.items():
        if whole == name and part in models:
            mine = models[part]
            yield from session.scalars(select(mine).where(getattr(mine, link) == number).order_by(mine.id))
