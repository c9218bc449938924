"""The calls that the drill plays, and how many rows each table has after each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

from attrs import frozen
from sqlalchemy import Connection, Engine, event, func, literal, select, union_all
from sqlalchemy.pool import NullPool

from crm import CRMError, make_engine, schema
from crm.db import session_scope
from crm.models import Base
from tests.databases import Databases
from tests.frozen.player import Call, read, uid

FROZEN = Path(__file__).parents[1] / "frozen" / "e7d04b95a213"
#: The audit is sealed after so many calls.
_SEALED_EVERY = 20

Counts = dict[str, int]


@frozen
class Story:
    """A list of calls that are all accepted, one after the other.

    Attributes:
        calls: The calls.
        counts: The rows of each table after so many calls; the first counts are of the tables alone.
        statements: How many statements each call sends.
        empty: A database with the tables, to copy.
        whole: A database after the last call, to copy.
    """

    calls: tuple[Call, ...]
    counts: tuple[Counts, ...]
    statements: tuple[int, ...]
    empty: str
    whole: str


def opened(url: str) -> Engine:
    """Return an engine that keeps no connection, so that a fork inherits none."""
    return make_engine(url, poolclass=NullPool)


def counts(connection: Connection) -> Counts:
    """Return the rows of each table."""
    tables = Base.metadata.sorted_tables
    counted = [select(literal(table.name), func.count()).select_from(table) for table in tables]
    return {str(name): int(number) for name, number in connection.execute(union_all(*counted))}


def counting(engine: Engine) -> Callable[[], int]:
    """Return a function that says how many statements the engine has sent since it was last asked."""
    sent = count()

    def add(*_: object) -> None:
        next(sent)

    event.listen(engine, "before_cursor_execute", add)
    before = 0

    def since() -> int:
        nonlocal before
        now = next(sent)
        number, before = now - before, now + 1
        return number

    return since


def tell(databases: Databases) -> Story:
    """Play the calls of a frozen version, keep those that this version accepts too, and seal the audit now and then."""
    empty = databases.create()
    engine = opened(empty)
    schema.upgrade(engine)
    url = databases.create(empty)
    engine = opened(url)
    since = counting(engine)
    with engine.connect() as connection:
        held = [counts(connection)]
    calls, statements = list[Call](), list[int]()
    for call in _with_seals(read(FROZEN / "calls.jsonl")):
        since()
        try:
            with session_scope(engine) as session:
                call.make(session)
        except CRMError:
            continue
        statements.append(since())
        calls.append(call)
        with engine.connect() as connection:
            held.append(counts(connection))
    return Story(tuple(calls), tuple(held), tuple(statements), empty, url)


def apart(story: Story, writer: int, size: int) -> list[Call]:
    """Return calls for a whole story's bureau that concern no other writer's records; each has a uid.

    Args:
        story: Gives the moment and the staff.
        writer: The number of the writer.
        size: How many investors, each with a contact, a lead and a meeting.
    """
    at = story.calls[-1].at
    made = list[Call]()
    for number in range(size):
        name = f"{writer}-{number}"
        here = {what: uid(f"drill.{what}.{name}") for what in ("investor", "contact", "lead", "meeting")}
        one, zone = here["investor"], {"at": at.isoformat(), "zone": "Asia/Tokyo"}
        made += [
            Call(at, "tokyo.desk", "investors.add", (f"演习{_word(writer)}{_word(number)}",), {"country": "JP", "uid": one}),
            Call(at, "tokyo.desk", "contacts.add", (one, f"联系人{name}"), {"uid": here["contact"]}),
            Call(at, "tokyo.desk", "leads.open", (one,), {"title": f"项目{name}", "uid": here["lead"]}),
            Call(
                at, "tokyo.desk", "meetings.log", (here["lead"],),
                {"summary": f"会谈{name}", "contacts": [here["contact"]], "uid": here["meeting"], **zone},
            ),
        ]  # fmt: skip
    return made


def _word(number: int) -> str:
    """Return a word that is like no other, so that nothing looks like a duplicate."""
    return "".join(chr(0x4E00 + 997 * (int(digit) + 1) + number % 13) for digit in f"{number:03}") * 2


def _with_seals(calls: Iterator[Call]) -> Iterator[Call]:
    for number, call in enumerate(calls, start=1):
        yield call
        if number % _SEALED_EVERY == 0:
            yield Call(call.at, "admin", "audit.seal", (), {})
