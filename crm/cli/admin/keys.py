"""The files of keys that sign anchors: opened with their passphrase, and named."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crm.cli.kit.face import Face
from crm.cli.kit.files import obstacles
from crm.cli.kit.prompts import on_terminal
from crm.errors import N_, InvalidInput, problem

if TYPE_CHECKING:
    from crm.exchange.anchors import Key

_OTHERS = 0o077


def opened(face: Face, file: Path, secret: Path | None) -> Key:
    """Return a private key, opened with the passphrase from a file or from a prompt on the terminal.

    Raises:
        InvalidInput: Others can read the key, it is none, or the passphrase is missing or another.
    """
    from crm.exchange.anchors import is_encrypted, open_key, require_signatures

    require_signatures()
    if os.name != "nt" and file.stat().st_mode & _OTHERS:
        raise InvalidInput(
            problem(
                N_("The key {file} can be read by others."),
                N_("Remove the rights of others: chmod 600 {file}. If somebody may have copied it, make another key."),
                field="key",
                code="shared",
                file=str(file),
            )
        )
    content = file.read_bytes()
    passphrase = None
    if is_encrypted(content):
        passphrase = _of(secret) if secret is not None else _asked(face, N_("Passphrase of {file}"), file=str(file))
    return open_key(content, passphrase, name=str(file))


def require_folder(folder: Path) -> None:
    """Refuse a folder that is not there: where a medium is missing, the anchors must not lie beside the database.

    Raises:
        InvalidInput: There is no such folder.
    """
    if not folder.is_dir():
        raise InvalidInput(
            problem(
                N_("There is no folder {folder}."),
                N_("Connect the medium that has the anchors, or make the folder there."),
                field="anchors",
                code="missing",
                folder=str(folder),
            )
        )


def chosen(face: Face, secret: Path | None, *, encrypt: bool) -> str | None:
    """Return the passphrase of a new key; None for one that is not encrypted.

    Raises:
        InvalidInput: It is missing.
    """
    if secret is not None:
        return _of(secret)
    return _asked(face, N_("Passphrase of the new key"), twice=True) if encrypt else None


def public_beside(output: Path) -> Path:
    """Return the file of the public key of a key that is to be made.

    Raises:
        InvalidInput: One of both is there already.
    """
    from crm.exchange.anchors import PUBLIC

    public = output.with_name(output.name + PUBLIC)
    for file in (output, public):
        if obstacles(file, force=False):
            raise InvalidInput(
                problem(
                    N_("{file} already exists. A key that is replaced is lost."),
                    N_("Choose another name."),
                    field="output",
                    code="exists",
                    file=str(file),
                )
            )
    return public


def _of(secret: Path) -> str:
    passphrase = secret.read_text("utf-8").partition("\n")[0].rstrip("\r")
    if not passphrase:
        raise InvalidInput(
            problem(
                N_("There is no passphrase in {file}."),
                N_("Write it on the first line."),
                field="passphrase_file",
                code="empty",
                file=str(secret),
            )
        )
    return passphrase


def _asked(face: Face, question: str, *, twice: bool = False, **values: str) -> str:
    if not on_terminal():
        raise InvalidInput(
            problem(
                N_("The passphrase is missing, and there is no terminal to ask for it."),
                N_("Name a file that has it: --passphrase-file FILE"),
                field="passphrase_file",
                code="missing",
            )
        )
    text = face.say(question, **values)
    return str(face.once(text, lambda: click.prompt(text, hide_input=True, confirmation_prompt=twice, err=True)))
