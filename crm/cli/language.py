"""The language a person reads: settled once for each call, then handed along."""

from __future__ import annotations

import gettext
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from crm.cli.words import WORDS

Code = Literal["zh", "en"]

DOMAIN = "crm"
FOLDER = Path(__file__).parent.parent / "locale"
#: The folder of each language's catalogue, which is also Babel's name for it.
LOCALES: Mapping[Code, str] = {"zh": "zh_CN", "en": "en"}
_ENVIRONMENT = ("LC_ALL", "LC_MESSAGES", "LANG")


class Language:
    """A catalogue, and what to do with it.

    Attributes:
        code: ``zh`` or ``en``.
        locale: The same as Babel and gettext call it.
    """

    def __init__(self, code: Code) -> None:
        """Load the catalogue; a missing one leaves English."""
        self.code: Code = code
        self.locale = LOCALES[code]
        self._catalogue = gettext.translation(DOMAIN, FOLDER, [self.locale], fallback=True)

    def read(self, text: str) -> str:
        """Return a text of the catalogues as it stands, for help texts."""
        return self._catalogue.gettext(text) if text else ""

    def say(self, text: str, /, **values: Any) -> str:
        """Return a sentence with its values filled in."""
        return self.read(text).format(**values)

    def say_n(self, one: str, many: str, count: int, /, **values: Any) -> str:
        """Return the sentence that fits a count, which it may name as ``{count}``."""
        return self._catalogue.ngettext(one, many, count).format(count=count, **values)

    def word(self, context: str, code: object) -> str:
        """Return the word people use for a code: a stage, a status, a kind. An unknown code stays as it is."""
        plain = str(code)
        text = WORDS[context].get(plain)
        if text is None:
            return plain
        return self._catalogue.pgettext(context, text)


def speaks(value: str | None) -> Code | None:
    """Return the language that a value such as ``zh_CN.UTF-8`` or ``en`` names, or None."""
    start = (value or "").strip().lower()[:2]
    if start == "zh":
        return "zh"
    return "en" if start == "en" else None


def environment_language(environ: Mapping[str, str]) -> Code:
    """Return the language of a terminal's environment: Chinese where it says so, else English."""
    for name in _ENVIRONMENT:
        if environ.get(name):
            return "zh" if speaks(environ[name]) == "zh" else "en"
    return "en"


def typed(args: Sequence[str], option: str) -> str | None:
    """Return what was typed for an option anywhere on the line, before the line has been parsed.

    Help is shown, and a wrong line refused, before every option has been read; both need the language.
    """
    found = None
    for index, arg in enumerate(args):
        if arg == "--":
            break
        if arg == option and index + 1 < len(args):
            found = args[index + 1]
        elif arg.startswith(f"{option}="):
            found = arg.partition("=")[2]
    return found


@contextmanager
def click_speaks(language: Language) -> Iterator[None]:
    """Let Click's own messages come from our catalogue while a command runs.

    Click asks the standard library's gettext, which knows one domain and reads the language from the environment;
    both are put back afterwards.
    """
    domain, before = gettext.textdomain(), os.environ.get("LANGUAGE")
    gettext.bindtextdomain(DOMAIN, str(FOLDER))
    gettext.textdomain(DOMAIN)
    os.environ["LANGUAGE"] = language.locale
    try:
        yield
    finally:
        gettext.textdomain(domain)
        if before is None:
            del os.environ["LANGUAGE"]
        else:
            os.environ["LANGUAGE"] = before
