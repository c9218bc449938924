"""``crm mcp``: serve the methods of the library to an agent."""

from __future__ import annotations

import click

from crm.cli.kit.face import Face
from crm.cli.kit.verbs import Verb, option
from crm.cli.summaries import SUMMARIES
from crm.errors import N_, InvalidInput, problem


@click.command(
    "mcp",
    cls=Verb,
    help=SUMMARIES["mcp"]
    + "\n\n"
    + N_(
        "An agent starts this command and speaks to it over the standard input and output (Model Context Protocol). It"
        " acts as --as, with the rights of that member of staff. A tool that writes returns a plan; a second call"
        " confirms it. This needs the extra mcp."
    ),
    examples=("crm mcp --as tokyo.desk", "crm mcp --as shen --write --noun leads --noun meetings"),
)
@option("--write", is_flag=True, help=N_("Also offer the tools that write."))
@option(
    "--noun", multiple=True, metavar="SERVICE", help=N_("Only the tools of this service, such as leads; repeatable.")
)
def command(face: Face, *, write: bool, noun: tuple[str, ...]) -> None:
    """Serve."""
    from crm.cli.agents.tools import tools

    try:
        import anyio

        from crm.cli.agents.server import serve
    except ImportError as error:
        raise InvalidInput(
            problem(
                N_("An agent's tools need the library mcp."),
                N_("Install it with: pip install 'investor-crm[mcp]'"),
                code="extra",
            )
        ) from error
    offered = tools(writes=write, nouns=noun)
    with face.reading() as crm:
        # The actor is set now; a crm.toml that changes later has no effect.
        if crm.actor is not None:
            face.give("user", crm.actor.username)
    anyio.run(lambda: serve(face, offered, writes=write))
