"""Options whose value is a code of the program or of the policy."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crm.cli.kit.calls import face_of, language_of
from crm.cli.printing.language import LOCALES, Language
from crm.cli.printing.widths import printable
from crm.errors import N_, CRMError, InvalidInput
from crm.refusals import too_large

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

#: A choice of up to so many characters is written out where the value stands.
_SHOWN_CHOICES = 26
#: The longest file of a text; the longest note is far shorter.
_MOST_BYTES = 1_000_000


#: Where the context of a call stores days as they were typed.
TYPED = "crm.typed"


class Word(click.ParamType):  # type: ignore[type-arg,unused-ignore]  # generic in later Clicks
    """A code from a list, accepted in both languages.

    The codes of stages and brands are those of the policy.
    """

    name = "word"

    def __init__(self, context: str, *, only: bool = True, clears: bool = False) -> None:
        """Take the context of the words, whether nothing else may be typed, and whether nothing may."""
        self.context = context
        self.only = only
        self.clears = clears

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:  # noqa: ARG002 - Click's signature
        """Return the codes, or one word if they are many."""
        language = language_of(ctx)
        return (
            f"[{'|'.join(language.codes(self.context))}]" if self.short(language) else self.context.split()[-1].upper()
        )

    def short(self, language: Language) -> bool:
        """Return whether the codes are few enough to be shown as the metavar."""
        return self.only and 0 < len("|".join(language.codes(self.context))) <= _SHOWN_CHOICES

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the code that was typed."""
        language = language_of(ctx)
        word = language.standing_for(self.context, str(value).strip())
        codes = language.codes(self.context)
        if word in codes or (self.clears and not word):
            return word
        for code in codes:
            if _folded(word) == _folded(code):
                return code
        for code in codes:
            if any(word == language.to(locale).word(self.context, code) for locale in LOCALES):
                return code
        if not self.only:
            return word
        text = language.say(
            N_('"{value}" is not one of: {known}'), value=printable(word[:60]), known=", ".join(codes) or "–"
        )
        raise click.BadParameter(text, ctx, param)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG002
        """Return the codes; none if the policy cannot be read."""
        from click.shell_completion import CompletionItem

        language = language_of(ctx)
        codes: tuple[str, ...] = ()
        with suppress(CRMError):
            codes = language.codes(self.context)
        return [
            CompletionItem(code, help=language.word(self.context, code))
            for code in codes
            if code.startswith(incomplete)
        ]


def _folded(text: str) -> str:
    """Return a code for comparison: upper case, spaces and hyphens ignored."""
    return text.casefold().replace(" ", "_").replace("-", "_")


class Prose(click.ParamType):  # type: ignore[type-arg,unused-ignore]  # generic in later Clicks
    """A text, or where it comes from: - the standard input, @FILE a file, @ the editor; @@ begins with @."""

    name = "text"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the text."""
        text = str(value)
        if text == "-":
            return _decoded(sys.stdin.buffer.read(_MOST_BYTES + 1))
        if not text.startswith("@") or text.startswith("@@"):
            return text[1:] if text.startswith("@@") else text
        if text == "@":
            written: str | None = click.edit("", extension=".txt")
            face = face_of(ctx)
            face.edited = (written or "").strip()
            return face.edited
        try:
            with Path(text[1:]).open("rb") as stream:
                content = stream.read(_MOST_BYTES + 1)
        except (OSError, ValueError) as error:  # of a name that no file can have
            said = language_of(ctx).say(N_("{path} cannot be read: {why}"), path=printable(text[1:]), why=str(error))
            raise click.BadParameter(said, ctx, param) from error
        return _decoded(content)


def _decoded(content: bytes) -> str:
    """Return a text in the encoding that it has.

    Raises:
        InvalidInput: It is too long, is no text in a known encoding, or may be in several.
    """
    from crm.exchange.texts import decoded

    if len(content) > _MOST_BYTES:
        raise InvalidInput(too_large(_MOST_BYTES))
    try:
        return decoded(content).strip()
    except InvalidInput as error:
        raise InvalidInput(*(replace(wrong, way_out=N_("Save it in UTF-8.")) for wrong in error.problems)) from error


class Day(click.ParamType):  # type: ignore[type-arg,unused-ignore]  # generic in later Clicks
    """A day, which may be given by words that count from the bureau's day: today, 昨天, 3天后, 上周三."""

    name = "day"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> object:
        """Return the day of words; any other text is read by the verb.

        Raises:
            InvalidInput: The words may mean two days, such as 3月9日 or last Wednesday.
        """
        from crm.services.kernel.context import wall_clock
        from crm.values.dates import written_day
        from crm.values.moments import bureau_day

        if not isinstance(value, str):
            return value
        if ctx is not None and param is not None:
            # A view keeps the word, not the day.
            ctx.meta.setdefault(TYPED, {})[param.name] = value
        try:
            written_day(value)
        except InvalidInput:  # 05/06/2026 is refused by the verb, with whatever else is wrong
            return value
        field = (param.name if param else None) or "day"
        return written_day(value, bureau_day(wall_clock()), field=field) or value


def pairs(texts: Iterable[str]) -> dict[str, str]:
    """Return what was typed as KEY=VALUE, by key."""
    parts = (text.replace("＝", "=").partition("=") for text in texts)
    return {key.strip(): value.strip() for key, _, value in parts}
