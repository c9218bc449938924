"""The face of one call: its language, settings, transaction and output."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

import click

from crm.cli.kit import settings
from crm.cli.kit.hosted import Hosted
from crm.cli.printing.language import PROGRAM, Language, environment_language, option_text, speaks
from crm.cli.printing.reader import Reader
from crm.errors import N_

if TYPE_CHECKING:
    from rich.console import RenderableType
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from crm.cli.printing.tables import Column
    from crm.crm import CRM
    from crm.reads.kernel.listing import Page
    from crm.rules.identities import Identity
    from crm.rules.stages import Pipeline

C = TypeVar("C")


class Files(Protocol):
    """The options of a list about files: :mod:`crm.cli.kit.filing`."""

    def wanted(self, face: Face) -> bool:
        """Return whether a list goes into a file, or is printed in a format of files."""

    def write(self, face: Face, rows: Iterable[object], columns: Sequence[Column]) -> None:
        """Write it."""

    def narrowed(
        self, face: Face, rows: Iterable[object], columns: Sequence[Column]
    ) -> tuple[Iterable[object], Sequence[Column]]:
        """Return what is printed of it: the columns that were asked for."""


#: The number of lines of a list that are printed at a time.
_LINES = 500


class Face(Reader):
    """The call as a verb sees it.

    Attributes:
        language: The language they read.
        json: They asked for JSON.
        given: The shared options they typed.
        arguments: What they typed for the verb.
        files: What they typed of files for a list; None: the verb lists nothing.
        committed: Whether something may have been written for good, so that the call is not repeated.
        edited: What they wrote in their editor, which a refusal keeps.
        hosted: What the program brings in which the command is mounted.
    """

    def __init__(self, language: Language, *, as_json: bool = False) -> None:
        """Take the language, and whether to print JSON."""
        super().__init__(language.under(lambda: self.policy))
        self.json = as_json
        self.given: dict[str, str] = {}
        self.arguments: Mapping[str, object] = {}
        self.files: Files | None = None
        self.committed = False
        self.edited = ""
        self.hosted = Hosted()
        self._done_once: dict[Hashable, object] = {}
        self._foreseen: dict[str, str] = {}
        self._policies: dict[str, Pipeline] = {}

    @classmethod
    def of(cls, args: Sequence[str], program: str = PROGRAM) -> Face:
        """Return the face for a line that is not parsed yet, of a program with this name.

        Raises:
            InvalidInput: A crm.toml cannot be read.
        """
        language = (
            speaks(option_text(args, "--lang"))
            or speaks(os.environ.get(settings.KEYS["lang"]))
            or speaks(settings.from_files("lang"))
        )
        before_dashes = args[: args.index("--")] if "--" in args else args
        face = cls(Language(language or environment_language(os.environ), program), as_json="--json" in before_dashes)
        # Help names the stages, and a wrong stage is refused, before every option has been read.
        policy = option_text(args, "--policy")
        face._foreseen = {"policy": policy} if policy else {}
        return face

    def with_options(self, *, json: bool | None = None, **options: str | None) -> Face:
        """Return the face of a call that passed other shared options by name; None leaves one unchanged."""
        language = speaks(options.get("lang"))
        face = Face(Language(language, self.language.program) if language else self.language, as_json=json or self.json)
        face.edited, face.hosted = self.edited, self.hosted
        face.given = {**self.given, **{key: value for key, value in options.items() if value is not None}}
        face._policies, face.files = self._policies, self.files
        return face

    def give(self, key: str, value: str) -> None:
        """Store a shared option from the line."""
        self.given[key] = value
        self.__dict__.pop("policy", None)

    # --- settings ---------------------------------------------------------------------------------------------------

    def setting(self, key: str) -> str | None:
        """Return a setting that the host has not chosen; see :func:`crm.cli.kit.settings.lookup`."""
        if key in self.hosted.options:
            return None
        return settings.lookup(key, {**self._foreseen, **self.given})

    @property
    def actor(self) -> str | None:
        """The user name given, or the login name; None if neither is known."""
        return self.hosted.acting() or self.setting("user") or settings.login()

    def identity(self, engine: Engine) -> Identity | None:
        """Return what proves who acts: on a file the user of the operating system. A server proves it itself.

        If a host names the actor, only its proof counts.
        """
        from crm.rules.identities import Identity, IdentityKind, as_identity

        if self.hosted.actor is not None:
            return as_identity(self.hosted.identity)

        user = settings.operating_system_user() if engine.dialect.name == "sqlite" else None
        return None if user is None else Identity(IdentityKind.OS, user)

    @property
    def database(self) -> str:
        """The address of the database."""
        return self.setting("db") or settings.default_database()

    @cached_property
    def policy(self) -> Pipeline | None:
        """The pipeline of the host, or of the given file, read on first use; None for the default one.

        Raises:
            InvalidInput: The file cannot be read, or is no policy.
        """
        file = self.setting("policy")
        if file is None:
            return self.hosted.policy
        if file not in self._policies:
            from crm.cli.toml_files import read_policy

            # Read once: what a shell gives as <(…) can be read no second time.
            self._policies[file] = read_policy(Path(file))
        return self._policies[file]

    def once(self, what: Hashable, act: Callable[[], C]) -> C:
        """Do once what a repeated call must not do again, such as a prompt, and return the result.

        Args:
            what: Tells it from what else the call does once, such as the question with what is asked about.
            act: Does it: asks, or reads what a shell gives as ``<(…)``.
        """
        if what not in self._done_once:
            self._done_once[what] = act()
        return cast("C", self._done_once[what])

    # --- the transaction --------------------------------------------------------------------------------------------

    @contextmanager
    def engine(self) -> Iterator[Engine]:
        """Open the engine, and dispose of it at the end."""
        self.committed = True
        with self._engine() as engine:
            yield engine

    @contextmanager
    def _engine(self) -> Iterator[Engine]:
        if self.hosted.has_database:
            with self.hosted.opened_engine() as theirs:
                yield theirs
            return
        from crm.db import make_engine

        engine = make_engine(self.database, tenant=self.setting("tenant"))
        try:
            yield engine
        finally:
            engine.dispose()

    @contextmanager
    def reading(self, *, one_moment: bool = False, files: bool = False) -> Iterator[CRM]:
        """Open a :class:`crm.CRM` in a transaction that cannot write; see :func:`crm.db.session_scope`."""
        with self._crm(read_only=True, one_moment=one_moment, files=files) as crm:
            yield crm

    @contextmanager
    def writing(self, *, files: bool = False) -> Iterator[CRM]:
        """Open a ``CRM`` in one transaction, committed if the block succeeds; with *files* one that keeps files."""
        with self._crm(read_only=False, files=files) as crm:
            yield crm

    def acting(self, session: Session, identity: Identity | None) -> str | None:
        """Return who acts: whom the host, the line, the environment or a file names, else the bound, else the login."""
        from crm.reads.places.bindings import proven

        named = self.hosted.acting() or self.setting("user")
        if named is not None:
            return named
        bound = proven(session, identity)
        return settings.login() if bound is None else bound.username

    @contextmanager
    def _crm(self, *, read_only: bool, one_moment: bool = False, files: bool = False) -> Iterator[CRM]:
        from crm.crm import CRM
        from crm.reads.leads.facts import ensure_stages
        from crm.schema import require_current

        policy = self.policy
        with self._engine() as engine:
            require_current(engine)
            with self._transaction(engine, read_only=read_only, one_moment=one_moment) as session:
                identity = self.identity(engine)
                store = settings.file_store(self.setting("files"), engine) if files else None
                crm = CRM(session, self.acting(session, identity), policy=policy, identity=identity, files=store)
                ensure_stages(session, crm.policy, lambda: crm.actor)
                yield crm
            self.committed = self.committed or not read_only

    @contextmanager
    def _transaction(self, engine: Engine, *, read_only: bool, one_moment: bool) -> Iterator[Session]:
        """Open a session and its transaction, or give those of the host, which commits them itself."""
        from crm.db import session_scope

        session = self.hosted.opened_session()
        if session is None:
            with session_scope(engine, read_only=read_only, one_moment=one_moment) as ours:
                yield ours
            return
        self.committed = True  # the transaction is not ours to repeat
        yield session
        session.flush()

    # --- what is printed --------------------------------------------------------------------------------------------

    def done(self, text: str, /, **values: object) -> None:
        """Print the result of a write; with --json the values themselves."""
        if self.json:
            self.print_json(values)
        else:
            from crm.cli.printing.widths import on_one_line

            click.echo(click.style("✓ ", fg="green") + on_one_line(self.say(text, **values)))

    def echo(self, line: str = "", *, err: bool = False) -> None:
        """Print a line; with *err* to the standard error."""
        from crm.cli.printing.widths import printable

        click.echo(printable(line), err=err)

    def pass_on(self, text: str) -> None:
        """Print the text of a file: to a file or a pipe as it is, to a terminal so that it obeys nothing of it."""
        text = text.replace("\r\n", "\n").rstrip("\n")
        if sys.stdout.isatty():
            self.echo(text)
        else:
            click.echo(text, color=True)  # or else it leaves out what looks like a colour

    def print_json(self, value: object, *, indent: int | None = 2) -> None:
        """Print a value as JSON, with the keys of the rows; without an indent on one line."""
        from crm.cli.printing.plain import Form, plain

        self.echo(json.dumps(plain(value, Form(self.language)), ensure_ascii=self._ascii_only, indent=indent))

    @property
    def _ascii_only(self) -> bool:
        return "utf" not in (getattr(sys.stdout, "encoding", None) or "utf-8").lower()

    def print_rows(
        self, rows: Iterable[object], columns: Sequence[Column], *, empty: str, title: str | None = None
    ) -> None:
        """Print a list: a JSON array, a table, or a sentence if it is empty.

        Where nobody looks it is printed while it is read, so that its length costs no memory.
        """
        if self.files is not None:
            if self.files.wanted(self):
                self.files.write(self, rows, columns)
                return
            rows, columns = self.files.narrowed(self, rows, columns)
        if self.json:
            from crm.cli.printing.lists import json_lines

            self._print_lines(json_lines(self, rows, ascii_only=self._ascii_only))
            return
        rows = iter(rows)
        first = next(rows, None)
        if first is None:
            self.echo(self.language.read(empty))
            return
        looked_at = bool(sys.stdout.isatty() or os.environ.get("FORCE_COLOR"))
        some = [first, *islice(rows, _LINES - 1)]
        following = [*islice(rows, 1)]
        if following or (title is None and not looked_at):
            from crm.cli.printing.lists import table_lines

            lines = table_lines(self, chain(some, following, rows), columns)
            if not looked_at:
                self._print_lines(chain([] if title is None else [title], lines))
                return
            from crm.cli.printing.paging import page_lines

            page_lines(lines)
            return
        from crm.cli.printing.tables import table

        self.draw(*table(self, some, columns, title=title))

    def print_list(
        self,
        crm: CRM,
        verb: Callable[..., Page[object]],
        arguments: Sequence[object],
        options: Mapping[str, object],
        columns: Sequence[Column],
        *,
        empty: str,
    ) -> None:
        """Print the rows of a list that were asked for: on a terminal a page, with how to get the rest; else all.

        Args:
            crm: The ``CRM``, which stays open meanwhile.
            verb: The verb of the library that lists.
            arguments: Its arguments.
            options: Its arguments by name, with those of :data:`crm.cli.kit.shared_verbs.PAGING`.
            columns: The columns of the table.
            empty: The sentence that is printed if there are no rows.
        """
        from crm.cli.printing.paging import ROWS, wanted_part

        part = wanted_part(options)
        files = self.files is not None and self.files.wanted(self)
        if part.count:
            total = verb(*arguments, **part.narrowed, limit=1).total
            self.echo(str(total))
            return
        if files or self.json or part.limit == 0 or not sys.stdout.isatty():
            rows = crm.stream(verb, *arguments, **part.narrowed, limit=part.limit or None, offset=part.offset)
            self.print_rows(rows, columns, empty=empty)
            return
        page = verb(*arguments, **part.narrowed, limit=part.limit or ROWS, offset=part.offset)
        self.print_rows(page, columns, empty=empty)
        if page.more:
            self.echo(
                self.say(
                    N_("{first} to {last} of {total}. The next: --offset {last}; all: --limit 0."),
                    first=part.offset + 1,
                    last=part.offset + len(page),
                    total=page.total,
                )
            )

    def _print_lines(self, lines: Iterable[str]) -> None:
        """Print lines, many at a time."""
        lines = iter(lines)
        while some := list(islice(lines, _LINES)):
            # What is printed cannot be printed again: the call is not repeated.
            self.committed = True
            self.echo("\n".join(some))

    def print_card(self, card: C, draw: Callable[[Face, C], Iterable[RenderableType]]) -> None:
        """Print one record: a JSON object, or the output of *draw*."""
        if self.json:
            self.print_json(card)
            return
        self.draw(*draw(self, card))

    def draw(self, *parts: RenderableType) -> None:
        """Print Rich tables, panels and trees."""
        from crm.cli.printing.tables import console, plainly

        paper = console()
        if not paper.is_terminal:
            self.echo(plainly(parts))
            return
        with paper.capture() as printed:
            for part in parts:
                paper.print(part)
        from crm.cli.printing.paging import page

        page(printed.get(), paper.height)
