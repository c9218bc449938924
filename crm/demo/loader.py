"""Loads the case by the verbs of the library, in chronological order, with the clock set to the moment of each fact."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from attrs import frozen
from sqlalchemy.orm import Session

from crm.demo.book import ADMIN, Book
from crm.demo.case import Case, read
from crm.demo.conflicts import ensure_room
from crm.demo.marks import mark, uid
from crm.demo.timeline import FOUNDED, Fact, timeline
from crm.demo.timeline import multitude as many
from crm.demo.year import POLICY
from crm.errors import N_, AccessDenied, Conflict, problem
from crm.models import Staff
from crm.refusals import nobody_acts

#: The day the demo's boards are printed as of: the trips are over, and some follow-ups are due.
TODAY = date(2023, 2, 18)
#: Called after each fact with the number done, the number in all, and the fact.
Progress = Callable[[int, int, str], None]


@frozen(kw_only=True)
class Loaded:
    """The result of a load.

    Attributes:
        changed: False when all of it was there already.
        facts: How many facts the case has.
        admin: Username of who added stations, units and staff.
        hero: Id of the lead that goes from contact to landed step by step.
    """

    changed: bool
    facts: int
    admin: str
    hero: int


def load(
    session: Session,
    *,
    actor: Staff | int | str | None = None,
    progress: Progress | None = None,
    case: Case | None = None,
    multitude: bool = False,
) -> Loaded:
    """Load the case; a second load changes nothing. The caller owns the transaction and the commit.

    Args:
        session: An open session on a database of the current schema.
        actor: The admin who adds stations, units and staff where the database has staff of its own. In one that has
            none yet, or that the demo founded before, it is the demo's own admin.
        progress: Called after each fact.
        case: Another case than the one in the package.
        multitude: Load the rest of the year's new enterprises and solved requests too, some two thousand facts more.

    Returns:
        What was done.

    Raises:
        AccessDenied: The database has staff and no actor is named, or the actor is no admin.
        Conflict: Other records have codes or names of the case; all are named, and nothing was written.
    """
    city_case = case or read()
    book = Book(session, FOUNDED, POLICY)
    admin = _admin(book, city_case, actor)
    facts = timeline(city_case)
    if multitude:
        facts = tuple(sorted((*facts, *many(city_case)), key=lambda fact: fact.at))
    changed = multitude or not _is_there(book, city_case)
    if changed:
        ensure_room(book.crm(ADMIN), city_case)
        play(book, facts, progress)
    elif progress is not None:
        progress(len(facts), len(facts), "")
    return Loaded(changed=changed, facts=len(facts), admin=admin, hero=book.crm(ADMIN).leads.get(uid("lead", HERO)).id)


#: The key of the lead that goes from contact to landed step by step.
HERO = "beispiel"


def play(book: Book, facts: tuple[Fact, ...], progress: Progress | None = None) -> None:
    """Write the facts one after the other, each at its own moment; existing ones stay unchanged."""
    for number, fact in enumerate(facts, 1):
        book.moment = fact.at
        fact.act(book)
        if progress is not None:
            progress(number, len(facts), fact.text)


def _admin(book: Book, case: Case, actor: Staff | int | str | None) -> str:
    """Let the admin act on this book, founding one where there is none; return their username."""
    founder = case.founder
    crm = book.front_door(None)
    try:
        crm.staff.found(
            founder.username,
            mark(founder.name, founder.language),
            unit=str(founder.unit),
            uid=uid("staff", founder.username),
        )
    except Conflict as error:
        if actor is None:
            raise AccessDenied(
                problem(
                    N_("This database has other staff; one of its admins has to load the demo."),
                    N_("Name the actor: --as USER"),
                    code="no_actor",
                )
            ) from error
        crm = book.front_door(actor)
    acting = crm.actor
    if acting is None:  # pragma: no cover - found() and a named actor both leave one
        raise AccessDenied(nobody_acts())
    book.act_as(ADMIN, crm)
    book.put("staff", acting.username, crm.staff.get(acting.id))
    return acting.username


def _is_there(book: Book, case: Case) -> bool:
    """Return whether every lead of the case is on record, whatever people have done with it since."""
    known = {row.uid for row in book.crm(ADMIN).leads.list()}
    return all(uid("lead", lead.key) in known for lead in case.leads)
