"""Write docs/cli.md from the help pages, so that it cannot say anything else.

python scripts/generate_cli_reference.py
python scripts/generate_cli_reference.py --check
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from crm.cli import main as program
from crm.cli.kit.face import Face
from crm.cli.printing.helptext import Context
from crm.cli.printing.language import Language
from crm.values.numbers import LETTERS

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "cli.md"
_HEAD = """\
# The command line

A command is a noun and a verb. `make docs` makes this page from the `--help` of all commands; `make check` fails when
it is out of date. `crm --lang zh …` prints the help in Chinese.

| exit status | meaning |
| --- | --- |
| 0 | done |
| 1 | refused by a rule; nothing was written |
| 2 | wrong usage or invalid input |
| 3 | somebody else changed it first; nothing was written |
| 4 | the database is not ready, or somebody else has kept it busy for too long |
| 130 | interrupted |

With `--json` an error is JSON on the standard error too: [its keys](json.md#errors).

A command that writes a file takes `--output FILE`, or `--out FILE`. It overwrites an existing file only with `--force`.
It writes a temporary file and renames it, so that a failed or interrupted command leaves the old file unchanged. The
file has mode 0600; missing folders are created with mode 0700. A pipe, a terminal or `/dev/stdout` is written directly.

`--note -` takes the text from the standard input, `--note @FILE` from a file in UTF-8, `--note @` from your editor
(`$EDITOR`); a text that begins with @ is written @@. What you wrote in the editor is kept in a file if the command is
refused; the refusal names it.

Lists show the number of a record with the letter of its noun, and every command reads it: `crm visit log L12`. Without the
letter a number is enough where only one noun can be meant: `crm lead show 12`. Nouns with codes, such as trips and
stations, have no letter. In JSON an id is the number alone.

| letter | noun |
| --- | --- |
{letters}
"""


def pages(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    """Yield the path and the help page of a command and of everything below it."""
    yield context.command_path, command.get_help(context)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None:
                yield from pages(below, Context(below, info_name=name, parent=context))


def page() -> str:
    """Return the whole page."""
    context = Context(program, info_name="crm", obj=Face(Language("en")), terminal_width=80, max_content_width=80)
    letters = "\n".join(f"| {letter} | {noun} |" for noun, letter in LETTERS.items())
    parts = [_HEAD.replace("{letters}", letters)]
    with context:
        for path, text in pages(program, context):
            depth = "#" * min(path.count(" ") + 2, 4)
            parts.append(f"{depth} {path}\n\n```text\n{text}\n```\n")
    return "\n".join(parts)


def main() -> int:
    """Write the page, or check it."""
    content = page()
    if PAGE.exists() and PAGE.read_text("utf-8") == content:
        return 0
    if "--check" in sys.argv[1:]:
        print(f"{PAGE.relative_to(ROOT)} is out of date; run: make docs")
        return 1
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(content, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
