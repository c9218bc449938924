"""``crm completion``: the script for a shell."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from crm.cli.kit.face import Face
from crm.cli.kit.verbs import Verb, argument
from crm.cli.printing.language import PROGRAM
from crm.cli.summaries import SUMMARIES
from crm.errors import N_


@click.command(
    "completion",
    cls=Verb,
    help=SUMMARIES["completion"] + "\n\n" + N_("Add the output to the start-up file of your shell."),
    examples=(
        'eval "$(crm completion bash)"',
        'eval "$(crm completion zsh)"',
        "crm completion fish > ~/.config/fish/completions/crm.fish",
    ),
)
@argument("shell", type=click.Choice(["bash", "zsh", "fish"]), help=N_("Your shell."))
def command(face: Face, shell: str) -> None:
    """Print the script."""
    root = click.get_current_context().find_root()  # where we are mounted, the host completes our words
    name = root.info_name or PROGRAM
    variable = f"_{name}_COMPLETE".replace("-", "_").replace(".", "_").upper()  # as Click calls it
    kind = get_completion_class(shell)
    if kind is not None:
        face.echo(kind(root.command, {}, name, variable).source())
