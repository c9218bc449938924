"""The language of a call: determined once, then passed on."""

from __future__ import annotations

import gettext
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from typing import TYPE_CHECKING, Literal

from crm.cli.printing.catalogues import DOMAIN, catalogue, folder
from crm.cli.summaries import SUMMARIES
from crm.cli.words import WORDS
from crm.errors import N_, CRMError

if TYPE_CHECKING:
    from crm.rules.aftercare import Brand
    from crm.rules.stages import Pipeline, Stage

Code = Literal["zh", "en"]

#: What Babel and gettext call each language. English has no catalogue: its texts are those of the source.
LOCALES: Mapping[Code, str] = {"zh": "zh_CN", "en": "en"}
#: What is typed to call the program, unless it is mounted in another.
PROGRAM = "crm"
#: The program where a text names one of its commands, as in ``crm lead board``.
_CALLED = re.compile(rf"(?<![\w./-]){PROGRAM}(?= (?:--\w|{{noun}}|(?:{'|'.join(SUMMARIES)})\b))", re.ASCII)
_ENVIRONMENT = ("LC_ALL", "LC_MESSAGES", "LANG")
#: Contexts whose codes and words are those of the policy, where one is named.
_OF_POLICY: Mapping[str, Callable[[Pipeline], Sequence[Stage | Brand]]] = {
    "stage": lambda policy: policy.stages,
    "brand": lambda policy: policy.aftercare.brands,
}


class Language:
    """A catalogue and its functions.

    Attributes:
        code: ``zh`` or ``en``.
        locale: The same as Babel and gettext call it.
        folder: Where gettext finds its compiled catalogue.
        program: What is typed to call the program; texts name its commands so.
        policy: Returns the policy whose stages and brands are meant; None stands for the default one.
    """

    def __init__(self, code: Code, program: str = PROGRAM) -> None:
        """Load the catalogue; where there is none, the texts stay English."""
        self.code: Code = code
        self.program = program
        self.locale = LOCALES[code]
        self.folder = folder(self.locale)
        self._catalogue = catalogue(self.locale, self.folder)
        self.policy: Callable[[], Pipeline | None] = lambda: None

    def under(self, policy: Callable[[], Pipeline | None]) -> Language:
        """Return the same language with the words of the policy that *policy* returns; None: the default policy."""
        language = copy(self)
        language.policy = policy
        return language

    def to(self, code: Code) -> Language:
        """Return another language with the words of the same policy."""
        return Language(code, self.program).under(self.policy)

    def read(self, text: str) -> str:
        """Return a text of the catalogues unchanged, for help texts."""
        return self.called(self._catalogue.gettext(text)) if text else ""

    def knows(self, text: str) -> bool:
        """Return whether a text of the catalogues is translated."""
        return self._catalogue.gettext(text) != text

    def called(self, text: str) -> str:
        """Return a text with our commands named as typed here: ``host crm lead board`` if mounted."""
        return _call(text, self.program)

    def say(self, text: str, /, **values: object) -> str:
        """Return a sentence with its values filled in."""
        return self.template(text).format(**values)

    def say_n(self, one: str, many: str, count: int, /, **values: object) -> str:
        """Return the sentence for a count, which may contain ``{count}``."""
        return self._called(self._catalogue.ngettext(one, many, count)).format(count=count, **values)

    def template(self, text: str, change: Callable[[str], str] = str) -> str:
        """Return a sentence without its values; *change* sees the translation before our commands are named as typed."""
        return self._called(change(self._catalogue.gettext(text) if text else ""))

    def _called(self, template: str) -> str:
        """Name our commands in a template; a host's usage may have braces of its own."""
        return _call(template, self.program.replace("{", "{{").replace("}", "}}"))

    def codes(self, context: str) -> tuple[str, ...]:
        """Return the codes of a context: of stages and brands, those of the policy.

        Raises:
            InvalidInput: The file of the policy cannot be read, or is no policy.
        """
        policy = self.policy() if context in _OF_POLICY else None
        return tuple(WORDS[context]) if policy is None else tuple(item.code for item in _OF_POLICY[context](policy))

    def listed(self, texts: Iterable[object]) -> str:
        """Return several texts as one, separated by the comma of the language."""
        return self.read(N_(", ")).join(map(str, texts))

    def word(self, context: str, code: object) -> str:
        """Return the word for a code: a stage, a status, a kind. An unknown code is returned unchanged."""
        plain = str(code)
        try:
            named = self._named(context)
        except CRMError:  # this text may be the message about an invalid policy
            named = None
        if named is None:
            text = WORDS[context].get(plain)
            if text is None:
                return self._label(plain) if context == "field" else plain
            return self._catalogue.pgettext(context, text)
        if plain not in named:
            return plain
        label = named[plain].label or plain
        return (self.code == "zh" and named[plain].label_zh) or self._catalogue.pgettext(context, label)

    def words(self, context: str, codes: Iterable[object]) -> str:
        """Return the words for several codes as one text."""
        return self.listed(self.word(context, code) for code in codes)

    def _named(self, context: str) -> dict[str, Stage | Brand] | None:
        """Return the policy's names in a context; None if the words are ours."""
        policy = self.policy() if context in _OF_POLICY else None
        if policy is None:
            return None
        named = {choice.code: choice for choice in _OF_POLICY[context](policy)}
        moved = policy.moved if context == "stage" else {}
        return named | {old: named[code] for old, code in moved.items()}

    def standing_for(self, context: str, code: str) -> str:
        """Return the code that stands for one that is typed: of a stage that the policy moved, where it moved to."""
        policy = self.policy() if context == "stage" else None
        return code if policy is None else policy.present(code)

    def _label(self, field: str) -> str:
        """Return the label of a declared field; another name is returned unchanged."""
        from crm.rules.audit.nouns import NOUNS
        from crm.rules.kernel.fields import label

        return self.read(label(NOUNS.values(), field) or field)


def _call(text: str, program: str) -> str:
    return text if program == PROGRAM else _CALLED.sub(lambda _: program, text)


def speaks(value: str | None) -> Code | None:
    """Return the language of a value such as ``zh_CN.UTF-8`` or ``en``, or None."""
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


def option_text(args: Sequence[str], option: str) -> str | None:
    """Return the value of an option anywhere on the line, before the line has been parsed.

    Help is printed, and a wrong line refused, before every option has been read; both need the language.
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

    Click uses the standard library's gettext, which has one domain and reads the language from the environment; both
    are restored afterwards.
    """
    domain, before = gettext.textdomain(), os.environ.get("LANGUAGE")
    gettext.bindtextdomain(DOMAIN, str(language.folder))
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
