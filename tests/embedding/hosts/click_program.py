"""A program with commands of its own on Click, with ours in it, in one transaction for each command line."""

import os

import click
from click.testing import CliRunner
from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, scoped_session, sessionmaker

from crm import CRM, CRMError, make_engine, schema
from crm.cli import group
from crm.models import Lead

engine = make_engine(os.environ.get("HOST_DB", "sqlite:///host.db"))
registry = scoped_session(sessionmaker(engine))
USER = "admin"  # what your sign-in has found out


class Base(DeclarativeBase):
    """The tables of the program."""


class Viewing(Base):
    """A visit of a site, booked for a lead."""

    __tablename__ = "host_viewing"
    id: Mapped[int] = mapped_column(primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey(Lead.id))
    site: Mapped[str]


@click.group()
@click.pass_context
def host(ctx: click.Context) -> None:
    """Book viewings."""
    ctx.call_on_close(registry.remove)  # what was not committed is taken back


host.add_command(group(session=registry, actor=USER), "crm")


@host.result_callback()
def commit(_result: object) -> None:
    """Commit what a command wrote, theirs and yours; a command that was refused does not come here."""
    registry.commit()


@host.command()
@click.argument("lead")
@click.argument("site")
def book(lead: str, site: str) -> None:
    """Book a viewing of SITE for LEAD."""
    session: Session = registry()
    try:
        found = CRM(session, USER).leads.get(lead)
    except CRMError as error:
        raise click.ClickException(str(error)) from error
    session.add(Viewing(lead_id=found.id, site=site))
    click.echo(f"{found.title}: {site}")


if __name__ == "__main__":
    schema.upgrade(engine)
    Base.metadata.create_all(engine)
    with Session(engine) as session, session.begin():
        CRM(session, None).staff.found("admin", "管理员")
    run = CliRunner(env={"CRM_LANG": "en"}).invoke
    print(run(host, ["crm", "investor", "add", "丸红株式会社", "--country", "JP"]).exit_code)  # 0
    opened = run(host, ["crm", "lead", "open", "丸红株式会社", "--title", "冷链物流", "--station", "tokyo"])
    print(opened.exit_code)  # 0
    print(run(host, ["book", "冷链物流", "河城港区"]).output.strip())  # 冷链物流: 河城港区
    print(run(host, ["crm", "lead", "show", "99"]).exit_code)  # 1
    print(run(host, ["book", "99", "河城港区"]).exit_code)  # 1
    with Session(engine) as session:
        print(session.scalars(select(Viewing.site)).all())  # ['河城港区']
        print(CRM(session, "admin").leads.get(1).title)  # 冷链物流
