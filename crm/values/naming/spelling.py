"""How a name is compared and searched: its key without the legal form, the form, the place, the tokens.

What is spelled here is stored with each name. A change of the rules or of their words comes with a revision, even an
empty one: ``crm db upgrade`` spells every name anew after it.
"""

from __future__ import annotations

from attrs import frozen

from crm.values.naming.words import UNSPECIFIC


@frozen
class Spelling:
    """What is derived from a name.

    Attributes:
        key: Comparison key without the legal form; never empty where the comparison key is not.
        form: Code of the legal form, such as ``cn.llc``; None where there is none.
        place: The place the name begins with, or has in brackets, as written in simplified Chinese without 省 or 市.
        tokens: What it is searched by, separated by spaces, in the order of the name.
    """

    key: str
    form: str | None
    place: str | None
    tokens: str


@frozen
class Query:
    """What a name is looked for by.

    Attributes:
        key: The comparison key that the name has, or begins with.
        form: Code of the legal form, where one was typed.
        tokens: What the name must have: (token, whether it need only begin so); empty where nothing can be looked up.
    """

    key: str
    form: str | None
    tokens: tuple[tuple[str, bool], ...]

    @property
    def forms(self) -> tuple[str, ...]:
        """The forms that a name may state, if it states one; empty where any will do."""
        return () if self.form is None or self.form in UNSPECIFIC else (self.form, *sorted(UNSPECIFIC))

    def fits(self, key: str, tokens: str) -> bool:
        """Return whether a name of this key and these tokens is one that is looked for."""
        if self.key and key.startswith(self.key):
            return True
        held = tokens.split(" ")
        return bool(self.tokens) and all(
            any(word.startswith(token) if begins else word == token for word in held) for token, begins in self.tokens
        )


def spell(name: str) -> Spelling:
    """Return what is derived from a name; any text will do."""
    from crm.values.naming import parts

    every, stem, key, form, bracketed = parts.taken_apart(name)
    return Spelling(key, form, parts.place_of(stem, bracketed), parts.tokens_of(every))


def query(text: str) -> Query:
    """Return what names are to be looked for by; any text will do.

    A run of two CJK characters or more gives its pairs; a single one, and any other word, is the beginning of a token.
    A legal form is not looked for, unless little else was typed.
    """
    from crm.values.naming.parts import is_cjk, taken_apart

    every, stem, key, form, _ = taken_apart(text)
    searched = stem if any(len(part) > 1 for part in stem) else every
    found: dict[tuple[str, bool], None] = {}
    for part in searched:
        if len(part) == 1 or not is_cjk(part):
            found[part, True] = None
        else:
            found |= dict.fromkeys((part[at : at + 2], False) for at in range(len(part) - 1))
    return Query(key, form, tuple(found))
