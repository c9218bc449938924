"""The fields that a column of a file may hold."""

from __future__ import annotations

from collections import Counter

from crm.rules.imports.fields import IMPORTABLE, LEFT_OUT, NOUNS
from crm.rules.imports.headings import HEADINGS
from crm.rules.kernel.fields import declared
from crm.values.text import comparison_key


def test_every_declared_field_of_a_noun_can_be_in_a_column() -> None:
    """A field that is added to a noun can be imported at once."""
    for noun, kinds in NOUNS.items():
        for kind in kinds:
            for name, field in declared(kind).items():
                path = f"{noun}.{name}"
                assert path in LEFT_OUT or IMPORTABLE[path].field == field


def test_words_of_headers_name_one_field_each() -> None:
    """No word stands for two fields, and each stands for one that exists."""
    words = {(comparison_key(word), path) for path, field in IMPORTABLE.items() for word in field.headings}
    assert [word for word, fields in Counter(word for word, _ in words).items() if fields > 1] == []
    assert HEADINGS.keys() <= IMPORTABLE.keys()
    assert IMPORTABLE["investor.country"].label == "Country"
    assert "国别" in IMPORTABLE["investor.country"].headings
