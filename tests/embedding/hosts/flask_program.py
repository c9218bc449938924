"""A web program on Flask-SQLAlchemy, with a table of its own and its own names of constraints."""

import os
from pathlib import Path
from typing import Any

from flask import Flask, request
from flask.typing import ResponseReturnValue
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import ForeignKey, MetaData, event, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from crm import CRM, CRMError, make_engine, schema, to_dict
from crm.models import Lead

URL = os.environ.get("HOST_DB", "sqlite:///host.db")


class Base(DeclarativeBase):
    """The tables of the program, whose constraints have names of its own."""

    metadata = MetaData(naming_convention={"fk": "%(table_name)s_%(column_0_name)s_ref", "pk": "%(table_name)s_pk"})


db = SQLAlchemy(model_class=Base)


class Viewing(Base):
    """A visit of a site, booked for a lead."""

    __tablename__ = "host_viewing"
    id: Mapped[int] = mapped_column(primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey(Lead.id))
    site: Mapped[str]


app = Flask(__name__, instance_path=str(Path.cwd()))  # the folder of a file of SQLite
app.config["SQLALCHEMY_DATABASE_URI"] = make_engine(URL).url
db.init_app(app)
with app.app_context():
    if db.engine.dialect.name == "sqlite":  # our constraints depend on foreign keys
        event.listen(db.engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys = ON"))


def crm() -> CRM:
    """Return the front door of who is signed in; Flask-SQLAlchemy has a session for each request."""
    return CRM(db.session(), request.headers["X-User"])


@app.errorhandler(CRMError)
def refused(error: CRMError) -> ResponseReturnValue:
    """Take the transaction back, and answer what is wrong and what can be done."""
    db.session.rollback()
    return to_dict(error), error.http_status


@app.post("/leads")
def open_lead() -> ResponseReturnValue:
    """Open a lead and book a viewing for it, or neither."""
    asked = request.get_json()
    investor = crm().investors.add(asked["investor"], country="JP")
    lead = crm().leads.open(investor, title=asked["title"], station="osaka")
    db.session.add(Viewing(lead_id=lead.id, site=asked["site"]))
    db.session.commit()
    return to_dict(lead), 201


@app.get("/leads/<int:lead_id>")
def show(lead_id: int) -> Any:
    """Show a lead and its viewings."""
    sites = db.session.scalars(select(Viewing.site).where(Viewing.lead_id == lead_id))
    return {"lead": to_dict(crm().leads.show(lead_id)), "sites": list(sites)}


@app.get("/leads")
def leads() -> Any:
    """List leads, a page at a time."""
    return to_dict(crm().leads.list(limit=20, after=request.args.get("after")))


if __name__ == "__main__":
    with app.app_context():
        schema.require_current(db.engine)  # your Alembic, or schema.upgrade, has made the tables
        CRM(db.session(), None).staff.found("admin", "管理员")
        stations = CRM(db.session(), "admin").stations
        stations.add("osaka", name="大阪站", name_en="Osaka", country="JP", zone="Asia/Tokyo")
        db.session.commit()
    client = app.test_client()
    user = {"X-User": "admin"}
    asked = {"investor": "丸红株式会社", "title": "冷链物流", "site": "河城港区"}
    opened = client.post("/leads", json=asked, headers=user)
    print(opened.status_code, opened.get_json()["record"])  # 201 lead
    shown = client.get("/leads/1", headers=user).get_json()
    print(shown["lead"]["row"]["title"], shown["sites"])  # 冷链物流 ['河城港区']
    print(client.get("/leads", headers=user).get_json()["total"])  # 1
    again = client.post("/leads", json=asked, headers=user)
    print(again.status_code, again.get_json()["error"])  # 409 LikelyDuplicate
    print(client.get("/leads/99", headers=user).status_code)  # 404
    print(client.get("/leads", headers={"X-User": "nobody"}).status_code)  # 403
