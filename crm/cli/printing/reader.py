"""The reader of the output: the language, and its words."""

from __future__ import annotations

from crm.cli.printing.language import Language
from crm.values.numbers import with_letters


class Reader:
    """The reader of the output.

    Attributes:
        language: The language they read.
    """

    def __init__(self, language: Language) -> None:
        """Take the language."""
        self.language = language

    def say(self, text: str, /, **values: object) -> str:
        """Return a sentence with its values, formatted in the language."""
        from crm.cli.printing.formatting import shown

        numbered = with_letters(text, values)
        return self.language.say(text, **{name: shown(self.language, value) for name, value in numbered.items()})

    def say_n(self, one: str, many: str, count: int, /, **values: object) -> str:
        """Return the sentence that fits a count."""
        from crm.cli.printing.formatting import shown

        return self.language.say_n(
            one, many, count, **{name: shown(self.language, value) for name, value in values.items()}
        )

    def word(self, context: str, code: object) -> str:
        """Return the word for a code."""
        return self.language.word(context, code)
