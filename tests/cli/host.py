"""A Click program of somebody else's, in which ours is mounted."""

from __future__ import annotations

import click

from crm.cli import main
from crm.cli.investors.investor import command as investor
from crm.cli.leads.lead import command as lead

INVESTORS = investor.commands["list"]
ADD = investor.commands["add"]
SHOW = lead.commands["show"]


@click.group()
@click.option("--verbose", is_flag=True)
@click.pass_context
def host(ctx: click.Context, verbose: bool) -> None:
    """Do what the host does."""
    ctx.obj = {"verbose": verbose}


@host.result_callback()
@click.pass_obj
def last(obj: object, /, _: object, **__: object) -> None:
    """Say at the end what the host keeps."""
    click.echo(f"kept: {obj!r}", err=True)


@host.group()
def tools() -> None:
    """Hold tools."""


@host.group()
@click.argument("size", type=click.Choice(["small", "large"]))
def sized(size: str) -> None:
    """Hold tools of a size."""


@host.command()
@click.pass_obj
def own(obj: object) -> None:
    """Print what the host keeps."""
    click.echo(repr(obj))


@host.command()
@click.option("--db")
@click.option("--as", "user")
@click.option("--lang")
@click.option("--json", is_flag=True)
@click.pass_context
def forwarded(ctx: click.Context, /, **_: object) -> None:
    """List investors, with the options of this command."""
    ctx.forward(INVESTORS)
    click.echo(f"then: {ctx.obj!r}", err=True)


@host.command()
@click.argument("db")
@click.pass_context
def invoked(ctx: click.Context, db: str) -> None:
    """Add an investor, then show a lead that is not there."""
    ctx.invoke(ADD, name="乙公司", country="CN", db=db, user="desk")
    ctx.invoke(SHOW, lead="99", db=db, user="desk")


@host.command()
def whole() -> None:
    """Run a line of ours."""
    status = main.main(["lead", "show", "99"], prog_name="host crm", standalone_mode=False)
    click.echo(f"status {status}")


host.add_command(main, "crm")
tools.add_command(main, "investors")
sized.add_command(main, "crm")
host.add_command(lead, "lead")

if __name__ == "__main__":
    host(prog_name="host")
