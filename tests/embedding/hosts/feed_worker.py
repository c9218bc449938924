"""A worker in a process of its own that reads the feed, writes letters and delivers them."""

import os

from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from crm import CRM, make_engine, schema
from crm.changes import InvestorAdded, LeadMoved

engine = make_engine(os.environ.get("HOST_DB", "sqlite:///host.db"))


class Base(DeclarativeBase):
    """The tables of the worker."""


class Place(Base):
    """How far a worker has read: the number of the last change that it handled."""

    __tablename__ = "host_place"
    worker: Mapped[str] = mapped_column(primary_key=True)
    change: Mapped[int]


class Letter(Base):
    """What the worker makes of a change."""

    __tablename__ = "host_letter"
    change: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    delivered: Mapped[bool] = mapped_column(default=False)


def read(session: Session, most: int = 100) -> int:
    """Write the letters of the next changes, and keep the place in the same transaction: each is written once."""
    crm = CRM(session, "worker")
    place = session.get(Place, "letters", with_for_update=True)  # a second worker waits
    changes = crm.changes(after=place.change if place else None, limit=most)
    for change in changes:
        match change:
            case InvestorAdded():
                session.add(Letter(change=change.id, text=f"欢迎 {change.after['name']}"))
            case LeadMoved() if change.before["from_stage"]:
                session.add(Letter(change=change.id, text=f"{change.lead_id}: {change.to_stage}"))
    if changes:
        session.merge(Place(worker="letters", change=changes[-1].id))
    return len(changes)


def deliver(session: Session, sent: list[tuple[int, str]]) -> None:
    """Send the letters that are waiting; one is sent again if the program ends before the commit.

    Whoever receives it knows it again by the number of the change.
    """
    for letter in session.scalars(select(Letter).where(Letter.delivered.is_(False)).order_by(Letter.change)):
        sent.append((letter.change, letter.text))
        letter.delivered = True


def work(sent: list[tuple[int, str]]) -> None:
    """Do what there is to do; a program of yours repeats this every few seconds."""
    with Session(engine) as session, session.begin():
        CRM(session, "worker").audit.seal()
    more = True
    while more:
        with Session(engine) as session, session.begin():
            more = read(session) > 0
    with Session(engine) as session, session.begin():
        deliver(session, sent)


if __name__ == "__main__":
    schema.upgrade(engine)
    Base.metadata.create_all(engine)
    with Session(engine) as session, session.begin():
        CRM(session, None).staff.found("admin", "管理员")
        crm = CRM(session, "admin")
        crm.staff.add("worker", "信件程序", role="manager", unit="bureau")
        crm.investors.add("丸红株式会社", country="JP")

    mailbox: list[tuple[int, str]] = []
    work(mailbox)
    print([text for _, text in mailbox])  # ['欢迎 丸红株式会社']

    # The program is stopped after a letter went out, before the commit
    with Session(engine) as session, session.begin():
        CRM(session, "admin").investors.add("三井物产", country="JP")
        CRM(session, "admin").audit.seal()
    with Session(engine) as session, session.begin():
        read(session)
    with Session(engine) as session:
        deliver(session, mailbox)
        session.rollback()
    # It starts again: nothing is missed, what was not committed goes out once more, under the same number
    work(mailbox)
    work(mailbox)
    print([text for _, text in mailbox])  # ['欢迎 丸红株式会社', '欢迎 三井物产', '欢迎 三井物产']
    print(len(dict(mailbox)))  # 2
