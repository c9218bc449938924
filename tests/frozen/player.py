"""Plays a list of calls over the front door: once to make a frozen database, and again in every later version."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import psycopg
from attrs import frozen
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session
from stdnum.cn import uscc

from crm import CRM
from crm.cli.printing.language import Language
from crm.exchange.formats import render


@frozen
class Call:
    """A verb of the front door, as somebody called it.

    Attributes:
        at: What the clock showed.
        actor: Who acted, or None before anybody was on the staff.
        verb: The verb, such as ``leads.open``.
        arguments: In order.
        named: By name.
    """

    at: datetime
    actor: str | None
    verb: str
    arguments: tuple[Any, ...]
    named: Mapping[str, Any]

    def make(self, session: Session) -> Any:
        """Call it on a session and return what it returns."""
        verb: Callable[..., Any] = attrgetter(self.verb)(CRM(session, self.actor, clock=lambda: self.at))
        return verb(*self.arguments, **self.named)


def read(path: Path) -> Iterator[Call]:
    """Yield the calls of a file: each line is a moment, or a call one minute after the one before.

    ``@lead.hitachi`` stands for the uid of that name, ``%`` for a credit code without its check digit.
    """
    at = datetime.min.replace(tzinfo=UTC)
    for line in path.read_text("utf-8").splitlines():
        match json.loads(line):
            case str(moment):
                at = datetime.fromisoformat(moment)
            case [actor, verb, arguments, named]:
                yield Call(at, actor, verb, meant(arguments), meant(named))
                at += timedelta(minutes=1)


def put(folder: Path, url: str) -> None:
    """Fill an empty database with what a frozen version wrote."""
    if url.startswith("sqlite"):
        Path(str(make_url(url).database)).write_bytes(gzip.decompress((folder / "crm.db.gz").read_bytes()))
        return
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as connection:
        connection.execute(gzip.decompress((folder / "crm.sql.gz").read_bytes()))


def uid(name: str) -> UUID:
    """Return the uid that a name stands for, the same for ever."""
    return uuid5(NAMESPACE_URL, f"investor-crm:{name}")


def meant(written: Any) -> Any:
    """Return an argument as the verb takes it."""
    match written:
        case str() if written.startswith("@"):
            return uid(written[1:])
        case str() if written.startswith("%"):
            return written[1:] + str(uscc.calc_check_digit(written[1:]))
        case list():
            return tuple(map(meant, written))
        case dict():
            return {meant(key): meant(value) for key, value in written.items()}
    return written


def named(answer: Any) -> list[Any]:
    """Return what tells the record that a verb answers with from every other; a load of rates answers with its table."""
    if hasattr(answer, "uid"):
        return [answer.__tablename__, answer.id, str(answer.uid)]
    return [answer.source]


def figures(session: Session, now: datetime) -> dict[str, Any]:
    """Return the numbers of the main reports as of a moment, without the words around them."""
    crm = CRM(session, "manager.desk", clock=lambda: now)
    reports = {
        "board": crm.report.board(),
        "year": crm.report.year(now.year),
        "scorecard": crm.report.scorecard(now.year),
    }
    told = {name: json.loads(render(report, "json", Language("en"))) for name, report in reports.items()}
    return {
        name: {
            "figures": {figure["key"]: numbers(figure["value"]) for figure in report["figures"]},
            "tables": {table["key"]: numbers(table["rows"]) for table in report["tables"]},
        }
        for name, report in told.items()
    }


def numbers(written: Any) -> Any:
    """Return the exact numbers of a value in JSON; a text is dropped, as its wording may change."""
    match written:
        case {"minor": minor, "currency": currency}:
            return f"{minor} {currency}"
        case {"exact": exact}:
            return exact
        case dict():
            return {key: found for key, value in written.items() if (found := numbers(value)) is not None}
        case list():
            return [found for value in written if (found := numbers(value)) is not None]
        case str():
            return None
    return written
