"""The face of one call: its language, settings, transaction and output."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

import click

from crm.cli.kit import settings
from crm.cli.printing.language import PROGRAM, Language, environment_language, option_text, speaks
from crm.cli.printing.reader import Reader

if TYPE_CHECKING:
    from rich.console import RenderableType
    from sqlalchemy import Engine

    from crm.cli.printing.tables import Column
    from crm.crm import CRM
    from crm.rules.identities import Identity
    from crm.rules.stages import Pipeline

C = TypeVar("C")


class Face(Reader):
    """The call as a verb sees it.

    Attributes:
        language: The language they read.
        json: They asked for JSON.
        given: The shared options they typed.
        arguments: What they typed for the verb.
        committed: Whether something may have been written for good, so that the call is not repeated.
    """

    def __init__(self, language: Language, *, as_json: bool = False) -> None:
        """Take the language, and whether to print JSON."""
        super().__init__(language.under(lambda: self.policy))
        self.json = as_json
        self.given: dict[str, str] = {}
        self.arguments: Mapping[str, object] = {}
        self.committed = False
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
        face.given = {**self.given, **{key: value for key, value in options.items() if value is not None}}
        face._policies = self._policies
        return face

    def give(self, key: str, value: str) -> None:
        """Store a shared option from the line."""
        self.given[key] = value
        self.__dict__.pop("policy", None)

    # --- settings ---------------------------------------------------------------------------------------------------

    def setting(self, key: str) -> str | None:
        """Return a setting; see :func:`crm.cli.kit.settings.lookup`."""
        return settings.lookup(key, {**self._foreseen, **self.given})

    @property
    def actor(self) -> str | None:
        """The user name given, or the login name; None if neither is known."""
        return self.setting("user") or settings.login()

    def identity(self, engine: Engine) -> Identity | None:
        """Return what proves who acts: on a file the user of the operating system. A server knows it by itself."""
        from crm.rules.identities import Identity, IdentityKind

        user = settings.operating_system_user() if engine.dialect.name == "sqlite" else None
        return None if user is None else Identity(IdentityKind.OS, user)

    @property
    def database(self) -> str:
        """The address of the database."""
        return self.setting("db") or settings.default_database()

    @cached_property
    def policy(self) -> Pipeline | None:
        """The pipeline of the given file, read on first use; None for the default one.

        Raises:
            InvalidInput: The file cannot be read, or is no policy.
        """
        file = self.setting("policy")
        if file is None:
            return None
        if file not in self._policies:
            from crm.cli.toml_files import read_policy

            # Read once: what a shell gives as <(…) can be read no second time.
            self._policies[file] = read_policy(Path(file))
        return self._policies[file]

    def once(self, what: Hashable, act: Callable[[], C]) -> C:
        """Do what a call that is repeated must not do again, such as asking, and return what came of it.

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
        from crm.db import make_engine

        engine = make_engine(self.database, tenant=self.setting("tenant"))
        try:
            yield engine
        finally:
            engine.dispose()

    @contextmanager
    def reading(self, *, one_moment: bool = False) -> Iterator[CRM]:
        """Open the front door for reading, in one transaction that cannot write; see :func:`crm.db.session_scope`."""
        with self._crm(read_only=True, one_moment=one_moment) as crm:
            yield crm

    @contextmanager
    def writing(self) -> Iterator[CRM]:
        """Open a ``CRM`` in one transaction, committed if the block succeeds."""
        with self._crm(read_only=False) as crm:
            yield crm

    @contextmanager
    def _crm(self, *, read_only: bool, one_moment: bool = False) -> Iterator[CRM]:
        from crm.crm import CRM
        from crm.db import session_scope
        from crm.reads.leads.facts import in_use
        from crm.reads.places.bindings import proven
        from crm.schema import require_current

        policy = self.policy
        with self._engine() as engine:
            require_current(engine)
            with session_scope(engine, read_only=read_only, one_moment=one_moment) as session:
                identity = self.identity(engine)
                actor = self.setting("user")
                if actor is None:
                    bound = proven(session, identity)
                    actor = settings.login() if bound is None else bound.username
                crm = CRM(session, actor, policy=policy, identity=identity)
                crm.policy.require_stages(in_use(session))
                yield crm
            self.committed = self.committed or not read_only

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

    def print_json(self, value: object) -> None:
        """Print a value as JSON, with the keys of the rows."""
        from crm.cli.printing.plain import plain

        encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").lower()
        self.echo(json.dumps(plain(value, self.language), ensure_ascii="utf" not in encoding, indent=2))

    def print_rows(
        self, rows: Iterable[object], columns: Sequence[Column], *, empty: str, title: str | None = None
    ) -> None:
        """Print a list: a JSON array, a table, or a sentence if it is empty."""
        rows = list(rows)
        if self.json:
            self.print_json(rows)
            return
        if not rows:
            self.echo(self.language.read(empty))
            return
        from crm.cli.printing.tables import table

        self.draw(*table(self, rows, columns, title=title))

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
        from crm.cli.kit.paging import page

        page(printed.get(), paper.height)
