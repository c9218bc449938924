"""A web program on FastAPI, with a table of its own: synchronous routes, and asynchronous ones on the same tables."""

import os
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Header, Request
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient
from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from crm import CRM, CRMError, make_engine, schema, to_dict
from crm.models import Lead

URL = os.environ.get("HOST_DB", "sqlite:///host.db")
engine = make_engine(URL)
# The same database, by the asynchronous driver
driver = "sqlite+aiosqlite" if engine.dialect.name == "sqlite" else "postgresql+psycopg_async"
async_engine = AsyncEngine(make_engine(engine.url.set(drivername=driver)))
app = FastAPI()


class Base(DeclarativeBase):
    """The tables of the program."""


class Viewing(Base):
    """A visit of a site, booked for a lead."""

    __tablename__ = "host_viewing"
    id: Mapped[int] = mapped_column(primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey(Lead.id))
    site: Mapped[str]


User = Annotated[str, Header(alias="X-User")]  # what your sign-in has found out


@app.exception_handler(CRMError)
def refused(_request: Request, error: CRMError) -> JSONResponse:
    """Answer a refusal: what is wrong, and what can be done."""
    return JSONResponse(to_dict(error), error.http_status)


def session_of_a_request() -> Iterator[Session]:
    """One transaction for each request; a refusal takes it back."""
    with Session(engine) as session, session.begin():
        yield session


async def async_session_of_a_request() -> AsyncIterator[AsyncSession]:
    """The same for asynchronous routes."""
    async with AsyncSession(async_engine) as session, session.begin():
        yield session


# The transaction ends before the answer is sent
Sync = Annotated[Session, Depends(session_of_a_request, scope="function")]
Async = Annotated[AsyncSession, Depends(async_session_of_a_request, scope="function")]


@app.post("/leads", status_code=201)
def open_lead(session: Sync, user: User, investor: str, title: str, site: str) -> Any:
    """Open a lead and book a viewing for it, or neither."""
    crm = CRM(session, user)
    lead = crm.leads.open(crm.investors.add(investor, country="JP"), title=title, station="tokyo")
    session.add(Viewing(lead_id=lead.id, site=site))
    return to_dict(lead)


@app.get("/leads")
def leads(session: Sync, user: User, after: str | None = None) -> Any:
    """List leads, a page at a time."""
    return to_dict(CRM(session, user).leads.list(limit=20, after=after))


@app.post("/async/leads/{lead_id}/notes")
async def note(session: Async, user: User, lead_id: int, text: str) -> Any:
    """Change a lead. The library is called inside run_sync, and so is to_dict."""
    return await session.run_sync(lambda inner: to_dict(CRM(inner, user).leads.edit(lead_id, note=text)))


@app.get("/async/leads/{lead_id}")
async def show(session: Async, user: User, lead_id: int) -> Any:
    """Show a lead and its viewings."""
    card = await session.run_sync(lambda inner: to_dict(CRM(inner, user).leads.show(lead_id)))
    sites = await session.scalars(select(Viewing.site).where(Viewing.lead_id == lead_id))
    return {"lead": card, "sites": list(sites)}


if __name__ == "__main__":
    schema.upgrade(engine)
    Base.metadata.create_all(engine)
    with Session(engine) as session, session.begin():
        CRM(session, None).staff.found("admin", "管理员")
    with TestClient(app, headers={"X-User": "admin"}) as client:
        asked = {"investor": "丸红株式会社", "title": "冷链物流", "site": "河城港区"}
        opened = client.post("/leads", params=asked)
        print(opened.status_code, opened.json()["record"])  # 201 lead
        print(client.post("/async/leads/1/notes", params={"text": "重点"}).json()["version"])  # 2
        shown = client.get("/async/leads/1").json()
        print(shown["lead"]["row"]["title"], shown["sites"])  # 冷链物流 ['河城港区']
        print([row["title"] for row in client.get("/leads").json()["rows"]])  # ['冷链物流']
        # Refusals; the investor is there already, so nothing of the second request stays
        again = client.post("/leads", params=asked)
        print(again.status_code, again.json()["error"])  # 409 LikelyDuplicate
        with Session(engine) as session:
            print(len(session.scalars(select(Viewing)).all()))  # 1
        print(client.get("/async/leads/99").status_code)  # 404
        print(client.get("/leads", headers={"X-User": "nobody"}).status_code)  # 403
