"""``crm db``: backups, what restores them, and the files of documents."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from crm.cli.kit import settings
from crm.cli.kit.face import Face
from crm.cli.kit.progress import tidy, working
from crm.cli.kit.verbs import Noun, argument, option, verb
from crm.errors import N_, Refused

if TYPE_CHECKING:
    from sqlalchemy import Engine

_FILE = {"type": click.Path(path_type=Path), "metavar": "FILE"}


def join(command: Noun) -> None:
    """Give the noun these verbs."""

    @verb(
        command,
        "backup",
        help=N_(
            "Copy a SQLite database to a new file, while others go on working.\n\nThe whole copy is checked; a "
            "damaged database is refused, and no file is left. Files of documents are copied to a folder beside it. "
            "For PostgreSQL use pg_dump: docs/backups.md."
        ),
        examples=["crm db backup crm-2023-02-06.db"],
    )
    @argument("file", help=N_("A new file."), **_FILE)
    def backup_(face: Face, file: Path) -> None:
        """Back up."""
        from crm import schema

        with face.engine() as engine, working(face, N_("Copying and checking")), tidy():
            schema.backup(engine, file)
            files = _copy_all(face, engine, file, back=False)
        face.done(N_("The database is copied to {path}; the copy is checked."), path=str(file), files=files)
        _tell(face, files)

    @verb(
        command,
        "restore",
        help=N_(
            "Replace a SQLite database by a backup.\n\nThe backup is checked first. The replaced database is "
            "kept beside it; a damaged one is kept byte by byte. Others may go on reading; nobody may be "
            "writing."
        ),
        examples=["crm db restore crm-2023-02-06.db --yes"],
    )
    @argument("file", help=N_("A file made by crm db backup or crm db upgrade."), **_FILE)
    @option("--yes", is_flag=True, help=N_("Skip the confirmation."))
    def restore(face: Face, file: Path, yes: bool) -> None:  # noqa: FBT001 - a flag
        """Restore."""
        from crm import schema
        from crm.cli.admin.erasures import erase_again, known
        from crm.cli.kit.prompts import confirm

        question = N_(
            "Everything in the database will be replaced by {path}; the current content is kept in a copy. Continue?"
        )
        confirm(face, question, yes=yes, path=str(file))
        with face.engine() as engine, working(face, N_("Checking and copying")), tidy():
            gone = known(engine)
            restored = schema.restore(engine, file)
            files = _copy_all(face, engine, file, back=True)
        values = {
            "path": str(file),
            "kept": None if restored.kept is None else str(restored.kept),
            "version": ", ".join(restored.version),
            "needs_upgrade": not restored.is_newest,
            "files": files,
        }
        if restored.kept is None:
            face.done(N_("The database is restored from {path}."), **values)
        else:
            face.done(N_("The database is restored from {path}. The old content is kept in {kept}."), **values)
        if not face.json and not restored.is_newest:
            face.echo(
                "• "
                + face.say(
                    N_("The restored tables are of the older version {version}. Run `crm db upgrade` next."), **values
                )
            )
        _tell(face, files)
        erase_again(face, gone)

    @verb(
        command,
        "files",
        help=N_(
            "Check the files of documents: read each, and compare it with its SHA-256.\n\nFiles that are missing, "
            "damaged, or named by no record are listed. The exit status is 1 if any is missing or damaged."
        ),
        examples=["crm db files", "crm db files --sweep", "crm db files --copy backup/crm.db.files"],
    )
    @option(
        "--copy",
        "other",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="FOLDER",
        help=N_("Copy the files to a folder first; those that are there stay."),
    )
    @option(
        "--bring",
        type=click.Path(path_type=Path, file_okay=False, exists=True),
        metavar="FOLDER",
        help=N_("Bring missing files from such a folder first."),
    )
    @option("--sweep", is_flag=True, help=N_("Remove files that no record has named for a day."))
    def files_(face: Face, other: Path | None, bring: Path | None, sweep: bool) -> None:  # noqa: FBT001 - a flag
        """Check, copy and sweep."""
        _files(face, other, bring, sweep=sweep)


def _copy_all(face: Face, engine: Engine, backup: Path, *, back: bool) -> int:
    """Copy the files of documents to the folder beside a backup, or *back* from there, and return how many.

    The database is not read, because a backup may be of another version.
    """
    from crm.files.stores import ENDING, FolderStore, copy

    ours, beside = (
        settings.file_store(face.setting("files"), engine),
        FolderStore(backup.with_name(backup.name + ENDING)),
    )
    if ours is None:
        return 0
    source, target = (beside, ours) if back else (ours, beside)
    return copy(source, target, [name for name, _ in source.kept()])


def _tell(face: Face, copied: int) -> None:
    if copied and not face.json:
        face.done(N_("{copied} files of documents are copied."), copied=copied)


def _files(face: Face, other: Path | None, bring: Path | None, *, sweep: bool) -> None:
    from attrs import evolve

    from crm import schema
    from crm.db import session_scope
    from crm.files.stores import FolderStore, copy, verify
    from crm.reads.evidence import kept_files
    from crm.services.documents import no_store

    with face.engine() as engine, working(face, N_("Copying and checking")), tidy():
        schema.require_current(engine)
        store = settings.file_store(face.setting("files"), engine)
        if store is None:
            raise Refused(no_store())
        with session_scope(engine, read_only=True) as session:
            wanted = kept_files(session)
        copied = 0 if bring is None else copy(FolderStore(bring), store, wanted)
        copied += 0 if other is None else copy(store, FolderStore(other), wanted)
        report = evolve(verify(store, wanted, sweep=sweep), copied=copied)
    if face.json:
        face.print_json(report)
    else:
        _tell(face, copied)
        face.echo(
            face.say(
                N_("{count} files of documents, {size} kB, in {folder}."),
                count=report.count,
                size=-(-report.size // 1000),
                folder=str(store.path),
            )
        )
        for text, names in (
            (N_("Missing: {sha256}"), report.missing),
            (N_("Damaged: {sha256}"), report.damaged),
            (N_("Named by no record: {sha256}"), report.orphaned),
        ):
            for name in names:
                face.echo("• " + face.say(text, sha256=name))
        if report.removed:
            face.done(N_("{removed} files are removed."), removed=report.removed)
    if report.missing or report.damaged:
        raise click.exceptions.Exit(1)
