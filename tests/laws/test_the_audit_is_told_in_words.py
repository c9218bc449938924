"""What the audit and the plans of merges name has a word in both languages: records, columns and verbs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
from sqlalchemy import Enum

from crm.cli.printing.audited import column_label, verb_word
from crm.cli.printing.language import Language
from crm.cli.words import WORDS
from crm.cli.words.audited import CODED
from crm.models import RequestStep
from crm.models.base import Base
from crm.models.derived import derived_columns
from crm.rules.audit.nouns import NOUNS
from crm.rules.kernel.fields import by_column
from crm.rules.stages import MoveKind
from tests.laws.source import PACKAGE, files, tree

pytestmark = pytest.mark.portable

#: Tables whose rows leave no entry of their own: the audit itself, and rows that another's checksum signs.
UNSIGNED = {
    "audit_entry",
    "audit_key",
    "audit_seal",
    "converted_entry",
    "sealed_entry",
    "rate",
    "import_row",
    "merge_item",
    "closed_arrival",
    "closed_contract",
}
#: Columns that entries tell nobody in words: bookkeeping that says nothing about the record itself.
QUIET = {"id", "uid", "digest", "version", "before"}
#: Columns that are called the same in Chinese.
SAME = {"sha256"}
#: Verbs that are put together from codes.
COMPOSED = {
    *(f"lead.{kind.value}" for kind in MoveKind),
    *(f"request.{step.value}" for step in RequestStep),
    *(f"{noun}.{verb}" for noun in ("contact", "investor") for verb in ("merge", "unmerge")),
    *(
        f"{noun}.{verb}"
        for noun in ("capital", "contract")
        for verb in ("record", "verify", "confirm", "reverse", "correct")
    ),
    *(f"referral.{verb}" for verb in ("decline", "withdraw")),
    *(f"target.{verb}" for verb in ("set", "edit")),
    *(f"{noun}.tag" for noun in ("lead", "investor")),
}
_HAN = re.compile("[\u3400-\u9fff]")


def columns() -> dict[str, set[str]]:
    """The columns that the audit may name, by table."""
    return {
        mapper.class_.__tablename__.removeprefix("crm_"): {column.key for column in mapper.column_attrs}
        - QUIET
        - derived_columns(mapper.class_)
        for mapper in Base.registry.mappers
    }


def verbs() -> Iterator[str]:
    """The verbs that services, and the owner of a database, write into the audit."""
    yield from COMPOSED
    for path in [*files("services"), PACKAGE / "redacting.py"]:
        for call in ast.walk(tree(path)):
            match call:
                case ast.Call(func=ast.Name("Writing"), args=[_, ast.Constant(str(verb)), *_]):
                    yield verb
                case ast.Call(func=ast.Name("withdraw"), args=[_, _, ast.Constant(str(verb)), *_]):
                    yield verb


def test_every_column_has_a_word() -> None:
    """A declared field's label, or a word of its own."""
    chinese = Language("zh")
    raw = {
        f"{record}.{column}"
        for record, names in columns().items()
        if record not in UNSIGNED
        for column in names - SAME
        if not _HAN.search(column_label(chinese, record, column))
    }
    assert raw == set()


def test_every_code_has_a_word() -> None:
    """A column of codes is a declared field, or its words are named; every code of it has one."""
    coded = {
        f"{record}.{column}": set(kind.enums)
        for mapper in Base.registry.mappers
        if (record := mapper.class_.__tablename__.removeprefix("crm_")) not in UNSIGNED
        for column in columns()[record] - (by_column(NOUNS[record]).keys() if record in NOUNS else set())
        if isinstance(kind := mapper.columns[column].type, Enum)
    }
    assert {name: codes - WORDS[CODED[name]].keys() for name, codes in coded.items() if name in CODED} == {
        name: set() for name in coded
    }


def test_every_record_has_a_word() -> None:
    """What the audit calls a record is the name of its table."""
    assert set(columns()) - UNSIGNED - set(WORDS["record"]) == set()


def test_every_verb_has_a_word() -> None:
    """A right of its own name says it, or a word of the verb."""
    chinese = Language("zh")
    known = set(verbs())
    assert {"lead.open", "trip.plan", "capital.confirm"} <= known
    assert {verb for verb in known if not _HAN.search(verb_word(chinese, verb))} == set()


def test_no_word_is_left_over() -> None:
    """Each stands for a verb that there is, or for a column that a declared field does not label."""
    unlabelled = {
        column
        for record, names in columns().items()
        if record not in UNSIGNED
        for column in names - (by_column(NOUNS[record]).keys() if record in NOUNS else set())
    }
    assert set(WORDS["column"]) - unlabelled == set()
    assert set(WORDS["verb"]) - set(verbs()) == set()
