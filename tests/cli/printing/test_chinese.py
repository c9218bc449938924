"""What is Chinese reads as Chinese: the punctuation of sentences, and amounts of days."""

from __future__ import annotations

import re

import pytest
from babel.messages.pofile import read_po

from crm.cli.printing.catalogues import text_path
from crm.cli.printing.language import Language
from crm.errors import N_
from crm.exchange.writing import Writer
from crm.values.sentences import said

pytestmark = pytest.mark.portable

_HAN = "[\u3400-\u9fff]"
_HALF_WIDTH = re.compile(rf"{_HAN} ?[,:;?!()]|[,:;?!()] ?{_HAN}|{_HAN}\.(?=\s|$)")
#: What is typed as it stands, with the word that a person puts in its place.
TYPED = ("event:代码",)
#: Where a command is called on, an argument of Python follows.
_CODE = re.compile(r"\([^()\u3400-\u9fff]*\)")


def chinese() -> dict[str, str]:
    """The translations, by the English they stand for."""
    with text_path("zh_CN").open("rb") as file:
        catalogue = read_po(file)
    return {
        f"{message.context or ''}|{message.id}|{number}": str(text)
        for message in catalogue
        if message.id
        for number, text in enumerate(message.string if isinstance(message.string, tuple) else (message.string,))
    }


def test_no_sentence_has_half_width_punctuation() -> None:
    """No , : ; ? ! ( ) or full stop stands beside a Han character, but in what is typed so."""

    def untyped(text: str) -> str:
        for word in TYPED:
            text = text.replace(word, "")
        return _CODE.sub("", text)

    assert {key: text for key, text in chinese().items() if _HALF_WIDTH.search(untyped(text))} == {}


def test_half_width_punctuation_is_found() -> None:
    """Between characters, behind one and before one; not in code and in numbers."""
    for wrong in ("已登记,说明", "用法:", "团组 (出访)", "好!", "缺少 (项目)", "完成."):
        assert _HALF_WIDTH.search(wrong), wrong
    for right in ("已登记，说明", "写作 20,000 元", "crm lead show 1: …", "第 3.5 条"):
        assert not _HALF_WIDTH.search(right), right


def test_every_exception_is_needed() -> None:
    """What no translation says any more is no exception."""
    texts = [*chinese().values()]
    assert [word for word in TYPED if not any(word in text for text in texts)] == []


@pytest.mark.parametrize(
    ("days", "chinese", "english"),
    [
        (-1384, "逾期 1384 天", "1,384 days overdue"),
        (-1, "逾期 1 天", "1 day overdue"),
        (0, "今天", "today"),
        (1, "还有 1 天", "in 1 day"),
        (30, "还有 30 天", "in 30 days"),
    ],
)
def test_a_day_that_has_passed_is_overdue(days: int, chinese: str, english: str) -> None:
    """No report shows a negative number of days."""
    assert Writer(Language("zh")).cell("due", days) == chinese
    assert Writer(Language("en")).cell("due", days) == english


def test_times_the_year_before() -> None:
    """In each language in the order of its words."""
    label = said(N_("times the year before"))
    assert Writer(Language("zh")).beside(label, "times", 8) == ("为上年的", "8 倍", True)
    assert Writer(Language("en")).beside(label, "times", 8) == ("times the year before", "8", False)
