"""Output files: overwritten only with --force, complete or not written, readable by their owner alone."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import IO

import click

from crm.cli.kit.face import Face
from crm.cli.kit.parameters import F
from crm.cli.kit.verbs import option
from crm.errors import N_, InvalidInput, Problem, problem


def file_options(function: F) -> F:
    """Declare ``--output FILE`` and ``--force`` for a command that can write a file."""
    function = option("--force", is_flag=True, help=N_("Replace the file."))(function)
    return option(
        "--output",
        "--out",
        "output",
        type=click.Path(path_type=Path, readable=False),
        metavar="FILE",
        help=N_("Write it to a file."),
    )(function)


def obstacles(output: Path | None, *, force: bool) -> list[Problem]:
    """Return the problems of writing to a path; commands check them before reading data.

    Args:
        output: The path, or None where no file is wanted.
        force: A file that is there may be replaced.
    """
    if output is None or not output.exists() or _is_stream(output):
        return []
    if not output.is_file():
        return [
            problem(
                N_("{file} is a folder or a device."),
                N_("Name a file."),
                field="output",
                code="not_a_file",
                file=str(output),
            )
        ]
    return [] if force else [_exists(output)]


def form_of(
    wanted: str | None, output: Path | None, endings: Mapping[str, str], *, otherwise: str
) -> tuple[str, list[Problem]]:
    """Return the output format, and the problems with it.

    Args:
        wanted: What ``--format`` says, or None; it counts whatever the file is called.
        output: The file, or None. Where ``--format`` says nothing, its ending says the format.
        endings: The format of each known ending, without the point.
        otherwise: The format where neither says any: no file, a pipe, a name without an ending.
    """
    if wanted is not None or output is None or not output.suffix or _is_stream(output):
        return wanted or otherwise, []
    form = endings.get(output.suffix[1:].lower())
    if form is not None:
        return form, []
    return otherwise, [
        problem(
            N_('The ending "{ending}" of {file} is not that of a known format.'),
            N_("Choose an ending, one of: {known}; or name the format: --format"),
            field="output",
            code="ending",
            file=output.name,
            ending=output.suffix,
            known=", ".join(f".{ending}" for ending in endings),
        )
    ]


def binary_on_terminal(form: str, output: Path | None) -> list[Problem]:
    """Return the problem of a workbook that would be printed on a terminal."""
    if form != "xlsx" or not sys.stdout.isatty() or not (output is None or is_standard_output(output)):
        return []
    return [
        problem(
            N_("A workbook cannot be printed on a terminal."),
            N_("Name a file: --output report.xlsx"),
            field="output",
            code="binary",
        )
    ]


def require_writable(
    wanted: str | None, output: Path | None, endings: Mapping[str, str], *, otherwise: str, force: bool
) -> str:
    """Return the format, as :func:`form_of` does, of what can be written.

    Raises:
        InvalidInput: The file is there already, its ending is unknown, or a workbook would be printed on a terminal.
    """
    form, wrong = form_of(wanted, output, endings, otherwise=otherwise)
    if wrong := [*wrong, *obstacles(output, force=force), *binary_on_terminal(form, output)]:
        raise InvalidInput(*wrong)
    return form


def print_or_give(
    face: Face, message: str, rows: object, output: Path | None, write: Callable[[], bytes], *, force: bool
) -> None:
    """Write a file of another program's form, or print it; without a file JSON is of the rows themselves.

    Args:
        face: The terminal.
        message: What is said of the file, a template with ``{file}``.
        rows: What the file is made of.
        output: The file; None: the terminal.
        write: Makes the content.
        force: Replace the file.
    """
    if output is not None:
        give(face, message, output, write(), force=force)
    elif face.json:
        face.print_json(rows)
    else:
        face.pass_on(write().decode())


def give(face: Face, message: str, output: Path, content: bytes | Iterable[bytes], *, force: bool) -> None:
    """Write a file and print *message*, a template with ``{file}``; to the standard output write the content only.

    Raises:
        InvalidInput: See :func:`write_file`.
    """
    if is_standard_output(output):
        sys.stdout.flush()
        sys.stdout.buffer.writelines(shown(part, sys.stdout) for part in _parts(content))
        sys.stdout.buffer.flush()
        return
    write_file(output, content, force=force)
    face.done(message, file=str(output))


def write_file(path: Path, content: bytes | Iterable[bytes], *, force: bool) -> None:
    """Write a complete file or none, with mode 0600; missing folders are created with mode 0700.

    The content is written to a temporary file beside it, which is then renamed. A symbolic link is kept, and its target
    written. A pipe or a terminal is written directly. Content in parts is written part by part.

    Raises:
        InvalidInput: The file exists and *force* is not set, or it cannot be written. Nothing has changed.
    """
    try:
        if wrong := obstacles(path, force=force):
            raise InvalidInput(*wrong)
        if _is_stream(path):
            with path.open("wb") as stream:
                stream.writelines(shown(part, stream) for part in _parts(content))
        else:
            _write_beside(Path(os.path.realpath(path)), _parts(content), force=force)
    except BrokenPipeError:  # the reader of the pipe has ended
        raise
    except OSError as error:
        raise InvalidInput(
            problem(
                N_("{file} cannot be written: {error}."),
                N_("Check your permissions and the free space."),
                field="output",
                code="file",
                file=str(path),
                error=error.strerror or str(error),
            )
        ) from error


def shown(content: bytes, stream: IO[str] | IO[bytes]) -> bytes:
    """Return text for a stream: a file or a pipe gets it as it is, and a terminal nothing that it would obey."""
    if not stream.isatty():
        return content
    from crm.cli.printing.widths import printable

    return printable(content.decode("utf-8", "replace").replace("\r\n", "\n")).encode()


def is_standard_output(path: Path) -> bool:
    """Return whether a path is the standard output, like ``/dev/stdout``, even if redirected to a file."""
    try:
        return os.path.samestat(path.stat(), os.fstat(sys.stdout.fileno()))
    except (OSError, ValueError):  # no such path, or a standard output without a descriptor
        return False


def _is_stream(path: Path) -> bool:
    return path.is_fifo() or path.is_char_device() or is_standard_output(path)


def _write_beside(path: Path, parts: Iterable[bytes], *, force: bool) -> None:
    from crm.files.private import folder, take

    with folder(path.parent):
        # A short name of its own: a long one with something added could exceed what the file system takes.
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".crm-")  # with mode 0600
        unfinished = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.writelines(parts)
                file.flush()
                os.fsync(file.fileno())  # or a power failure could leave the new name with nothing in it
            if force:
                unfinished.replace(path)
            else:
                take(unfinished, path)
        except FileExistsError as error:
            raise InvalidInput(_exists(path)) from error
        finally:
            unfinished.unlink(missing_ok=True)


def _parts(content: bytes | Iterable[bytes]) -> Iterable[bytes]:
    return (content,) if isinstance(content, bytes) else content


def _exists(path: Path) -> Problem:
    return problem(
        N_("{file} already exists."),
        N_("Choose another name, or replace it with --force."),
        field="output",
        code="exists",
        file=str(path),
    )
